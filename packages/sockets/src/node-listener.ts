/**
 * The class behind `TcpListener`: connections arrive from node:net, pass the limits and the TLS handshake, and go to
 * whoever accepts, to a handler, or into the queue of those that wait.
 */
import { Server as NodeServer, type Socket as NodeSocket } from 'node:net'
import { AcceptQueue } from './accept-queue.ts'
import { type Address, formatAddress, formatHostPort, inetAddress } from './address.ts'
import { Admission } from './admission.ts'
import type { CloseInfo, Op } from './byte-stream.ts'
import { SocketError, type SocketErrorDetails, translateError } from './errors.ts'
import type { ListenerStats, ListenOptions } from './listen-options.ts'
import { checkOp, checkTimeout, quiet } from './op.ts'
import {
  type Handler,
  type HandlerContext,
  type HandlerOwner,
  type ServeOptions,
  serveConnection,
} from './serve.ts'
import type { TcpListener } from './tcp-listener.ts'
import { localOf, NodeTcpSocket, remoteOf, type SocketOwner, type TcpSocket } from './tcp-socket.ts'
import { publish } from './telemetry.ts'
import { type Secured, type ServerIdentity, secureServer, serverIdentity } from './tls.ts'

const BACKLOG = 511
const ACCEPT_QUEUE = 128
const MAX_HANDSHAKES = 1024
const DRAIN = 10_000
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

export class NodeTcpListener implements TcpListener, SocketOwner, HandlerOwner {
  readonly #options: ListenOptions
  readonly #identity: ServerIdentity | undefined
  readonly #drainBegan = new AbortController()
  readonly #context: HandlerContext = { signal: this.#drainBegan.signal }
  readonly #connections = new Set<NodeTcpSocket>()
  /** The connections whose handlers are not done. */
  readonly #handled = new Set<TcpSocket>()
  #allHandled: (() => void) | undefined
  readonly #admission: Admission
  readonly #queue = new AcceptQueue<NodeTcpSocket>()
  readonly #handshakes = new Map<NodeSocket, Promise<void>>()
  #server: NodeServer
  #address: Address = { path: '' }
  #status: TcpListener['status'] = 'listening'
  /** The last `resume`, which may be under way. */
  #resuming: Promise<void> | undefined
  #serving: { readonly handler: Handler; readonly options: ServeOptions } | undefined
  #served: (() => void) | undefined
  #closing: Promise<void> | undefined
  #isRef = true
  // Suspended by `whenFull`, not by the user: it listens again by itself.
  #isOverfull = false
  #accepted = 0
  #refused = 0
  #handshakesFailed = 0
  #bytesIn = 0
  #bytesOut = 0

  constructor(options: ListenOptions) {
    this.#options = options
    this.#identity = options.tls === undefined ? undefined : serverIdentity(options.tls)
    this.#admission = new Admission(options.block, options.maxPerAddress)
    this.#server = this.#newServer()
  }

  get address(): Address {
    return this.#address
  }

  get status(): TcpListener['status'] {
    return this.#status
  }

  get connections(): ReadonlySet<TcpSocket> {
    return this.#connections
  }

