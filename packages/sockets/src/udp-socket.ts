/**
 * Datagrams as promises: `recvFrom` takes them one by one from a queue that exists from `bind` on, so nothing that
 * comes between two calls is missed. Errors appear in the call that is awaited, never as an event.
 */
import { createSocket, type Socket } from 'node:dgram'
import { familyOf, formatAddress, formatHostPort, type InetAddress, inetAddress } from './address.ts'
import type { Data, Op } from './byte-stream.ts'
import { DatagramInbox } from './datagram-inbox.ts'
import type { Datagram } from './datagram-queue.ts'
import { SocketError, type SocketErrorDetails, type SocketOp, translateError } from './errors.ts'
import { abortedError, checkInteger, ignore, rejected } from './op.ts'
import { type Lookup, resolve } from './resolve.ts'
import { channels, publish } from './telemetry.ts'
import { nodeOptions, type UdpOptions, udpLimits } from './udp-options.ts'
import { within } from './within.ts'

/** A UDP socket, over IPv4 or IPv6 (RFC 768). */
export class UdpSocket implements AsyncIterable<Datagram>, AsyncDisposable {
  readonly #node: Socket
  readonly #family: 4 | 6
  readonly #lookup: Lookup | undefined
  readonly #maxSendQueue: number
  readonly #inbox: DatagramInbox
  #local: InetAddress = { host: '', port: 0, family: 4 }
  #remote: InetAddress | undefined
  #closing: Promise<void> | undefined

