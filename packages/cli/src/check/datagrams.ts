/** One UDP socket of the checker: sends datagrams to one program, expects answers, and keeps what happened. */
import { SocketError } from '@partyline/sockets'
import { type ConnectionLog, packet, seconds } from './evidence.ts'
import { Fault, type Pace } from './talk.ts'

/** What it needs of a socket: the other end is fixed. */
export interface DatagramLink {
  send(data: Uint8Array): Promise<void>
  /** The next datagram. Rejects with a SocketError, `timeout` and `refused` among them. */
  recv(timeoutMs: number): Promise<Buffer>
}

export class Datagrams {
  readonly #link: DatagramLink
  readonly #log: ConnectionLog
  readonly #pace: Pace
  #heard = false

  constructor(link: DatagramLink, log: ConnectionLog, pace: Pace) {
    this.#link = link
    this.#log = log
    this.#pace = pace
  }

  /** Sends one datagram. */
  async send(data: Uint8Array | string): Promise<void> {
    const bytes = Buffer.from(data)
    this.#log.sent.add(bytes)
    try {
      await this.#link.send(bytes)
    } catch (error) {
      this.#refused(error)
    }
  }

  /** The next datagram is exactly this one; with `mayBeEmptyFirst`, an empty one may come before it. */
  async expect(
    data: Uint8Array | string,
    { mayBeEmptyFirst = false }: { readonly mayBeEmptyFirst?: boolean } = {},
  ): Promise<void> {
    const wanted = Buffer.from(data)
    this.#log.expect(packet(wanted))
    let came = await this.next()
    if (mayBeEmptyFirst && came?.length === 0) came = await this.next()
    if (came === undefined) this.#silent()
    if (!came.equals(wanted)) throw new Fault('another datagram')
  }

  /** The next datagram, whatever it is, or undefined when none comes in `waitMs`. A refusal is a fault. */
  async next(waitMs: number = this.#pace.waitMs): Promise<Buffer | undefined> {
    try {
      const data = await this.#link.recv(waitMs)
      this.#heard = true
      this.#log.came.add(data)
      return data
    } catch (error) {
      if (SocketError.is(error, 'timeout')) return undefined
      return this.#refused(error)
    }
  }

  /** Says what is expected, where it is not an answer. */
  expecting(words: string): void {
    this.#log.expect(words)
  }

  /** Adds a sentence to what came, and fails. */
  fault(words: string): never {
    this.#log.came.mark(words)
    throw new Fault(words)
  }

  /** Adds a line of the program's own output to what came. */
  show(text: string): void {
    this.#log.came.add(Buffer.from(text))
  }

  #silent(): never {
    const time = seconds(this.#pace.waitMs)
    return this.fault(this.#heard ? `then nothing for ${time}` : `nothing within ${time}`)
  }

  // The other machine's system says so with an ICMP message (RFC 1122 section 4.1.3.3).
  #refused(error: unknown): never {
    if (SocketError.is(error, 'refused')) return this.fault('nobody listens (port unreachable)')
    throw error
  }
}
