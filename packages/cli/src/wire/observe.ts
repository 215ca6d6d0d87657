/**
 * Makes wire events out of what the library publishes about itself. Only what begins inside `run` is observed, so
 * a view shows one command's sockets and not whatever else the process does.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { SOCKET_ERRORS, SocketError, type TcpSocket, type Telemetry, type TlsInfo } from '@partyline/sockets'
import { nameOf, type OfConnection, type WireEvent, type WireNews } from './events.ts'

/** Which observer a piece of work belongs to. */
const owner = new AsyncLocalStorage<SocketObserver>()

/** What we remember of a connection. */
interface Tracked extends OfConnection {
  readonly isAccepted: boolean
  sent: number
  received: number
  finSent: boolean
  finReceived: boolean
  resetSent: boolean
}

export class SocketObserver {
  readonly #clock: () => number
  readonly #emit: (event: WireEvent) => void
  readonly #began: number
  // A socket is known from the moment it opens: what is sent on it later may come out of anybody's callback.
  readonly #tracked = new WeakMap<TcpSocket, Tracked>()
  readonly #datagramSockets = new WeakSet()
  #connections = 0
  readonly #subscriptions: (readonly [channel: string, listener: (message: unknown) => void])[]

  /** `clock` is in milliseconds, like `performance.now`; the time of the events begins now. */
  constructor(clock: () => number, emit: (event: WireEvent) => void) {
    this.#clock = clock
    this.#emit = emit
    this.#began = clock()
    this.#subscriptions = [
      on('resolve', ({ host, addresses, ms }) => {
        this.#ours({ kind: 'resolved', host, addresses: addresses.map((address) => address.host), ms })
      }),
      on('attempt', ({ remote }) => this.#ours({ kind: 'connecting', peer: nameOf(remote) })),
      on('attemptFailed', ({ remote, error: { code } }) => {
        const [peer, message] = [nameOf(remote), SOCKET_ERRORS[code]]
        this.#ours({ kind: 'connect-failed', peer, error: code, message })
      }),
      on('listening', ({ listener: { address } }) => {
        this.#ours({ kind: 'listening', local: nameOf(address), transport: 'tcp' })
      }),
      on('refused', ({ remote, reason }) => this.#ours({ kind: 'refused', peer: nameOf(remote), reason })),
      on('handshakeFailed', ({ remote, error }) => {
        const message = SocketError.is(error) ? error.message : String(error)
        this.#ours({ kind: 'tls-failed', peer: nameOf(remote), message })
      }),
      on('open', (message) => this.#opened(message)),
      on('received', ({ socket, data }) => this.#moved('received', socket, data)),
      on('sent', ({ socket, data }) => this.#moved('sent', socket, data)),
      on('ended', ({ socket, by }) => this.#ended(socket, by)),
      on('reset', ({ socket }) => this.#reset(socket)),
      on('close', (message) => this.#closed(message)),
      on('bound', ({ socket }) => {
        if (!this.#isOurs) return
        this.#datagramSockets.add(socket)
        this.#tell({ kind: 'bound', local: nameOf(socket.local) })
      }),
      on('datagramReceived', ({ socket, data, from }) => {
        if (!this.#datagramSockets.has(socket)) return
        this.#tell({ kind: 'datagram-received', local: nameOf(socket.local), peer: nameOf(from), data })
      }),
      on('datagramSent', ({ socket, data, to }) => {
        if (!this.#datagramSockets.has(socket)) return
        this.#tell({ kind: 'datagram-sent', local: nameOf(socket.local), peer: nameOf(to), data })
      }),
    ]
    for (const [channel, listener] of this.#subscriptions) subscribe(channel, listener)
  }

  /** Does a piece of work; the sockets that it and all that follows from it open are observed. */
  run<Result>(task: () => Result): Result {
    return owner.run(this, task)
  }

  stop(): void {
    for (const [channel, listener] of this.#subscriptions) unsubscribe(channel, listener)
  }

  get #isOurs(): boolean {
    return owner.getStore() === this
  }

  #ours(news: WireNews): void {
    if (this.#isOurs) this.#tell(news)
  }

  #tell(news: WireNews): void {
    this.#emit({ at: this.#clock() - this.#began, news })
  }

  #opened({ socket, via }: Telemetry['open']): void {
    if (!this.#isOurs) return
    const about: OfConnection = { connection: ++this.#connections, peer: nameOf(socket.remote) }
    this.#tracked.set(socket, {
      ...about,
      isAccepted: via === 'accept',
      sent: 0,
      received: 0,
      finSent: false,
      finReceived: false,
      resetSent: false,
    })
    const local = nameOf(socket.local)
    this.#tell({ kind: via === 'accept' ? 'accepted' : 'connected', ...about, local })
    if (socket.tls !== undefined) this.#tell({ kind: 'tls', ...about, ...agreed(socket.tls) })
  }

  #moved(kind: 'sent' | 'received', socket: TcpSocket, data: Uint8Array): void {
    const tracked = this.#tracked.get(socket)
    if (tracked === undefined) return
    tracked[kind] += data.length
    this.#tell({ kind, ...aboutOf(tracked), data })
  }

  #ended(socket: TcpSocket, by: 'us' | 'peer'): void {
    const tracked = this.#tracked.get(socket)
    if (tracked === undefined) return
    if (by === 'us') tracked.finSent = true
    else tracked.finReceived = true
    const { sent, received, finSent, finReceived, isAccepted } = tracked
    const totals = finSent && finReceived ? { sent, received } : undefined
    const kind = by === 'us' ? 'fin-sent' : 'fin-received'
    this.#tell({ kind, ...aboutOf(tracked), isAccepted, totals })
  }

  #reset(socket: TcpSocket): void {
    const tracked = this.#tracked.get(socket)
    if (tracked === undefined) return
    tracked.resetSent = true
    const { sent, received } = tracked
    this.#tell({ kind: 'reset-sent', ...aboutOf(tracked), totals: { sent, received } })
  }

  #closed({ socket, info }: Telemetry['close']): void {
    const tracked = this.#tracked.get(socket)
    if (tracked === undefined) return
    this.#tracked.delete(socket)
    const { sent, received, finSent, finReceived, resetSent } = tracked
    const [about, totals, { by, error, ms }] = [aboutOf(tracked), { sent, received }, info]
    const isReset = !resetSent && (error?.code === 'reset' || error?.code === 'broken-pipe')
    if (isReset) this.#tell({ kind: 'reset-received', ...about, totals })
    const isTold = isReset || (resetSent && by === 'us') || (finSent && finReceived && error === undefined)
    const failure = error === undefined ? {} : { error: error.code, message: SOCKET_ERRORS[error.code] }
    this.#tell({ kind: 'closed', ...about, by, ...failure, totals, ms, isTold })
  }
}

/** A listener for one of the library's channels. */
function on<Name extends keyof Telemetry>(
  name: Name,
  listen: (message: Telemetry[Name]) => void,
): readonly [string, (message: unknown) => void] {
  const channel = `partyline.sockets.${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return [channel, (message) => listen(message as Telemetry[Name])] // what it publishes is what it says
}

function aboutOf({ connection, peer }: Tracked): OfConnection {
  return { connection, peer }
}

/** What a handshake agreed on. */
export function agreed({ protocol, cipher, alpn, peer }: TlsInfo): {
  readonly protocol: string
  readonly cipher: string
  readonly alpn: string | undefined
  readonly certificate: string | undefined
} {
  const name: unknown = peer?.subject?.CN
  const certificate = typeof name === 'string' ? name : peer?.subjectaltname
  return { protocol, cipher, alpn, certificate }
}
