/**
 * One connection through the tap: what the client sends goes to the target and what the target sends goes to the
 * client, as it comes. An end is passed on as an end and a reset as a reset, so each of the two sees what it would
 * see without us. Whoever is slow slows the other down, as on one connection.
 */
import { formatHostPort, SOCKET_ERRORS, SocketError, TcpSocket, type TlsOptions } from '@partyline/sockets'
import type { Destination } from '../destination.ts'
import { nameOf, type OfConnection, type WireNews } from './events.ts'
import { agreed } from './observe.ts'

/** How long the target may take to answer, all its addresses together, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000

/** Where everything goes, and who is told. */
export interface Tap {
  readonly target: Destination
  readonly family?: 4 | 6 | undefined
  /** Speak TLS to the target. The client still speaks to us without. */
  readonly tls?: true | TlsOptions | undefined
  /** After so many ms without a byte in either direction both sides are reset. */
  readonly idleMs?: number | undefined
  /** Resets both sides. */
  readonly signal: AbortSignal
  readonly tell: (news: WireNews) => void
  /** Waits until more can be told: a slow reader of the view slows the bytes down, and nothing is left out. */
  readonly room: () => Promise<void>
}

/** Carries one client's connection to the target, to its end. Rejects only for a bug. */
export async function tapConnection(client: TcpSocket, connection: number, tap: Tap): Promise<void> {
  const { host, port } = tap.target
  const about = { connection, peer: formatHostPort(host, port), client: nameOf(client.remote) }
  tap.tell({ kind: 'accepted', ...about, local: nameOf(client.local) })
  try {
    const target = await reach(client, about, tap)
    if (target !== undefined) await new TappedPair(client, target, about, tap).run()
  } finally {
    client.abort()
    await client.closed
  }
}

/** Connects to the target; undefined when that failed, or the client did not wait for it. */
async function reach(client: TcpSocket, about: OfConnection, tap: Tap): Promise<TcpSocket | undefined> {
  const left = new AbortController()
  void client.closed.then(() => left.abort())
  try {
    return await TcpSocket.connect({
      ...tap.target,
      family: tap.family,
      tls: tap.tls,
      timeout: CONNECT_TIMEOUT_MS,
      signal: AbortSignal.any([tap.signal, left.signal]),
    })
  } catch (error) {
    if (!SocketError.is(error)) throw error
    if (error.code === 'aborted') {
      if (left.signal.aborted) tap.tell({ kind: 'reset-sent', ...about, totals: { sent: 0, received: 0 } })
      return undefined
    }
    const message = error.code === 'tls' ? error.message : SOCKET_ERRORS[error.code]
    tap.tell({ kind: 'connect-failed', ...about, error: error.code, message })
    return undefined
  }
}

type Side = 'client' | 'target'

/** Both sides, and what went through. */
class TappedPair {
  readonly #client: TcpSocket
  readonly #target: TcpSocket
  readonly #about: OfConnection
  readonly #tap: Tap
  readonly #began = performance.now()
  /** Bytes that came from each side. */
  readonly #bytes: Record<Side, number> = { client: 0, target: 0 }
  /** Whose end came first. */
  #firstEnd: Side | undefined
  #idle: NodeJS.Timeout | undefined
  /** Why it ended, once it has: whose reset it was, that nothing moved, or that we are stopped. */
  #broken: Side | 'idle' | 'stopped' | undefined

  constructor(client: TcpSocket, target: TcpSocket, about: OfConnection, tap: Tap) {
    this.#client = client
    this.#target = target
    this.#about = about
    this.#tap = tap
  }

  async run(): Promise<void> {
    const { signal, idleMs, tell } = this.#tap
    tell({ kind: 'connected', ...this.#about, local: nameOf(this.#target.local) })
    if (this.#target.tls !== undefined) tell({ kind: 'tls', ...this.#about, ...agreed(this.#target.tls) })
    const onAbort = (): void => this.#break('stopped')
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    if (idleMs !== undefined) this.#idle = setTimeout(() => this.#break('idle'), idleMs)
    try {
      await Promise.all([this.#carry('client'), this.#carry('target')])
    } finally {
      clearTimeout(this.#idle)
      signal.removeEventListener('abort', onAbort)
    }
    await Promise.all([this.#client.close(), this.#target.close()])
    this.#tellClosed()
  }

  /** Carries what one side sends to the other, until its end or until the connection is broken. */
  async #carry(from: Side): Promise<void> {
    const to = from === 'client' ? 'target' : 'client'
    const [source, sink] = from === 'client' ? [this.#client, this.#target] : [this.#target, this.#client]
    for (;;) {
      const data = await source.recv().catch((error: unknown) => this.#failed(from, error))
      if (data === undefined) return
      if (data === null) break
      this.#idle?.refresh()
      this.#bytes[from] += data.length
      this.#tap.tell({ kind: from === 'client' ? 'sent' : 'received', ...this.#about, data })
      try {
        await sink.send(data)
      } catch (error) {
        return this.#failed(to, error)
      }
      await this.#tap.room()
    }
    const totals = this.#firstEnd === undefined ? undefined : this.#totals
    this.#firstEnd ??= from
    const kind = from === 'client' ? 'fin-sent' : 'fin-received'
    this.#tap.tell({ kind, ...this.#about, isAccepted: false, totals })
    await sink.shutdown().catch((error: unknown) => this.#failed(to, error))
  }

  /** One side failed in a receive or a send. */
  #failed(side: Side, error: unknown): undefined {
    if (!SocketError.is(error)) throw error
    this.#break(side)
  }

  /** Resets both sides. The first reason counts: what breaks afterwards was broken by us. */
  #break(reason: Side | 'idle' | 'stopped'): void {
    if (this.#broken !== undefined) return
    this.#broken = reason
    if (reason === 'client' || reason === 'target') {
      const kind = reason === 'client' ? 'reset-sent' : 'reset-received'
      this.#tap.tell({ kind, ...this.#about, totals: this.#totals })
    }
    this.#client.abort()
    this.#target.abort()
  }

  get #totals(): { sent: number; received: number } {
    return { sent: this.#bytes.client, received: this.#bytes.target }
  }

  #tellClosed(): void {
    const reason = this.#broken
    const closed = { kind: 'closed', ...this.#about, totals: this.#totals } as const
    const ms = performance.now() - this.#began
    const { tell } = this.#tap
    if (reason === undefined) tell({ ...closed, ms, by: this.#firstEnd ?? 'tap', isTold: true })
    else if (reason === 'stopped') tell({ ...closed, ms, by: 'tap', isTold: false })
    else {
      const error = reason === 'idle' ? 'timeout' : 'reset'
      const message = reason === 'idle' ? 'nothing came or went for too long' : SOCKET_ERRORS.reset
      tell({
        ...closed,
        ms,
        by: reason === 'idle' ? 'timeout' : reason,
        error,
        message,
        isTold: error === 'reset',
      })
    }
  }
}
