/**
 * Datagrams both ways between a peer and whoever sits at this end. Each typed line is one datagram, and each chunk
 * that a pipe hands over. Datagrams have no end and no proof of delivery: when the input has ended, silence ends it.
 */
import { SocketError, type UdpSocket } from '@partyline/sockets'
import { CommandError, type ExitCode, exitCodeOf, type Facts } from './failure.ts'
import { CrlfEncoder, readBytes } from './input-bytes.ts'
import type { Io } from './io.ts'
import { isAtTerminal } from './people.ts'
import type { History } from './terminal/history.ts'
import type { InputLine } from './terminal/input-line.ts'
import { openPeerView, type PeerView } from './terminal/peer-view.ts'
import { openTypedLine } from './terminal/typed-line.ts'
import { Timer } from './timer.ts'

/** The most that fits into one datagram over IPv4, in bytes: 65,535 without the headers of IP and UDP (RFC 768). */
const MAX_DATAGRAM = 65_507
/** How long after the end of the input an answer may still come, in milliseconds. */
export const ANSWER_MS = 1000

export interface DatagramOptions {
  /** Each LF of the input is sent as CR LF, but for one after a CR. */
  readonly crlf: boolean
  /** On a terminal too the peer's bytes go out as they are; the terminal edits the typed lines itself. */
  readonly raw: boolean
  /** Nothing of the peer goes to standard output. */
  readonly silent: boolean
  /** What the peer is called in sentences. */
  readonly peer: string
  /** What programs want to know of a failure besides, like the host and the port. */
  readonly facts?: Facts | undefined
  /** After the end of the input: over after so long without a datagram, in milliseconds. Default 1000. */
  readonly idleMs?: number | undefined
  /** So long after the end of the input it is over whatever comes, in milliseconds. Default: never. */
  readonly quitAfterMs?: number | undefined
  /** Earlier lines that the Up key finds, and where new ones are kept. */
  readonly history?: History | undefined
}

/** Datagrams and their bytes. */
export interface Tally {
  readonly datagrams: number
  readonly bytes: number
}

export interface DatagramEnd {
  readonly code: ExitCode
  /** Who ended it: the person or the reader of our output (`left`), `quit-after`, or the silence after the input. */
  readonly how: 'left' | 'quit-after' | 'idle'
  readonly sent: Tally
  readonly received: Tally
}

/**
 * Carries datagrams both ways over a connected socket until the person leaves, or the input has ended and nothing
 * more comes. Closes the socket.
 *
 * Rejects with a CommandError: 4 when the peer's machine says that nobody listens there, 5 when something was sent
 * and nothing at all came, 1 when the input cannot be read or the network does not take a datagram.
 */
export function exchangeDatagrams(socket: UdpSocket, io: Io, options: DatagramOptions): Promise<DatagramEnd> {
  return new DatagramExchange(socket, io, options).run()
}

type Ending = Pick<DatagramEnd, 'code' | 'how'>

class DatagramExchange {
  readonly #socket: UdpSocket
  readonly #io: Io
  readonly #options: DatagramOptions
  readonly #over = Promise.withResolvers<Ending>()
  readonly #stopped = new AbortController()
  readonly #idle: Timer
  readonly #quit: Timer
  #line: InputLine | undefined
  #inputHasEnded = false
  #sent: Tally = { datagrams: 0, bytes: 0 }
  #received: Tally = { datagrams: 0, bytes: 0 }

  constructor(socket: UdpSocket, io: Io, options: DatagramOptions) {
    this.#socket = socket
    this.#io = io
    this.#options = options
    this.#idle = new Timer(options.idleMs ?? ANSWER_MS, () => this.#hasBeenIdle())
    this.#quit = new Timer(options.quitAfterMs, () => this.#hasBeenIdle('quit-after'))
  }

