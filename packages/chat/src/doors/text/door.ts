/**
 * The text door: a chat for telnet, nc and twenty-line programs. Here are the sockets; what is said over them is
 * the business of `TextConnection` and `TextSession`.
 */
import {
  type Address,
  formatAddress,
  type InetAddress,
  isPrivateHost,
  SocketError,
  type TcpListener,
  type TcpSocket,
} from '@partyline/sockets'
import type { Chat } from '../../core/chat.ts'
import type { Clock } from '../../core/clock.ts'
import { ConnectionLimits } from '../connection-limits.ts'
import type { Door } from '../door.ts'
import type { DoorStats } from '../door-stats.ts'
import { faultLines } from '../fault-lines.ts'
import { listenOnAll } from '../listen-on-all.ts'
import type { Log } from '../log.ts'
import { SlowReaders } from '../slow-readers.ts'
import { TextConnection } from './connection.ts'
import { notices } from './format.ts'
import type { PaceLimits } from './pace.ts'
import { TextSession } from './session.ts'
import { SocketOutlet } from './socket-outlet.ts'
import { TextBroadcast } from './text-broadcast.ts'

export interface TextDoorOptions {
  readonly hosts: readonly string[]
  /** 0: a free one. */
  readonly port: number
  /** What the chat is called. */
  readonly title: string
  readonly chat: Chat
  readonly clock: Clock
  /** Connections in all. A further one gets a sentence and is closed. */
  readonly maxConnections: number
  readonly pace?: PaceLimits | undefined
  /** One of the two exact words for each connection that comes in and goes. */
  readonly announce: (line: string) => void
  readonly log: Log
}

/** Refused connections that are being told why at one moment; further ones are reset without a word. */
const REFUSALS = 16
/** Milliseconds between two log lines about refused connections. */
const REFUSALS_LOGGED_EVERY = 10_000
/** Milliseconds that connections have to end, once the door stops. */
const DRAIN = 9000

// Each event is a system call of its own in a calm room, because simple clients take what one receive gives as one
// message: so the socket must not put them together. A dead idle peer is found after two minutes.
const SOCKET_OPTIONS = {
  autoCork: false,
  maxSendQueue: 1024 * 1024,
  keepAlive: { idle: 60, interval: 15, count: 4 },
} as const

/** Opens the door. Rejects with a `SocketError` when it cannot listen. */
export async function openTextDoor(options: TextDoorOptions): Promise<Door> {
  const { hosts, port, log } = options
  const listeners = await listenOnAll({ hosts, port, log, options: SOCKET_OPTIONS })
  return new TextDoor(options, listeners)
}

class TextDoor implements Door {
  readonly addresses: readonly InetAddress[]
  readonly #options: TextDoorOptions
  readonly #listeners: readonly TcpListener[]
  readonly #limits: ConnectionLimits
  readonly #slow: SlowReaders
  readonly #broadcast = new TextBroadcast()
  readonly #sessions = new Set<TextSession>()
  #closed: Promise<unknown> | undefined
  #accepted = 0
  #slowReadersCut = 0
  #faults = 0
  #refusing = 0
  #refused = 0
  #refusalsLoggedAt = Number.NEGATIVE_INFINITY

  constructor(options: TextDoorOptions, listeners: readonly TcpListener[]) {
    this.#options = options
    this.#listeners = listeners
    this.addresses = listeners.map(({ address }) => address).filter(isInet)
    this.#limits = new ConnectionLimits(options.clock, options.maxConnections)
    this.#slow = new SlowReaders(options.clock)
    for (const listener of listeners) {
      void listener.serve((socket) => this.#welcome(socket), { onError: (error) => this.#onFault(error) })
    }
  }

  stats(): DoorStats {
    return {
      sessions: this.#sessions.size,
      isFull: this.#limits.isFull,
      accepted: this.#accepted,
      refused: this.#limits.refused,
      deliveries: this.#broadcast.deliveries,
      queuedBytes: this.#slow.queued,
      slowReadersCut: this.#slowReadersCut,
      faults: this.#faults,
    }
  }

  stop(): void {
    this.#closed ??= Promise.all(this.#listeners.map((listener) => listener.close({ drain: DRAIN })))
  }

  async close(): Promise<void> {
    this.stop()
    for (const session of this.#sessions) session.shutDown()
    await this.#closed
  }

  async #welcome(socket: TcpSocket): Promise<void> {
    const host = isInet(socket.remote) ? socket.remote.host : ''
    const caller = { host, isPrivate: isPrivateHost(host) }
    const refusal = this.#limits.enter(caller)
    if (refusal !== undefined) return this.#refuse(socket, refusal)
    try {
      this.#accepted += 1
      this.#options.announce('Incoming Connection')
      await this.#converse(socket)
      this.#options.announce('client disconnecting')
    } finally {
      this.#limits.leave(caller)
    }
  }

  async #converse(socket: TcpSocket): Promise<void> {
    const { chat, clock, log, pace, title } = this.#options
    let isFaulty = false // then that is why it is cut off
    const outlet = new SocketOutlet(socket, (line) => {
      if (!isFaulty) this.#slowReadersCut += 1
      log(line, 'warn')
    })
    const howToJoin = joinSentence(title, socket.local)
    const onFault = (error: unknown): void => {
      isFaulty = true
      this.#onFault(error)
    }
    const session = new TextSession(
      { chat, clock, broadcast: this.#broadcast, title, howToJoin, onFault },
      outlet,
    )
    const connection = new TextConnection({ chat, clock, session, outlet, pace })
    this.#sessions.add(session)
    this.#slow.watch(outlet)
    // Not waited for: a line may wait for its turn, or for a store that never answers, when the connection ends.
    receiveAll(socket, connection).catch((error: unknown) => session.fail(error))
    await socket.closed
    connection.stop()
    session.hangUp()
    this.#slow.unwatch(outlet)
    this.#sessions.delete(session)
  }

  async #refuse(socket: TcpSocket, why: string): Promise<void> {
    this.#refused += 1
    const { clock, log } = this.#options
    if (clock.ticks() - this.#refusalsLoggedAt >= REFUSALS_LOGGED_EVERY) {
      this.#refusalsLoggedAt = clock.ticks()
      log(
        `refused ${this.#refused} connections so far, the latest from ${formatAddress(socket.remote)}: ${why}`,
        'warn',
      )
    }
    if (this.#refusing >= REFUSALS) return socket.abort(new Error(why))
    this.#refusing += 1
    socket.trySend(notices(why))
    await socket.close()
    this.#refusing -= 1
  }

  // What the network did to one connection is no news to anybody; everything else is a fault of ours.
  #onFault(error: unknown): void {
    if (SocketError.is(error)) return
    this.#faults += 1
    for (const line of faultLines('a connection ended by a fault of the server', error))
      this.#options.log(line, 'error')
  }
}

async function receiveAll(socket: TcpSocket, connection: TextConnection): Promise<void> {
  try {
    for (let segment = await socket.recv(); segment !== null; segment = await socket.recv()) {
      await connection.feed(segment)
    }
  } catch (error) {
    if (SocketError.is(error)) return // reset, timed out, or closed by us: it is over
    throw error
  }
  await connection.end()
}

function isInet(address: Address): address is InetAddress {
  return 'host' in address
}

function joinSentence(title: string, local: Address): string {
  const where = isInet(local) ? `${local.host} ${local.port}` : local.path
  return `${title} is a chat, and this is its text door. Join it from a terminal: nc ${where}`
}
