/**
 * Listening for datagrams: each that comes is shown, what is typed or piped in goes to whoever spoke last. With
 * `--echo` each goes back to its sender, under the rules of the UDP echo service.
 */
import { literal, type Printable, printable, visibleBytes } from '@partyline/protocols'
import { udpEcho } from '@partyline/services'
import {
  type Datagram,
  formatAddress,
  type InetAddress,
  SocketError,
  type UdpSocket,
} from '@partyline/sockets'
import { CommandError, type ExitCode, exitCodeOf } from '../failure.ts'
import { CrlfEncoder } from '../input-bytes.ts'
import { Timer } from '../timer.ts'
import type { Front } from './front.ts'

/** The most that fits into one datagram over IPv4, in bytes: 65,535 without the headers of IP and UDP (RFC 768). */
const MAX_DATAGRAM = 65_507

export interface UdpListenOptions {
  readonly front: Front
  readonly note: (words: string) => void
  /** The wish of the system to stop. */
  readonly signal: AbortSignal
  /** Only the first sender is heard and answered. */
  readonly once: boolean
  readonly crlf: boolean
  /** Over after so long without a datagram, in milliseconds. Default: never. */
  readonly idleMs: number | undefined
  /** Over so long after the end of the input, in milliseconds. Default: never. */
  readonly quitAfterMs: number | undefined
}

/**
 * Listens until the person or the system wants it to end: 0, or with `once` 130 and 143. Rejects with a
 * CommandError 5 when nothing at all came within `idleMs`. Closes the socket.
 */
export async function listenForDatagrams(socket: UdpSocket, options: UdpListenOptions): Promise<ExitCode> {
  const talk = new DatagramTalk(socket, options)
  const { front } = options
  front.start({
    data: (bytes) => talk.send(bytes),
    end: () => (front.isTerminal ? talk.end(0) : talk.inputEnded()),
    leave: (code) => talk.end(code),
    fail: (error) => talk.fail(error),
  })
  return talk.run(() => talk.receive())
}

/** Sends each datagram back to its sender until it is stopped, as `listenForDatagrams` is. */
export function echoDatagrams(socket: UdpSocket, options: UdpListenOptions): Promise<ExitCode> {
  const talk = new DatagramTalk(socket, options)
  const announce = (line: string): void => {
    talk.heard()
    options.note(line)
  }
  return talk.run(() => udpEcho(socket, { announce }))
}

class DatagramTalk {
  readonly #socket: UdpSocket
  readonly #options: UdpListenOptions
  readonly #over = Promise.withResolvers<ExitCode>()
  readonly #idle: Timer
  readonly #quit: Timer
  readonly #crlf: CrlfEncoder | undefined
  #last: InetAddress | undefined
  #isOver = false
  #hasHeard = false
  /** There was more than one sender: from then on each line says whose it is. */
  #several = false

  constructor(socket: UdpSocket, options: UdpListenOptions) {
    this.#socket = socket
    this.#options = options
    this.#crlf = options.crlf ? new CrlfEncoder() : undefined
    this.#idle = new Timer(options.idleMs, () => this.#hasBeenIdle())
    this.#quit = new Timer(options.quitAfterMs, () => this.end(0))
  }

  async run(receive: () => Promise<void>): Promise<ExitCode> {
    const { signal, front } = this.#options
    const onSignal = (): void => this.end(exitCodeOf(signal.reason))
    signal.addEventListener('abort', onSignal)
    try {
      if (signal.aborted) onSignal()
      this.#idle.restart()
      receive().catch((error: unknown) => this.fail(error))
      return await this.#over.promise
    } finally {
      this.#isOver = true
      signal.removeEventListener('abort', onSignal)
      this.#idle.stop()
      this.#quit.stop()
      front.stop()
      await this.#socket.close()
    }
  }

  async receive(): Promise<void> {
    for (;;) {
      const datagram = await this.#next()
      if (datagram === undefined) continue
      this.heard()
      await this.#show(datagram)
    }
  }

  /** To whoever spoke last. */
  async send(bytes: Uint8Array): Promise<void> {
    const { note } = this.#options
    const to = this.#last
    if (to === undefined) return note('nobody has sent anything yet: that was not sent')
    const data = this.#crlf?.encode(bytes) ?? bytes
    for (let at = 0; at < data.length; at += MAX_DATAGRAM) {
      const datagram = data.subarray(at, at + MAX_DATAGRAM)
      const sent =
        this.#socket.remote === undefined
          ? this.#socket.sendTo(datagram, to.port, to.host)
          : this.#socket.send(datagram)
      await sent.catch((error: unknown) => this.#lost(error))
    }
  }

  heard(): void {
    this.#hasHeard = true
    this.#idle.restart()
  }

  inputEnded(): void {
    this.#quit.restart()
  }

  /** A server that is stopped has done its work; one conversation has not. */
  end(code: ExitCode): void {
    this.#over.resolve(this.#options.once ? code : 0)
  }

  fail(error: unknown): void {
    // A bug after the end would be nobody's; the socket's own end is none.
    if (!(this.#isOver && SocketError.is(error, 'closed'))) this.#over.reject(error)
  }

  #hasBeenIdle(): void {
    const seconds = (this.#options.idleMs ?? 0) / 1000
    if (this.#hasHeard) this.#over.resolve(0)
    else this.#over.reject(new CommandError(5, `no datagram came within ${seconds} s.`))
  }

  /** Undefined when there was only news that a datagram of ours was refused. */
  async #next(): Promise<Datagram | undefined> {
    try {
      return await this.#socket.recvFrom()
    } catch (error) {
      if (!SocketError.is(error, 'refused')) throw error
      this.#lost(error)
      return undefined
    }
  }

  async #show({ data, from }: Datagram): Promise<void> {
    const { front, once, note } = this.#options
    const label = formatAddress(from)
    if (this.#last === undefined) {
      note(`${label} is the first to send something`)
      if (once) await this.#socket.connect(from.port, from.host)
    } else if (formatAddress(this.#last) !== label) {
      if (once) return // it came before the others were shut out
      this.#several = true
    }
    this.#last = from
    if (front.display.inLines) await front.print(this.#line(label, data))
    else await front.display.view(label).data(data)
    front.somebodyIsHere()
  }

  #line(label: string, data: Uint8Array): Printable {
    const end = data.at(-1) === LF ? (data.at(-2) === CR ? -2 : -1) : data.length
    const text = visibleBytes(data.subarray(0, end))
    return this.#several ? literal`${printable(label)} ${text}` : text
  }

  #lost(error: unknown): void {
    if (!SocketError.is(error)) throw error
    if (!this.#isOver) this.#options.note(`a datagram was not delivered: ${error.message}`)
  }
}

const LF = 0x0a
const CR = 0x0d
