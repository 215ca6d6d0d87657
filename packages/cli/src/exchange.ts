/**
 * Bytes both ways between a peer and whoever sits at this end, a person at a terminal or a pipe, until one of them
 * goes. It knows no network: the peer is a `ByteStream`.
 *
 * The end of the input is not the end of the conversation: our side is shut down, and what the peer still says is
 * shown. The peer's end is: nothing that a person types afterwards could arrive.
 */
import { type ByteStream, type CloseInfo, SocketError } from '@partyline/sockets'
import { CommandError, type ExitCode, exitCodeOf, type Facts } from './failure.ts'
import { CrlfEncoder, readBytes } from './input-bytes.ts'
import type { Io } from './io.ts'
import { isAtTerminal } from './people.ts'
import type { History } from './terminal/history.ts'
import type { InputLine } from './terminal/input-line.ts'
import { openPeerView, type PeerView } from './terminal/peer-view.ts'
import { openTypedLine } from './terminal/typed-line.ts'
import { Timer } from './timer.ts'

/**
 * After the peer's end a pipe may still hold bytes for it, which has perhaps shut down only its own side: they are
 * sent until nothing has come out of the pipe for so long, in milliseconds.
 */
const LULL_MS = 100

const THE_OTHER_SIDE = 'the other side'

export interface ExchangeOptions {
  /** Each LF of the input is sent as CR LF, but for one after a CR. */
  readonly crlf: boolean
  /** At the end of the input our side is shut down. */
  readonly halfClose: boolean
  /** So long after the end of the input it is over, in milliseconds. */
  readonly quitAfterMs?: number | undefined
  /** It is over after so long without a byte in either direction, in milliseconds. */
  readonly idleMs?: number | undefined
  /** On a terminal too the peer's bytes go out as they are; the terminal edits the typed lines itself. */
  readonly raw: boolean
  /** Nothing of the peer goes to standard output. */
  readonly silent: boolean
  /** Earlier lines that the Up key finds, and where new ones are kept. Default: those of this conversation only. */
  readonly history?: History | undefined
  /** What the peer is called in sentences. Default: the other side. */
  readonly peer?: string | undefined
  /** What programs want to know of a failure besides, like the host and the port. */
  readonly facts?: Facts | undefined
}

export interface ExchangeEnd {
  readonly code: ExitCode
  /**
   * Who ended it: the `peer`; the person or the reader of our output (`left`); `quit-after`; or nobody, and it was
   * `idle` for too long after something had come.
   */
  readonly how: 'peer' | 'left' | 'quit-after' | 'idle'
  readonly info: CloseInfo
}

/**
 * Carries bytes both ways until the peer ends or the person leaves, and closes the stream. In pipes bytes are
 * untouched and no faster than they are taken; a terminal gets an input line, and the peer's text made harmless.
 *
 * Rejects with a CommandError: 6 when the connection broke or the peer did not take all of the input, 5 when
 * nothing at all came within `idleMs`, 1 when the input cannot be read.
 */
export function exchange(stream: ByteStream, io: Io, options: ExchangeOptions): Promise<ExchangeEnd> {
  return new Exchange(stream, io, options).run()
}

type Ending = Pick<ExchangeEnd, 'code' | 'how'>

//   talking ──end of the input──▶ listening ──the peer's end, quit-after──▶ over
//      └──the peer's end──▶ sending the rest of a pipe ──end of it, lull──▶ over
// Leaving, a failure and idleness lead from each of them to over.
class Exchange {
  readonly #stream: ByteStream
  readonly #io: Io
  readonly #options: ExchangeOptions
  readonly #over = Promise.withResolvers<Ending>()
  readonly #stopped = new AbortController()
  readonly #idle: Timer
  readonly #quit: Timer
  readonly #lull: Timer
  #line: InputLine | undefined
  #inputHasEnded = false
  #peerHasEnded = false
  #sentAfterItsEnd = false
  #hasReceived = false
  #isShowing = false
  #isSending = false

  constructor(stream: ByteStream, io: Io, options: ExchangeOptions) {
    this.#stream = stream
    this.#io = io
    this.#options = options
    this.#idle = new Timer(options.idleMs, () => this.#hasBeenIdle())
    this.#quit = new Timer(options.quitAfterMs, () => this.#end({ code: 0, how: 'quit-after' }))
    this.#lull = new Timer(LULL_MS, () => this.#end({ code: 0, how: 'peer' }))
  }

  async run(): Promise<ExchangeEnd> {
    const { signal, stdout } = this.#io
    const interrupted = (): void => this.#end({ code: exitCodeOf(signal.reason), how: 'left' })
    const readerLeft = (): void => this.#end({ code: 0, how: 'left' }) // partyline connect … | head -1
    signal.addEventListener('abort', interrupted)
    stdout.on('error', readerLeft)
    try {
      if (signal.aborted) interrupted()
      else this.#begin()
      return await this.#ended(await this.#over.promise)
    } finally {
      signal.removeEventListener('abort', interrupted)
      stdout.off('error', readerLeft)
      this.#stop()
      this.#stream.abort() // whatever went wrong; a closed one stays as it is
    }
  }

