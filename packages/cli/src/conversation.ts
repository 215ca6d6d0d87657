/**
 * The small client of the text door: what the server says is shown while the person types, neither waiting for
 * the other. It knows no terminal and no network: the server is a stream, the person an interface.
 */
import { formatTextLine, literal, type Printable, parseTextLine, type TextLine } from '@partyline/protocols'
import { type ByteStream, SocketError } from '@partyline/sockets'
import { CommandError, type ExitCode, exitCodeOf } from './failure.ts'

/** The longest line of a server that is shown whole, in bytes. Ours sends at most 4 KiB and a name. */
const MAX_LINE_BYTES = 16_384
// The server adds them for who types `/style friendly`. No other escape sequence is left out: those are shown.
const ESCAPE = '\u001b'
const COLOURS = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g')
/** How long a server may take to close after we left, in milliseconds, before we do. */
const LEAVE_MS = 2000

/** What the client needs of the one who chats. */
export interface Person {
  /** Shows a line. Resolves when there is room for the next one. */
  show(line: Printable, weight: 'normal' | 'light'): Promise<void>
  /** From now on hands over what the person types, until `stop`. Called once. */
  start(hears: Hears): void
  /** Gives the terminal back: nothing more is taken from the person. Idempotent. */
  stop(): void
}

/** Where a person's input goes. */
export interface Hears {
  /** A line. Resolves when the next one may come. */
  line(text: string): Promise<void>
  /** There will be no more input, but the person still listens. */
  end(): void
  /** The person goes, with this exit code. */
  leave(code: ExitCode): void
}

export interface ConversationOptions {
  /** Said first: the screen name. */
  readonly name?: string | undefined
  /** Leaves when it aborts, as if the person had. */
  readonly signal: AbortSignal
  /** What the server is called in sentences. */
  readonly server: string
  /** How long the server may take to close after we left, in milliseconds. Default 2000. */
  readonly leaveMs?: number | undefined
}

/**
 * Talks until one side goes. Resolves with the exit code when it was us; rejects with a CommandError when it was
 * the server. The socket is closed in the end.
 */
export function converse(
  socket: ByteStream,
  person: Person,
  options: ConversationOptions,
): Promise<ExitCode> {
  return new Conversation(socket, person, options).run()
}

// talking ──/quit, Ctrl-C, Ctrl-D, signal──▶ leaving ──the server closes──▶ over
//    └──end of input (we have said all, and listen on)──▶ listening ──the server closes──▶ over
type State =
  | { readonly at: 'talking' | 'listening' }
  | { readonly at: 'leaving'; readonly code: ExitCode; readonly limit: NodeJS.Timeout }

class Conversation {
  readonly #socket: ByteStream
  readonly #person: Person
  readonly #options: ConversationOptions
  #state: State = { at: 'talking' }

  constructor(socket: ByteStream, person: Person, options: ConversationOptions) {
    this.#socket = socket
    this.#person = person
    this.#options = options
  }

  async run(): Promise<ExitCode> {
    const { signal, name } = this.#options
    const stop = (): void => this.#leave(exitCodeOf(signal.reason))
    signal.addEventListener('abort', stop)
    try {
      if (signal.aborted) stop()
      if (name !== undefined) await this.#say(name)
      this.#person.start({
        line: (text) => this.#line(text),
        end: () => this.#end(),
        leave: (code) => this.#leave(code),
      })
      return this.#ending(await this.#listen())
    } finally {
      signal.removeEventListener('abort', stop)
      this.#person.stop()
      if (this.#state.at === 'leaving') clearTimeout(this.#state.limit)
      await this.#socket.close({ linger: 0 })
    }
  }

  /** Shows what comes, to the end. Returns the last thing that was said, and why there is no more. */
  async #listen(): Promise<{ last: TextLine | undefined; error: SocketError | undefined }> {
    let last: TextLine | undefined
    try {
      for await (const text of this.#socket.lines({ max: MAX_LINE_BYTES, tooLong: 'truncate' })) {
        last = parseTextLine(text.replace(COLOURS, ''))
        await this.#person.show(shownForm(last), isAside(last) ? 'light' : 'normal')
      }
      return { last, error: undefined }
    } catch (error) {
      if (!SocketError.is(error)) throw error
      return { last, error }
    }
  }

  #ending({ last, error }: { last: TextLine | undefined; error: SocketError | undefined }): ExitCode {
    const { server } = this.#options
    if (this.#state.at === 'leaving') return this.#state.code
    if (error !== undefined) {
      const hint = 'What you typed last may not have arrived.'
      throw new CommandError(6, `the connection to ${server} broke (${error.code}).`, [hint], error)
    }
    if (last?.kind === 'shutdown') throw new CommandError(6, `the server ${server} has shut down.`)
    if (this.#state.at === 'listening') return 0
    throw new CommandError(6, `the server ${server} ended the conversation.`)
  }

  async #line(text: string): Promise<void> {
    if (this.#state.at !== 'talking') return
    if (text.trim() === '/quit') this.#leave(0)
    else await this.#say(text)
  }

  #end(): void {
    if (this.#state.at !== 'talking') return
    this.#state = { at: 'listening' }
    void this.#socket.shutdown().catch(ignoreSocketError)
  }

  /** Says goodbye and ends our side, so that servers that know no /quit close too. A second time: at once. */
  #leave(code: ExitCode): void {
    if (this.#state.at === 'leaving') {
      this.#socket.abort()
      return
    }
    const { leaveMs = LEAVE_MS } = this.#options
    this.#state = { at: 'leaving', code, limit: setTimeout(() => this.#socket.abort(), leaveMs) }
    this.#person.stop()
    void this.#say('/quit')
    void this.#socket.shutdown().catch(ignoreSocketError)
  }

  async #say(text: string): Promise<void> {
    await this.#socket.send(`${text}\n`).catch(ignoreSocketError)
  }
}

// A connection that is gone ends #listen as well, and there it is told.
function ignoreSocketError(error: unknown): void {
  if (!SocketError.is(error)) throw error
}

/** True for what nobody says now: notices, and what was said earlier. */
function isAside({ kind }: TextLine): boolean {
  return kind === 'notice' || kind === 'past-said' || kind === 'past-action'
}

/** How a line of the server is shown: `NAME::text` as `[NAME] text`, everything else as it came. */
export function shownForm(line: TextLine): Printable {
  switch (line.kind) {
    case 'said':
      return literal`[${line.name}] ${line.text}`
    case 'private':
      return literal`[${line.name} -> you] ${line.text}`
    case 'private-sent':
      return literal`[you -> ${line.name}] ${line.text}`
    case 'action':
    case 'past-said':
    case 'past-action':
    case 'notice':
    case 'logged-in':
    case 'disconnected':
    case 'shutdown':
    case 'other':
      return formatTextLine(line)
  }
}