  get stats(): ListenerStats {
    let [bytesIn, bytesOut] = [this.#bytesIn, this.#bytesOut]
    for (const socket of this.#connections) {
      bytesIn += socket.bytesIn
      bytesOut += socket.bytesOut
    }
    return {
      accepted: this.#accepted,
      active: this.#connections.size,
      waiting: this.#queue.size,
      refused: this.#refused,
      handshakesFailed: this.#handshakesFailed,
      bytesIn,
      bytesOut,
    }
  }

  async open(): Promise<void> {
    const { host = '127.0.0.1', port = 0, path, signal } = this.#options
    const where = path ?? formatHostPort(host, port)
    checkOp({ signal }, () => ({ op: 'listen', where }))
    await this.#listen({ op: 'listen', where })
    this.#address = addressOf(this.#server, path)
    publish('listening', { listener: this })
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (signal?.aborted) this.#onAbort()
  }

  readonly #onAbort = (): void => void this.close()

  accept(op?: Op): Promise<TcpSocket> {
    return quiet(this.#accept(op))
  }

  async #accept(op: Op | undefined): Promise<TcpSocket> {
    const details = (): SocketErrorDetails => ({ op: 'accept', where: formatAddress(this.#address) })
    checkOp(op, details)
    if (this.#status === 'closed') throw new SocketError('closed', details())
    if (this.#serving !== undefined)
      throw new SocketError('busy', { ...details(), words: 'serve takes the connections' })
    const waiting = this.#queue.shift()
    if (waiting !== undefined) {
      this.#take(waiting)
      this.#roomAgain()
      return waiting
    }
    if (op?.timeout === 0) throw new SocketError('timeout', details())
    return this.#queue.take(op, details)
  }

  async serve(handler: Handler, options: ServeOptions = {}): Promise<void> {
    checkTimeout('timeout', options.timeout)
    const details: SocketErrorDetails = { op: 'accept', where: formatAddress(this.#address) }
    if (this.#status === 'closed') throw new SocketError('closed', details)
    if (this.#serving !== undefined || this.#queue.isWanted)
      throw new SocketError('busy', { ...details, words: 'somebody else takes the connections' })
    this.#serving = { handler, options }
    const closed = new Promise<void>((resolve) => {
      this.#served = resolve
    })
    for (const socket of this.#queue.drain()) this.#handle(socket)
    this.#roomAgain()
    await closed
  }

  suspend(): void {
    this.#isOverfull = false
    if (this.#status !== 'listening') return
    this.#status = 'suspended'
    this.#server.close()
  }

  async resume(): Promise<void> {
    const details: SocketErrorDetails = { op: 'listen', where: formatAddress(this.#address) }
    if (this.#status === 'closed') throw new SocketError('closed', details)
    if (this.#status === 'suspended') {
      this.#isOverfull = false
      this.#status = 'listening'
      this.#server = this.#newServer()
      this.#resuming = this.#listenAgain(this.#server, details)
    }
    await this.#resuming
  }

  async #listenAgain(server: NodeServer, details: SocketErrorDetails): Promise<void> {
    try {
      await this.#listen(details)
    } catch (error) {
      // Unless it was closed, or suspended and resumed again, meanwhile.
      if (this.#server === server && this.status === 'listening') this.#status = 'suspended'
      throw error
    }
  }

  close(options: { readonly drain?: number | undefined } = {}): Promise<void> {
    checkTimeout('drain', options.drain)
    this.#closing ??= this.#close(options.drain ?? DRAIN)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<TcpSocket> {
    return {
      next: async () => {
        try {
          return { done: false, value: await this.accept() }
        } catch (error) {
          if (SocketError.is(error, 'closed')) return { done: true, value: undefined }
          throw error
        }
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  ref(): this {
    this.#isRef = true
    this.#server.ref()
    return this
  }

  unref(): this {
    this.#isRef = false
    this.#server.unref()
    return this
  }

  // ── listening ──────────────────────────────────────────────────────────────────────────────────────────────

  #newServer(): NodeServer {
    const server = new NodeServer({
      pauseOnConnect: true, // nothing is read before somebody has accepted it
      allowHalfOpen: true,
      noDelay: this.#options.noDelay !== false,
    })
    server.on('connection', (node: NodeSocket) => this.#arrive(node))
    return server
  }

  /** Listens with the options, or again on the address that was found then. */
  #listen(details: SocketErrorDetails): Promise<void> {
    const { path, bound, backlog = BACKLOG, reusePort = false, ipv6Only = false } = this.#options
    const { host = '127.0.0.1', port = 0 } = 'port' in this.#address ? this.#address : this.#options
    const server = this.#server
    return new Promise((resolve, reject) => {
      const onError = (cause: unknown): void => reject(listenError(cause, details, path))
      server.once('error', onError)
      server.once('close', () => reject(new SocketError('closed', details))) // before it listened
      server.once('listening', () => {
        server.off('error', onError)
        server.on('error', () => {}) // Node reports none after this; if it ever does, accepting goes on
        if (!this.#isRef) server.unref()
        resolve()
      })
      const isFirst = !('port' in this.#address)
      if (bound !== undefined && isFirst) server.listen(bound, backlog)
      else
        server.listen(path === undefined ? { host, port, backlog, reusePort, ipv6Only } : { path, backlog })
    })
  }

  // ── connections ────────────────────────────────────────────────────────────────────────────────────────────

  #arrive(node: NodeSocket): void {
    const remote = remoteOf(node)
    if ('path' in remote && 'port' in this.#address) {
      node.destroy() // reset before we came to it: the system does not even know any more whose it was
      return
    }
    const reason = this.#refusal(remote)
    if (reason !== undefined) {
      this.#refuse(node, remote, reason)
      return
    }
    this.#admission.enter(node, remote)
    if (this.#identity === undefined)
      this.#offer(
        new NodeTcpSocket(node, this.#options, { local: this.#localOf(node), remote, via: 'accept' }),
      )
    else this.#handshakes.set(node, this.#secure(node, remote, this.#identity))
    if (this.#options.whenFull === 'suspend' && this.#status === 'listening' && this.#isFull()) {
      this.suspend()
      this.#isOverfull = true
    }
  }

  /** Our end of a connection. Bound to one address, it is that one: asking the kernel each time is a system call. */
  #localOf(node: NodeSocket): Address {
    const isOne = 'path' in this.#address || !EVERY_ADDRESS.has(this.#address.host)
    return isOne ? this.#address : localOf(node)
  }

  #refusal(remote: Address): string | undefined {
    if (this.#status === 'closed') return 'closed'
    const { whenFull, maxHandshakes = MAX_HANDSHAKES } = this.#options
    if (this.#handshakes.size >= maxHandshakes) return 'too many handshakes'
    const isOver = whenFull !== 'suspend' && this.#isFull()
    return this.#admission.refusal(remote) ?? (isOver ? 'full' : undefined)
  }

  #isFull(): boolean {
    const { maxConnections = Infinity, acceptQueue = ACCEPT_QUEUE } = this.#options
    const open = this.#connections.size + this.#queue.size + this.#handshakes.size
    if (open >= maxConnections) return true
    return (
      this.#serving === undefined &&
      !this.#queue.isWanted &&
      this.#queue.size + this.#handshakes.size >= acceptQueue
    )
  }

  #refuse(node: NodeSocket, remote: Address, reason: string): void {
    this.#refused++
    node.on('error', () => {})
    if ('path' in remote) node.destroy()
    else node.resetAndDestroy()
    publish('refused', { listener: this, remote, reason })
  }

  async #secure(raw: NodeSocket, remote: Address, identity: ServerIdentity): Promise<void> {
    const local = this.#localOf(raw)
    raw.on('error', () => {}) // under TLS its errors are the TLS socket's, but for those while it is given up
    let secured: Secured
    try {
      secured = await secureServer(raw, identity, { op: 'accept', local, remote })
    } catch (error) {
      this.#handshakesFailed++
      publish('handshakeFailed', { listener: this, remote, error })
      return
    } finally {
      this.#handshakes.delete(raw)
      this.#roomAgain()
    }
    const { node, tls } = secured
    const socket = new NodeTcpSocket(node, this.#options, { local, remote, tls, raw, via: 'accept' })
    if (this.#status === 'closed') socket.abort()
    else this.#offer(socket)
  }

  /** To the handler, to whoever waits in accept, or into the queue. */
  #offer(socket: NodeTcpSocket): void {
    if (this.#serving !== undefined) this.#handle(socket)
    else {
      if (this.#queue.isWanted) this.#take(socket)
      this.#queue.offer(socket)
    }
  }

  #take(socket: NodeTcpSocket): void {
    this.#accepted++
    this.#connections.add(socket)
    socket.start(this)
  }

  /** An accepted connection has closed. @internal */
  gone(socket: NodeTcpSocket, info: CloseInfo): void {
    this.#connections.delete(socket)
    this.#bytesIn += info.bytesIn
    this.#bytesOut += info.bytesOut
    this.#roomAgain()
  }

  #handle(socket: NodeTcpSocket): void {
    if (this.#serving === undefined) return
    const { handler, options } = this.#serving
    this.#take(socket)
    this.#handled.add(socket)
    void serveConnection(socket, handler, this.#context, options, this)
  }

  /** A handler is done, and its connection closed. @internal */
  done(socket: TcpSocket): void {
    this.#handled.delete(socket)
    if (this.#handled.size === 0) this.#allHandled?.()
  }

  #roomAgain(): void {
    if (!this.#isOverfull || this.#status !== 'suspended' || this.#isFull()) return
    this.resume().catch((error: unknown) => {
      this.#isOverfull = this.#status === 'suspended' // tried again when the next connection ends
      publish('refused', { listener: this, remote: this.#address, reason: String(error) })
    })
  }

  async #close(drain: number): Promise<void> {
    this.#status = 'closed'
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#server.close()
    this.#drainBegan.abort(new SocketError('closed', { op: 'accept', where: formatAddress(this.#address) }))
    for (const socket of this.#queue.drain()) socket.abort()
    this.#queue.fail(() => new SocketError('closed', { op: 'accept', where: formatAddress(this.#address) }))
    for (const raw of this.#handshakes.keys()) raw.destroy()
    await Promise.all(this.#handshakes.values())
    const handled = this.#whenHandled().then(() => this.#served?.())
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, drain)
    })
    await Promise.race([handled, late])
    clearTimeout(timer)
    await Promise.all([...this.#handled].map(aborted))
  }

  #whenHandled(): Promise<void> {
    if (this.#handled.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#allHandled = resolve
    })
  }
}

/** Resets a connection whose handler is late. One that goes on without it must not hold up the end. */
async function aborted(socket: TcpSocket): Promise<void> {
  socket.abort()
  await socket.closed
}

function addressOf(server: NodeServer, path: string | undefined): Address {
  const address = server.address()
  if (address === null || typeof address === 'string') return { path: address ?? path ?? '' }
  return inetAddress(address.address, address.port)
}

/** A Unix-domain socket fails in ways of its own: its file may be a dead one, and its folder may be missing. */
function listenError(cause: unknown, details: SocketErrorDetails, path: string | undefined): SocketError {
  const error = translateError(cause, details)
  if (path === undefined) return error
  if (error.errno === 'ENOENT')
    return new SocketError('not-found', { ...details, cause, words: 'there is no such folder' })
  if (error.code !== 'address-in-use') return error
  const words = 'another program listens there, or its socket file was left behind: then remove the file'
  return new SocketError('address-in-use', { ...details, cause, words })
}