  #begin(): void {
    const { raw, silent } = this.#options
    const { stdin } = this.#io
    if (isAtTerminal(this.#io) && !raw && !silent) {
      this.#line = openTypedLine(this.#io, {
        history: this.#options.history,
        onLine: (text) => void this.#say(text),
        onEnd: () => this.#endInput(),
        onInterrupt: () => this.#end({ code: 130, how: 'left' }),
      })
    }
    const view = openPeerView(this.#io.stdout, {
      raw,
      silent,
      line: this.#line,
      signal: this.#stopped.signal,
    })
    this.#idle.restart()
    void this.#receive(view)
    if (this.#line === undefined) void this.#sendInput(stdin)
  }

  async #ended(ending: Ending): Promise<ExchangeEnd> {
    this.#stop()
    // Whoever leaves in the middle does not wait for a peer that takes nothing.
    if (ending.code !== 0 && this.#stream.queued > 0) this.#stream.abort()
    await this.#stream.close({ linger: 0 })
    const info = await this.#stream.closed
    if (this.#sentAfterItsEnd && info.error !== undefined) throw notTaken(this.#options, info.error)
    return { ...ending, info }
  }

  #stop(): void {
    this.#stopped.abort()
    this.#line?.close()
    for (const timer of [this.#idle, this.#quit, this.#lull]) timer.end()
  }

  /** The first ending counts. */
  #end(ending: Ending): void {
    this.#over.resolve(ending)
  }

  #fail(error: unknown): void {
    this.#over.reject(SocketError.is(error) ? broken(this.#options, error) : error)
  }

  #hasBeenIdle(): void {
    if (this.#hasReceived) this.#end({ code: 0, how: 'idle' })
    else this.#over.reject(noAnswer(this.#options))
  }

  async #receive(view: PeerView): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.#stream.recv()
        if (bytes === null) break
        this.#hasReceived = true
        this.#isShowing = true
        this.#idle.stop() // to wait for a slow reader of ours is not the peer's silence
        await view.show(bytes)
        this.#isShowing = false
        this.#idle.restart()
      }
      view.end()
    } catch (error) {
      view.end()
      return this.#fail(error)
    }
    this.#peerHasEnded = true
    // A person is not kept waiting for: what is typed now cannot arrive.
    if (this.#inputHasEnded || this.#io.stdin.isTTY === true) this.#end({ code: 0, how: 'peer' })
    else if (!this.#isSending) this.#lull.restart()
  }

  async #sendInput(stdin: Io['stdin']): Promise<void> {
    const crlf = this.#options.crlf ? new CrlfEncoder() : undefined
    const take = async (bytes: Uint8Array): Promise<void> => {
      this.#lull.stop()
      this.#isSending = true
      this.#sentAfterItsEnd ||= this.#peerHasEnded
      await this.#stream.send(crlf?.encode(bytes) ?? bytes)
      this.#isSending = false
      this.#hasSent()
    }
    try {
      await readBytes(stdin, take, this.#stopped.signal)
    } catch (error) {
      return this.#sendFailed(error)
    }
    if (this.#stopped.signal.aborted) return
    const problem = stdin.errored
    if (problem && !isHungUp(problem)) {
      // Shutting down now would tell the peer that this was all.
      this.#fail(new CommandError(1, `cannot read the input: ${problem.message}.`, [], problem))
    } else {
      this.#endInput()
    }
  }

  #hasSent(): void {
    if (!this.#isShowing) this.#idle.restart()
    if (this.#peerHasEnded) this.#lull.restart()
  }

  // A connection that is gone ends #receive as well, which first takes what came before, and tells it. It does not
  // when the peer's end came before.
  #sendFailed(error: unknown): void {
    if (!SocketError.is(error)) this.#fail(error)
    else if (this.#peerHasEnded) this.#over.reject(notTaken(this.#options, error))
  }

  #endInput(): void {
    this.#inputHasEnded = true
    const { halfClose } = this.#options
    if (halfClose) void this.#stream.shutdown().catch((error: unknown) => this.#sendFailed(error))
    if (this.#peerHasEnded) this.#end({ code: 0, how: 'peer' })
    this.#quit.restart()
  }

  async #say(text: string): Promise<void> {
    try {
      await this.#stream.send(`${text}${this.#options.crlf ? '\r\n' : '\n'}`)
      this.#hasSent()
    } catch (error) {
      if (!SocketError.is(error, 'send-queue-full')) return this.#sendFailed(error)
      this.#line?.print('* not sent: the other side takes nothing, and too much is waiting for it.')
    }
  }
}

// A terminal that went away is how a person leaves, not a broken file.
function isHungUp(error: Error): boolean {
  return 'code' in error && error.code === 'EIO'
}

function broken({ peer = THE_OTHER_SIDE, facts }: ExchangeOptions, error: SocketError): CommandError {
  const what =
    error.code === 'reset'
      ? `${peer} reset the connection`
      : `the connection to ${peer} broke (${error.code})`
  return new CommandError(6, `${what}.`, ['What was sent last may not have arrived.'], error, facts)
}

function notTaken({ peer = THE_OTHER_SIDE, facts }: ExchangeOptions, error: SocketError): CommandError {
  return new CommandError(6, `${peer} closed before it had taken all of the input.`, [], error, facts)
}

function noAnswer({ peer = THE_OTHER_SIDE, facts, idleMs = 0 }: ExchangeOptions): CommandError {
  const cause = new SocketError('timeout', { op: 'recv', where: peer })
  return new CommandError(5, `no answer from ${peer} within ${idleMs / 1000} s.`, [], cause, facts)
}