  private constructor(family: 4 | 6, options: UdpOptions) {
    this.#family = family
    this.#lookup = options.lookup
    const limits = udpLimits(options)
    this.#maxSendQueue = limits.maxSendQueue
    this.#inbox = new DatagramInbox(limits, () => this.#details('recv'))
    this.#node = createSocket(nodeOptions(family, options))
    this.#node.on('error', (error) => this.#inbox.fail(error))
    this.#node.once('close', () => {
      this.#closing ??= Promise.resolve() // somebody closed Node's socket behind our back
      this.#inbox.close()
    })
    this.#node.on('message', (data, { address, port }) => {
      const from = family === 4 ? { host: address, port, family } : inetAddress(address, port)
      if (channels.datagramReceived.hasSubscribers) publish('datagramReceived', { socket: this, data, from })
      this.#inbox.push({ data, from })
    })
  }

  /**
   * Binds a socket to an address of this machine. Port 0, the default, lets the system choose one. Without a host it
   * is 127.0.0.1, which only this machine reaches, in both directions: bind `0.0.0.0` to talk to others over IPv4,
   * `::` for both families.
   *
   * Rejects with `address-in-use`, `address-unavailable`, `permission`, `not-found`, `aborted`.
   */
  static async bind(port = 0, host?: string, options: UdpOptions = {}): Promise<UdpSocket> {
    checkInteger('port', port, 0, 65_535)
    const name = host ?? '127.0.0.1'
    const [address] = await resolve(name, { ...options, port, type: 'udp' })
    if (address === undefined) throw new SocketError('not-found', { op: 'bind', where: name })
    const socket = new UdpSocket(address.family, options)
    try {
      await socket.#bind(address, options)
      return socket
    } catch (error) {
      await socket.close()
      throw translateError(error, { op: 'bind', where: formatHostPort(name, port), local: address })
    }
  }

  /** The address it is bound to; after `connect`, the one that the peer sees. */
  get local(): InetAddress {
    return this.#local
  }

  /** The peer given to `connect`. */
  get remote(): InetAddress | undefined {
    return this.#remote
  }

  /** How many datagrams have come and are not taken. */
  get waiting(): number {
    return this.#inbox.length
  }

  /** How many datagrams were thrown away because the queue was full. The system may have lost more before that. */
  get dropped(): number {
    return this.#inbox.dropped
  }

  /** Node's socket, for what has no name here (multicast, buffer sizes). Its messages, errors and close are ours. */
  get node(): Socket {
    return this.#node
  }

  /**
   * Takes the oldest datagram, or waits for one. Rejects with `timeout` and `aborted`, which lose nothing, with
   * `busy` while another receive waits, with `closed`, and once with `refused` after a connected peer's system
   * said that nobody listens there; the socket can be used further.
   */
  recvFrom(op?: Op): Promise<Datagram> {
    return this.#inbox.take(op)
  }

  /** Every datagram until the socket is closed. Leaving the loop closes nothing and loses nothing. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Datagram> {
    return this.#inbox.iterate()
  }

  /**
   * Sends one datagram; text as UTF-8. Resolves when the system has taken it, which is no sign of delivery; until
   * then the bytes must not be changed. A numeric host costs no look-up; a name is looked up each time.
   *
   * Rejects with `limit` for a datagram that is too large (over IPv4 more than 65,507 bytes), `unreachable`,
   * `permission` (a broadcast address without `broadcast`), `not-found`, `send-queue-full`, `closed`; with
   * `timeout` and `aborted`, after which it may still be sent. A connected socket has `send`.
   */
  sendTo(data: Data, port: number, host: string, op?: Op): Promise<void> {
    if (this.#remote !== undefined) {
      return Promise.reject(new TypeError('the socket is connected: use send, without an address'))
    }
    const address = this.#numeric(host)
    if (address !== undefined && op === undefined) return this.#transmit(data, port, address)
    return this.#sendWithin(data, port, host, op ?? {})
  }

  /** Sends one datagram to the connected peer, as `sendTo` does. Rejects once with `refused` as `recvFrom` does. */
  send(data: Data, op?: Op): Promise<void> {
    const remote = this.#remote
    if (remote === undefined) {
      return Promise.reject(new TypeError('the socket is not connected: use sendTo, or connect first'))
    }
    if (op === undefined) return this.#transmit(data, remote.port)
    return within(op, this.#details('send'), () => this.#transmit(data, remote.port))
  }

  /**
   * Makes `send` go to this peer, and the system drop what others send from now on. Nothing is sent, so an absent
   * peer is no error here. Connecting again changes the peer. Rejects with `not-found`, `unreachable`, `closed`,
   * `timeout`, `aborted`.
   */
  async connect(port: number, host: string, op: Op = {}): Promise<this> {
    checkInteger('port', port, 1, 65_535)
    const details = { op: 'connect', where: formatHostPort(host, port) } as const
    const address = await within(op, details, async () => this.#numeric(host) ?? this.#lookUp(host))
    if (this.#closing !== undefined) throw new SocketError('closed', details)
    if (this.#remote !== undefined) this.#node.disconnect()
    this.#remote = undefined
    try {
      await new Promise<void>((resolve, reject) => {
        this.#node.connect(port, address, (error?: Error) =>
          error === undefined ? resolve() : reject(error),
        )
      })
    } catch (error) {
      throw translateError(error, details)
    }
    if (this.#closing !== undefined) throw new SocketError('closed', details)
    this.#local = this.#boundAddress()
    this.#remote = inetAddress(address, port)
    return this
  }

  /** Allows or forbids sending to broadcast addresses. */
  setBroadcast(on: boolean): this {
    return this.#set(() => this.#node.setBroadcast(on))
  }

  /** How many routers a datagram may pass (the IP header's TTL or hop limit), 1 to 255. The system's default is usually 64. */
  setTtl(hops: number): this {
    checkInteger('hops', hops, 1, 255)
    return this.#set(() => this.#node.setTTL(hops))
  }

  /** Keeps the process alive while the socket is open; the default. */
  ref(): this {
    this.#node.ref()
    return this
  }

  /** Lets the process end although the socket is open. */
  unref(): this {
    this.#node.unref()
    return this
  }

  /**
   * Closes it: a waiting receive rejects with `closed`, iterations end, datagrams not taken are thrown away.
   * Resolves when the port is free again. Idempotent; never rejects.
   */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#node.close(resolve)
      this.#inbox.close()
    })
    return this.#closing
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #bind(address: InetAddress, options: UdpOptions): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#node.once('error', reject)
      this.#node.bind({ port: address.port, address: address.host }, () => {
        this.#node.off('error', reject)
        resolve()
      })
    })
    this.#local = this.#boundAddress()
    publish('bound', { socket: this })
    if (options.broadcast === true) this.#node.setBroadcast(true)
    const { signal } = options
    if (signal === undefined) return
    if (signal.aborted) throw abortedError(signal, this.#details('bind'))
    const onAbort = (): void => void this.close()
    signal.addEventListener('abort', onAbort, { once: true })
    this.#node.once('close', () => signal.removeEventListener('abort', onAbort))
  }

  #boundAddress(): InetAddress {
    const { address, port } = this.#node.address()
    return inetAddress(address, port)
  }

  #throwIfClosed(op: SocketOp): void {
    if (this.#closing !== undefined) throw new SocketError('closed', this.#details(op))
  }

  /** The numeric address to give to the system, or undefined for a name. */
  #numeric(host: string): string | undefined {
    const family = familyOf(host)
    if (family === this.#family) return host
    return family === 4 ? `::ffff:${host}` : undefined // an IPv6 socket reaches IPv4 so (RFC 4291 section 2.5.5.2)
  }

  async #sendWithin(data: Data, port: number, host: string, op: Op): Promise<void> {
    if (typeof host !== 'string') throw new TypeError('host must be a string')
    await within(op, { op: 'send', where: formatHostPort(host, port) }, async () =>
      this.#transmit(data, port, this.#numeric(host) ?? (await this.#lookUp(host))),
    )
  }

  async #lookUp(host: string): Promise<string> {
    const [address] = await resolve(host, { family: this.#family, type: 'udp', lookup: this.#lookup })
    if (address === undefined) throw new SocketError('not-found', { op: 'resolve', where: host })
    return address.host
  }

  #transmit(data: Data, port: number, address?: string): Promise<void> {
    try {
      this.#throwIfCannotSend()
    } catch (error) {
      return rejected(error)
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const done = (error: Error | null): void => {
      if (error === null) resolve()
      else {
        promise.catch(ignore) // see `rejected`
        reject(this.#sendError(error, port, address))
      }
    }
    try {
      if (address === undefined) this.#node.send(data, done)
      else this.#node.send(data, port, address, done)
      if (channels.datagramSent.hasSubscribers) this.#publishSent(data, port, address)
    } catch (error) {
      reject(error) // a wrong argument
    }
    return promise
  }

  #publishSent(data: Data, port: number, address = this.#remote?.host ?? ''): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    publish('datagramSent', { socket: this, data: bytes, to: inetAddress(address, port) })
  }

  #throwIfCannotSend(): void {
    this.#throwIfClosed('send')
    const failure = this.#inbox.takeFailure()
    if (failure !== undefined) throw translateError(failure, this.#details('send'))
    if (this.#node.getSendQueueSize() <= this.#maxSendQueue) return
    throw new SocketError('send-queue-full', this.#details('send'))
  }

  #sendError(error: Error, port: number, address = this.#remote?.host ?? ''): SocketError {
    const details = { op: 'send', local: this.#local, remote: inetAddress(address, port) } as const
    const code = 'code' in error ? error.code : undefined
    if (code === 'ECANCELED') return new SocketError('closed', { ...details, cause: error })
    if (code !== 'EMSGSIZE') return translateError(error, details)
    return new SocketError('limit', {
      ...details,
      words: 'the datagram is too large to be sent',
      cause: error,
    })
  }

  #set(change: () => void): this {
    this.#throwIfClosed('option')
    try {
      change()
    } catch (error) {
      throw translateError(error, this.#details('option'))
    }
    return this
  }

  #details(op: SocketOp): SocketErrorDetails {
    const where = formatAddress(this.#remote ?? this.#local)
    return { op, where, local: this.#local, remote: this.#remote }
  }
}
