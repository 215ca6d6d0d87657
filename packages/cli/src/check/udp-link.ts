/** A UDP socket towards one server, that notices at its first datagram when nobody listens there. */
import { setTimeout as delay } from 'node:timers/promises'
import { isLoopbackHost, resolve, SocketError, UdpSocket } from '@partyline/sockets'
import type { DatagramLink } from './datagrams.ts'

/** A system refuses a datagram for a port that nobody has within this time, on the same machine, in milliseconds. */
const REFUSAL_MS = 30
/** Between two tries while a program starts, in milliseconds. */
const RETRY_MS = 20

export interface UdpLinkOptions {
  readonly host: string
  readonly port: number
  readonly signal: AbortSignal
  /** Whether the server may still come to listen: then the first datagram is sent again when it is refused. */
  readonly mayCome: () => boolean
  /** What to reject with when it does not. */
  readonly nobodyThere: (cause: SocketError) => Error
}

export class UdpLink implements DatagramLink {
  readonly #socket: UdpSocket
  readonly #options: UdpLinkOptions
  /** An answer that came while we looked for a refusal. */
  readonly #early: Buffer[] = []
  #isFirst = true

  private constructor(socket: UdpSocket, options: UdpLinkOptions) {
    this.#socket = socket
    this.#options = options
  }

  /** Rejects with a SocketError, `not-found` for one. */
  static async open(options: UdpLinkOptions): Promise<UdpLink> {
    const { host, port, signal } = options
    const [address] = await resolve(host, { port, type: 'udp', signal })
    if (address === undefined) throw new SocketError('not-found', { op: 'resolve', where: host })
    const isV4 = address.family === 4
    const own = isLoopbackHost(address.host) ? (isV4 ? '127.0.0.1' : '::1') : isV4 ? '0.0.0.0' : '::'
    const socket = await UdpSocket.bind(0, own)
    await socket.connect(port, address.host)
    return new UdpLink(socket, options)
  }

  async send(data: Uint8Array): Promise<void> {
    const isFirst = this.#isFirst
    this.#isFirst = false
    for (;;) {
      await this.#socket.send(data)
      if (!isFirst) return
      try {
        const answer = await this.#soonest()
        if (answer !== undefined) this.#early.push(answer)
        return
      } catch (error) {
        if (!SocketError.is(error, 'refused')) throw error
        if (!this.#options.mayCome()) throw this.#options.nobodyThere(error)
        await delay(RETRY_MS, undefined, { signal: this.#options.signal })
      }
    }
  }

  /** What comes within REFUSAL_MS, if anything does. Rejects with a SocketError, `refused` for one. */
  async #soonest(): Promise<Buffer | undefined> {
    try {
      return await this.recv(REFUSAL_MS)
    } catch (error) {
      if (!SocketError.is(error, 'timeout')) throw error
    }
    // On a busy machine the time may be over before anybody has looked at the socket: this turn looks.
    await new Promise(setImmediate)
    try {
      return await this.recv(0)
    } catch (error) {
      if (!SocketError.is(error, 'timeout')) throw error
      return undefined
    }
  }

  async recv(timeoutMs: number): Promise<Buffer> {
    const early = this.#early.shift()
    if (early !== undefined) return early
    return (await this.#socket.recvFrom({ timeout: timeoutMs, signal: this.#options.signal })).data
  }

  close(): Promise<void> {
    return this.#socket.close()
  }
}
