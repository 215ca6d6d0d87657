/**
 * What both kinds of socket have in common, streams and datagrams: their calls, their options and timeout, and
 * clear words for a call that comes at the wrong moment.
 */
import type { Data, Op } from '../byte-stream.ts'
import { SocketError, type SocketOp } from '../errors.ts'
import { checkTimeout } from '../op.ts'
import { AF_INET6, AF_UNIX } from './constants.ts'
import { SocketOptionValues } from './options.ts'
import type { SocketAddress } from './socket-address.ts'

/**
 * A socket with the calls of the tutorials. Those that have to wait return promises: write `await` in front. One
 * state-changing call at a time: `bind` without its `await` makes the next call fail and say so.
 *
 * What the network does is a `SocketError`; a call that makes no sense in this state is a TypeError.
 */
export interface Socket extends AsyncDisposable {
  /** AF_INET, AF_INET6 or AF_UNIX. */
  readonly family: number
  /** SOCK_STREAM or SOCK_DGRAM. */
  readonly type: number
  /** The protocol that was given; 0 = the usual one of the type. */
  readonly proto: number
  /**
   * Takes an address of this machine. The host '' is every address, port 0 lets the system choose. From here on the
   * port is held: nobody else can bind it, and nobody is listening yet. (On Node before 26, which cannot bind
   * without listening, a stream's bind only notes the address and listen takes it.)
   */
  bind(address: SocketAddress): Promise<void>
  /**
   * Begins to take connections. `backlog` (default 128) is how many the kernel keeps that the program has not
   * taken; as Node takes them as they come, that matters only while the program is busy, and further ones wait for
   * `accept` here: as many as the backlog, at least 128.
   */
  listen(backlog?: number): Promise<void>
  /** Waits for a connection. The connection is a new socket; this one goes on listening. */
  accept(): Promise<[connection: Socket, address: SocketAddress]>
  /** Connects to a peer. For datagrams it only says whom `send` is for. */
  connect(address: SocketAddress): Promise<void>
  /** Sends all of it, unlike the kernel's call, and returns how many bytes that was. Text is sent as UTF-8. */
  send(data: Data): Promise<number>
  /** Sends all of it. */
  sendall(data: Data): Promise<void>
  /**
   * Receives 1 to `bufsize` bytes as soon as there are any; of a datagram what does not fit is lost. No bytes: the
   * peer has ended. (The library's own `recv` returns null then, since an empty buffer is easily taken for data;
   * here the tutorials' word counts: `if (data.length === 0) break`.)
   */
  recv(bufsize: number): Promise<Buffer>
  /** Sends one datagram to an address. An unbound socket is bound to a port that the system chooses. */
  sendto(data: Data, address: SocketAddress): Promise<number>
  /** Receives one datagram and its sender's address. What does not fit into `bufsize` is lost, as in the kernel. */
  recvfrom(bufsize: number): Promise<[data: Buffer, address: SocketAddress]>
  /** Ends sending (`SHUT_WR`), receiving (`SHUT_RD`) or both (`SHUT_RDWR`). Streams. */
  shutdown(how: number): Promise<void>
  /** Sets an option; true is 1. Before bind or after, as the option's constant says. */
  setsockopt(level: number, option: number, value: number | boolean): void
  /** The value of an option, as set or as the default. Throws RangeError for one that is not known. */
  getsockopt(level: number, option: number): number
  /** Seconds that a call may take, fractions allowed; then it rejects with `timeout`. null: for ever, the default. 0: not at all. */
  settimeout(seconds: number | null): void
  /** Seconds, or null for none. */
  gettimeout(): number | null
  /** Our address. Not to be awaited. */
  getsockname(): SocketAddress
  /** The peer's address. Not to be awaited. */
  getpeername(): SocketAddress
  /** Closes it. What was sent still arrives. Waiting calls reject with `closed`. Calling it again is fine. */
  close(): Promise<void>
}

/** Throws the TypeError for a call at the wrong moment. */
export function wrongUse(call: string, why: string): never {
  throw new TypeError(`${call}: ${why}`)
}

/** The part of a Socket that is the same for streams and datagrams. */
export class SocketBase {
  readonly family: number
  readonly type: number
  readonly proto: number
  protected readonly options: SocketOptionValues
  #timeout: number | null = null
  #pending: { readonly call: string; readonly stop: AbortController } | undefined

  constructor(family: number, type: number, proto: number, options?: SocketOptionValues) {
    this.family = family
    this.type = type
    this.proto = proto
    this.options = options ?? new SocketOptionValues(type)
  }

  settimeout(seconds: number | null): void {
    if (seconds !== null) checkTimeout('timeout in milliseconds', seconds * 1000)
    this.#timeout = seconds
  }

  gettimeout(): number | null {
    return this.#timeout
  }

  /** The socket's timeout as the library wants it. */
  protected op(signal?: AbortSignal): Op {
    return { signal, timeout: this.#timeout === null ? undefined : this.#timeout * 1000 }
  }

  /** The library's number for the family. */
  protected get ipVersion(): 4 | 6 | undefined {
    if (this.family === AF_UNIX) return undefined
    return this.family === AF_INET6 ? 6 : 4
  }

  /** Runs a call that changes the state: one at a time, and `close` ends it. */
  protected async change<T>(
    op: SocketOp,
    work: (signal: AbortSignal) => Promise<T>,
    call: string = op,
  ): Promise<T> {
    this.checkAwaited(call)
    const stop = new AbortController()
    this.#pending = { call, stop }
    try {
      return await work(stop.signal)
    } catch (error) {
      if (!stop.signal.aborted) throw error
      throw new SocketError('closed', { op, cause: error })
    } finally {
      this.#pending = undefined
    }
  }

  /** Throws when a call that changes the state has not finished. */
  protected checkAwaited(call: string): void {
    if (this.#pending === undefined) return
    wrongUse(call, `${this.#pending.call} has not finished yet: put await in front of it`)
  }

  protected stopChange(): void {
    this.#pending?.stop.abort()
  }
}
