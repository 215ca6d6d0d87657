/**
 * Datagrams through the tap. UDP has no connections, so each client address gets a socket of its own towards the
 * target: what the target answers there belongs to that client.
 */
import { formatHostPort, type InetAddress, SOCKET_ERRORS, SocketError, UdpSocket } from '@partyline/sockets'
import type { WireNews } from './events.ts'

/** Clients that are remembered at once; for one more, the one that was silent longest is forgotten. */
export const MAX_CLIENTS = 256
/** A client that sent and got nothing for so many ms is forgotten, unless told otherwise. */
const IDLE_MS = 60_000

/** Where the datagrams go, and who is told. */
export interface DatagramTap {
  readonly target: InetAddress
  /** When a silent client is forgotten, in ms. Default 60,000. */
  readonly idleMs?: number | undefined
  readonly tell: (news: WireNews) => void
  /** Waits until more can be told. */
  readonly room: () => Promise<void>
}

/** A client, and our socket in its place. */
interface Mapping {
  readonly client: InetAddress
  readonly socket: UdpSocket
  readonly idle: NodeJS.Timeout
}

/** Passes datagrams on, both ways, until `entrance` is closed. */
export async function tapDatagrams(entrance: UdpSocket, tap: DatagramTap): Promise<void> {
  await new DatagramRelay(entrance, tap).run()
}

class DatagramRelay {
  readonly #entrance: UdpSocket
  readonly #tap: DatagramTap
  readonly #peer: string
  /** By the client's address, the one that was silent longest first. */
  readonly #mappings = new Map<string, Mapping>()
  readonly #returning = new Set<Promise<void>>()

  constructor(entrance: UdpSocket, tap: DatagramTap) {
    this.#entrance = entrance
    this.#tap = tap
    this.#peer = formatHostPort(tap.target.host, tap.target.port)
  }

  async run(): Promise<void> {
    try {
      for await (const { data, from } of this.#entrance) await this.#passOn(data, from)
    } finally {
      for (const key of this.#mappings.keys()) this.#forget(key)
    }
    await Promise.all(this.#returning)
  }

  /** What the system does not take is lost, as on any way that a datagram goes; it is said. */
  async #passOn(data: Buffer, from: InetAddress): Promise<void> {
    try {
      const { socket } = await this.#mappingOf(from)
      this.#tell('datagram-sent', socket, from, data)
      await socket.send(data)
    } catch (error) {
      this.#failed(error)
    }
    await this.#tap.room()
  }

  async #mappingOf(client: InetAddress): Promise<Mapping> {
    const key = formatHostPort(client.host, client.port)
    const known = this.#mappings.get(key)
    if (known !== undefined) {
      this.#used(key, known)
      return known
    }
    const [oldest] = this.#mappings.keys()
    if (oldest !== undefined && this.#mappings.size >= MAX_CLIENTS) this.#forget(oldest)
    const { host, port, family } = this.#tap.target
    const socket = await UdpSocket.bind(0, family === 6 ? '::' : '0.0.0.0')
    try {
      await socket.connect(port, host)
    } catch (error) {
      await socket.close()
      throw error
    }
    const idle = setTimeout(() => this.#forget(key), this.#tap.idleMs ?? IDLE_MS)
    const mapping = { client, socket, idle }
    this.#mappings.set(key, mapping)
    const returning = this.#bringBack(key, mapping)
    this.#returning.add(returning)
    void returning.then(() => this.#returning.delete(returning))
    return mapping
  }

  /** What the target answers goes to the client, until the client is forgotten. */
  async #bringBack(key: string, mapping: Mapping): Promise<void> {
    const { client, socket } = mapping
    for (;;) {
      try {
        const { data } = await socket.recvFrom()
        this.#used(key, mapping)
        this.#tell('datagram-received', socket, client, data)
        await this.#entrance.sendTo(data, client.port, client.host)
        await this.#tap.room()
      } catch (error) {
        if (SocketError.is(error, 'closed')) return
        this.#failed(error)
      }
    }
  }

  #used(key: string, mapping: Mapping): void {
    if (!this.#mappings.delete(key)) return // forgotten meanwhile
    this.#mappings.set(key, mapping)
    mapping.idle.refresh()
  }

  #forget(key: string): void {
    const mapping = this.#mappings.get(key)
    if (mapping === undefined) return
    this.#mappings.delete(key)
    clearTimeout(mapping.idle)
    void mapping.socket.close()
  }

  #tell(
    kind: 'datagram-sent' | 'datagram-received',
    socket: UdpSocket,
    from: InetAddress,
    data: Uint8Array,
  ): void {
    const client = formatHostPort(from.host, from.port)
    const local = formatHostPort(socket.local.host, socket.local.port)
    this.#tap.tell({ kind, local, peer: this.#peer, client, data })
  }

  /** A refusal is the target's system saying that nobody listens there. */
  #failed(error: unknown): void {
    if (!SocketError.is(error)) throw error
    if (error.code === 'closed') return
    this.#tap.tell({
      kind: 'connect-failed',
      peer: this.#peer,
      error: error.code,
      message: SOCKET_ERRORS[error.code],
    })
  }
}
