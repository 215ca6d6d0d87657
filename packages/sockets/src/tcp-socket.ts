/**
 * A connected TCP, Unix-domain or TLS socket: a ByteStream with addresses and socket options. Made by
 * `TcpSocket.connect`, by a listener's `accept` and `serve`, or out of a socket of node:net by `TcpSocket.from`.
 */
import type { Socket as NodeSocket } from 'node:net'
import { type Address, inetAddress } from './address.ts'
import type { ByteStream, CloseInfo } from './byte-stream.ts'
import { type ConnectOptions, openConnection } from './connect.ts'
import type { SocketErrorDetails, SocketOp } from './errors.ts'
import { NodeTransport } from './node-transport.ts'
import { QueuedStream } from './queued-stream.ts'
import { checkKeepAlive, type KeepAlive, type SocketOptions } from './socket-options.ts'
import { checkStreamOptions } from './stream-options.ts'
import { publish, type Telemetry } from './telemetry.ts'
import type { TlsInfo } from './tls.ts'

/** A connected stream socket. */
export interface TcpSocket extends ByteStream {
  /** Our end. */
  readonly local: Address
  /** The other end. */
  readonly remote: Address
  /** A number for logs, unique in this process. */
  readonly id: number
  /** What the handshake agreed on, for a TLS socket. */
  readonly tls: TlsInfo | undefined
  /** The socket of node:net. Hands off: it is here for what this library lacks, and belongs to it. */
  readonly node: NodeSocket
  /** Bytes received so far. */
  readonly bytesIn: number
  /** Bytes accepted for sending so far. */
  readonly bytesOut: number
  /** TCP_NODELAY. No effect on a Unix-domain socket. */
  setNoDelay(on?: boolean): this
  /** SO_KEEPALIVE. No effect on a Unix-domain socket. */
  setKeepAlive(keepAlive: false | KeepAlive): this
  /** Keeps the process running while this socket is open (the default). */
  ref(): this
  /** Lets the process end although this socket is open. */
  unref(): this
}

let lastId = 0

/** What is known of a connection besides its socket. */
interface SocketFacts {
  readonly local: Address
  readonly remote: Address
  readonly tls?: TlsInfo | undefined
  /** Under TLS, the connection itself. */
  readonly raw?: NodeSocket | undefined
  /** How it came to be. */
  readonly via: Telemetry['open']['via']
  /** How long connecting took, in ms. */
  readonly ms?: number | undefined
}

/** Whoever keeps a list of open sockets. */
export interface SocketOwner {
  gone(socket: NodeTcpSocket, info: CloseInfo): void
}

/** The class behind `TcpSocket`; the listener makes it too. */
export class NodeTcpSocket extends QueuedStream implements TcpSocket {
  readonly id: number = ++lastId
  readonly local: Address
  readonly remote: Address
  readonly tls: TlsInfo | undefined
  readonly #transport: NodeTransport
  #owner: SocketOwner | undefined

  constructor(node: NodeSocket, options: SocketOptions, about: SocketFacts) {
    const transport = new NodeTransport(node, about.raw)
    super(transport, options)
    this.#transport = transport
    this.local = about.local
    this.remote = about.remote
    this.tls = about.tls
    transport.attach(this)
    if (options.noDelay !== false) this.setNoDelay()
    if (options.keepAlive !== undefined) this.setKeepAlive(options.keepAlive)
    publish('open', { socket: this, via: about.via, ms: about.ms })
  }

  get node(): NodeSocket {
    return this.#transport.node
  }

  /** Begins to read. `owner` is told when the socket is closed. */
  start(owner?: SocketOwner): void {
    this.#owner = owner
    if (this.info !== undefined) owner?.gone(this, this.info) // it failed while it waited to be accepted
    this.#transport.start()
  }

  setNoDelay(on = true): this {
    this.node.setNoDelay(on)
    return this
  }

  setKeepAlive(keepAlive: false | KeepAlive): this {
    if (keepAlive === false) {
      this.node.setKeepAlive(false)
      return this
    }
    const { idle, interval, count } = checkKeepAlive(keepAlive)
    this.node.setKeepAlive(true, idle * 1000, interval * 1000, count)
    return this
  }

  ref(): this {
    this.node.ref()
    return this
  }

  unref(): this {
    this.node.unref()
    return this
  }

  override errorDetails(op: SocketOp): SocketErrorDetails {
    return { op, local: this.local, remote: this.remote }
  }

  protected override onClosed(info: CloseInfo): void {
    this.#owner?.gone(this, info)
    publish('close', { socket: this, info })
  }
}

/** Makes stream sockets. */
export const TcpSocket: {
  /**
   * Connects to a name or address, or to the path of a Unix-domain socket. Rejects with `refused`, `timeout`,
   * `aborted`, `unreachable`, `not-found`, `tls` …; `attempts` has one error for each address that was tried.
   */
  connect(port: number, host?: string, options?: ConnectOptions): Promise<TcpSocket>
  connect(options: ConnectOptions): Promise<TcpSocket>
  /** Adopts a connected socket of node:net or node:tls, which from then on belongs to the result. */
  from(node: NodeSocket, options?: SocketOptions): TcpSocket
} = {
  async connect(to: number | ConnectOptions, host?: string, more?: ConnectOptions): Promise<TcpSocket> {
    const options = typeof to === 'object' ? to : { ...more, port: to, host: host ?? more?.host }
    checkSocketOptions(options)
    const began = performance.now()
    const { node, raw, tls, remote } = await openConnection(options)
    const ms = performance.now() - began
    const local = localOf(raw)
    const socket = new NodeTcpSocket(node, options, { local, remote, tls, raw, via: 'connect', ms })
    socket.start()
    return socket
  },

  from(node: NodeSocket, options: SocketOptions = {}): TcpSocket {
    checkSocketOptions(options)
    const [local, remote] = [localOf(node), remoteOf(node)]
    const socket = new NodeTcpSocket(node, options, { local, remote, via: 'adopt' })
    socket.start()
    return socket
  },
}

/** Throws for options that cannot be meant, before anything is opened. */
export function checkSocketOptions(options: SocketOptions): void {
  checkStreamOptions(options)
  if (options.keepAlive !== undefined && options.keepAlive !== false) checkKeepAlive(options.keepAlive)
}

/** Our end of a socket; a Unix-domain socket that was not bound has the empty path. */
export function localOf(node: NodeSocket): Address {
  const { localAddress, localPort } = node
  if (localAddress === undefined || localPort === undefined) return { path: '' }
  return inetAddress(localAddress, localPort)
}

/** The other end. */
export function remoteOf(node: NodeSocket): Address {
  const { remoteAddress, remotePort } = node
  if (remoteAddress === undefined || remotePort === undefined) return { path: '' }
  return inetAddress(remoteAddress, remotePort)
}
