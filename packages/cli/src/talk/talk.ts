/**
 * Two people and one connection: what the other one says is shown while this one types, or both take turns, as the
 * tutorial's program for two does. It knows no terminal and no network: the other one is a stream, the person an
 * interface.
 */
import { literal, MAX_LINE_BYTES, printable } from '@partyline/protocols'
import { sayLine, talkLines } from '@partyline/services'
import { type ByteStream, SocketError } from '@partyline/sockets'
import type { Person } from '../conversation.ts'
import { CommandError, type ExitCode, exitCodeOf } from '../failure.ts'

/** How long the other one may take to end after we did, in milliseconds, before we close. */
const LEAVE_MS = 2000
/** So many lines may wait for our turn; more are not taken, and that is said. */
const MAX_WAITING = 100

export interface TalkOptions {
  /** Takes turns, and this one's is the first. Undefined: both write at any time. */
  readonly turns?: 'ours' | 'theirs' | undefined
  /** Leaves when it aborts, as if the person had. */
  readonly signal: AbortSignal
  /** What the other one is called in sentences. */
  readonly other: string
  /** Says something about the conversation, not in it. */
  readonly note: (words: string) => void
  /** The same, for who watches. */
  readonly detail: (words: string) => void
  /** Default 2000. */
  readonly leaveMs?: number | undefined
}

/**
 * Talks until one side goes. Resolves with the exit code: 0 when the other one left, too. Rejects with a CommandError
 * when the connection broke (6) or the stream's idle time ran out (5). The stream is closed in the end.
 */
export function talk(stream: ByteStream, person: Person, options: TalkOptions): Promise<ExitCode> {
  return new Talk(stream, person, options).run()
}

// talking ──end of input (all is said, and we listen on)──▶ listening
//    └──Ctrl-D, Ctrl-C, signal──▶ leaving ◀──────────────────────┘        the other one ends ──▶ over, from each
type State =
  | { readonly at: 'talking' | 'listening' }
  | { readonly at: 'leaving'; readonly code: ExitCode; readonly limit: NodeJS.Timeout }

class Talk {
  readonly #stream: ByteStream
  readonly #person: Person
  readonly #options: TalkOptions
  #state: State = { at: 'talking' }
  /** Undefined: it is always ours. */
  #turn: 'ours' | 'theirs' | undefined
  /** Lines that were typed and not yet said, each with what to call when it was. */
  readonly #waiting: { readonly text: string; readonly said: () => void }[] = []

  constructor(stream: ByteStream, person: Person, options: TalkOptions) {
    this.#stream = stream
    this.#person = person
    this.#options = options
    this.#turn = options.turns
  }

  async run(): Promise<ExitCode> {
    const { signal } = this.#options
    const stop = (): void => this.#leave(exitCodeOf(signal.reason))
    signal.addEventListener('abort', stop)
    try {
      if (signal.aborted) stop()
      this.#tellTurn()
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
      for (const { said } of this.#waiting.splice(0)) said()
      await this.#stream.close({ linger: 0 })
    }
  }

  /** Shows what comes, to the end. Returns why there is no more, if that was no orderly end. */
  async #listen(): Promise<SocketError | undefined> {
    try {
      for await (const line of talkLines(this.#stream)) {
        if ('text' in line) await this.#person.show(literal`Received: ${printable(line.text)}`, 'normal')
        else await this.#person.show(literal`(a line of ${line.tooLong} bytes is not shown)`, 'light')
        if (this.#turn === 'theirs') this.#give('ours')
      }
      return undefined
    } catch (error) {
      if (!SocketError.is(error)) throw error
      return error
    }
  }

  #ending(error: SocketError | undefined): ExitCode {
    const { other, note } = this.#options
    if (this.#state.at === 'leaving') return this.#state.code
    if (error?.code === 'timeout') {
      throw new CommandError(5, `nothing was said for too long, so ${other} was left.`, [], error)
    }
    if (error !== undefined) {
      const hint = 'What you typed last may not have arrived.'
      throw new CommandError(6, `the connection to ${other} broke (${error.code}).`, [hint], error)
    }
    this.#person.stop() // first: from here on nothing is typed
    note('the other one left')
    if (this.#waiting.length > 0) note(`not said: ${this.#waiting.map(({ text }) => text).join(' / ')}`)
    return 0
  }

  /** Resolves when the next line may come: in a pipe lines are taken as they can be said. */
  #line(text: string): Promise<void> {
    if (this.#state.at !== 'talking' || text.trim() === '') return Promise.resolve()
    if (this.#waiting.length >= MAX_WAITING) {
      this.#options.note(`that was not taken: ${MAX_WAITING} lines wait for your turn`)
      return Promise.resolve()
    }
    return new Promise((said) => {
      this.#waiting.push({ text, said })
      if (this.#turn !== 'theirs') this.#sayWaiting()
      else this.#options.detail('kept for your turn')
    })
  }

  /** Says what waits: with turns one line, which gives the turn away. */
  #sayWaiting(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { text, said } = next
      const { byteLength } = Buffer.from(text)
      if (byteLength > MAX_LINE_BYTES) {
        this.#options.note(`a line of ${byteLength} bytes was not sent: at most ${MAX_LINE_BYTES}`)
        said()
        continue
      }
      void sayLine(this.#stream, text).catch(ignoreSocketError).then(said)
      if (this.#turn === undefined) continue
      this.#give('theirs')
      return
    }
  }

  #give(turn: 'ours' | 'theirs'): void {
    this.#turn = turn
    if (turn === 'ours' && this.#waiting.length > 0) this.#sayWaiting()
    else this.#tellTurn()
  }

  #tellTurn(): void {
    if (this.#turn === 'ours') this.#options.detail('your turn')
    if (this.#turn === 'theirs') this.#options.detail('their turn: what you type waits for yours')
  }

  #end(): void {
    if (this.#state.at !== 'talking') return
    this.#state = { at: 'listening' }
    void this.#stream.shutdown().catch(ignoreSocketError)
  }

  /** Ends our side and lets the other one finish for a moment. After Ctrl-C, or asked a second time: at once. */
  #leave(code: ExitCode): void {
    const { leaveMs = LEAVE_MS } = this.#options
    const close = (): void => void this.#stream.close({ linger: 0 })
    if (this.#state.at === 'leaving') {
      close()
      return
    }
    this.#state = { at: 'leaving', code, limit: setTimeout(close, code === 0 ? leaveMs : 0) }
    this.#person.stop()
    if (this.#waiting.length > 0) this.#options.note('what waited for your turn was not said')
    void this.#stream.shutdown().catch(ignoreSocketError)
  }
}

// A connection that is gone ends #listen as well, and there it is told.
function ignoreSocketError(error: unknown): void {
  if (!SocketError.is(error)) throw error
}