  async run(): Promise<DatagramEnd> {
    const { signal, stdout } = this.#io
    const interrupted = (): void => this.#end({ code: exitCodeOf(signal.reason), how: 'left' })
    const readerLeft = (): void => this.#end({ code: 0, how: 'left' })
    signal.addEventListener('abort', interrupted)
    stdout.on('error', readerLeft)
    try {
      if (signal.aborted) interrupted()
      else this.#begin()
      const ending = await this.#over.promise
      return { ...ending, sent: this.#sent, received: this.#received }
    } finally {
      signal.removeEventListener('abort', interrupted)
      stdout.off('error', readerLeft)
      this.#stopped.abort()
      this.#line?.close()
      this.#idle.end()
      this.#quit.end()
      await this.#socket.close()
    }
  }

  #begin(): void {
    const { raw, silent, history } = this.#options
    if (isAtTerminal(this.#io) && !raw && !silent) {
      this.#line = openTypedLine(this.#io, {
        history,
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
    void this.#receive(view)
    if (this.#line === undefined) void this.#sendInput()
  }

  /** The first ending counts. */
  #end(ending: Ending): void {
    this.#over.resolve(ending)
  }

  #hasBeenIdle(how: 'idle' | 'quit-after' = 'idle'): void {
    const isAnswered = this.#received.datagrams > 0 || this.#sent.datagrams === 0
    if (isAnswered) this.#end({ code: 0, how })
    else this.#over.reject(noAnswer(this.#options))
  }

  async #receive(view: PeerView): Promise<void> {
    const isTerminal = this.#io.stdout.isTTY === true && !this.#options.raw
    try {
      for (;;) {
        const { data } = await this.#socket.recvFrom()
        this.#received = plus(this.#received, data)
        this.#idle.stop() // to wait for a slow reader of ours is not the peer's silence
        // A datagram is whole. In a pipe it is untouched all the same.
        await view.show(isTerminal && data.at(-1) !== LF ? Buffer.concat([data, NEWLINE]) : data)
        if (this.#inputHasEnded) this.#idle.restart()
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  async #sendInput(): Promise<void> {
    const { stdin } = this.#io
    const crlf = this.#options.crlf ? new CrlfEncoder() : undefined
    try {
      await readBytes(stdin, (bytes) => this.#sendAll(crlf?.encode(bytes) ?? bytes), this.#stopped.signal)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#stopped.signal.aborted) return
    const { errored } = stdin
    if (errored)
      this.#over.reject(new CommandError(1, `cannot read the input: ${errored.message}.`, [], errored))
    else this.#endInput()
  }

  async #say(text: string): Promise<void> {
    try {
      await this.#sendAll(Buffer.from(`${text}${this.#options.crlf ? '\r\n' : '\n'}`))
    } catch (error) {
      this.#fail(error)
    }
  }

  async #sendAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += MAX_DATAGRAM) {
      const datagram = bytes.subarray(at, at + MAX_DATAGRAM)
      await this.#socket.send(datagram)
      this.#sent = plus(this.#sent, datagram)
    }
  }

  #endInput(): void {
    this.#inputHasEnded = true
    this.#idle.restart()
    this.#quit.restart()
  }

  #fail(error: unknown): void {
    if (SocketError.is(error, 'closed') && this.#stopped.signal.aborted) return
    this.#over.reject(SocketError.is(error) ? cannotGoOn(this.#options, error) : error)
  }
}

function noAnswer({ peer, facts }: DatagramOptions): CommandError {
  const cause = new SocketError('timeout', { op: 'recv', where: peer })
  const hints = [
    'UDP gives no proof of delivery: what was sent may be lost, or not be answered by design.',
    'To wait longer:  -w SECONDS',
  ]
  return new CommandError(5, `no answer from udp ${peer}.`, hints, cause, facts)
}

function cannotGoOn({ peer, facts }: DatagramOptions, error: SocketError): CommandError {
  if (error.code === 'refused') return udpRefused(peer, error, facts)
  return new CommandError(1, `cannot go on with udp ${peer}: ${error.message}.`, [], error, facts)
}

/** What to say when the peer's machine answered that the port is closed (ICMP, RFC 792). */
export function udpRefused(peer: string, error: SocketError, facts?: Facts): CommandError {
  const hints = ['The machine answered; the program is not running, or it uses another port.']
  return new CommandError(4, `nobody is listening on udp ${peer} (connection refused).`, hints, error, facts)
}

const LF = 0x0a
const NEWLINE = Buffer.from('\n')

function plus({ datagrams, bytes }: Tally, { length }: Uint8Array): Tally {
  return { datagrams: datagrams + 1, bytes: bytes + length }
}
