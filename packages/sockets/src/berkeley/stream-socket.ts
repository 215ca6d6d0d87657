/**
 * A socket of type SOCK_STREAM: the tutorials' calls over TcpListener and TcpSocket.
 *
 *   new ──bind──▶ bound ──listen──▶ listening ──accept──▶ a new socket, connected
 *    └──────────────┴────connect───▶ connected             close ──▶ closed, from each of them
 */
import type { Data } from '../byte-stream.ts'
import { SocketError, type SocketOp } from '../errors.ts'
import { checkInteger } from '../op.ts'
import { resolve } from '../resolve.ts'
import { TcpListener } from '../tcp-listener.ts'
import { TcpSocket } from '../tcp-socket.ts'
import { AF_UNIX, SHUT_RD, SHUT_RDWR, SHUT_WR, SOCK_STREAM } from './constants.ts'
import { HeldAddress, type HoldOptions } from './held-address.ts'
import { SocketOptionValues } from './options.ts'
import { type Socket, SocketBase, wrongUse } from './socket.ts'
import { anyHost, checkAddress, type SocketAddress, toSocketAddress, unbound } from './socket-address.ts'

type State =
  | { readonly at: 'new' }
  | { readonly at: 'bound'; readonly held: HeldAddress }
  | { readonly at: 'listening'; readonly listener: TcpListener }
  | { readonly at: 'connected'; readonly stream: TcpSocket }
  | { readonly at: 'closed' }

/** Python's default. */
const BACKLOG = 128
/** Node takes connections from the kernel as they come; so many, or the backlog if that is more, may wait for `accept`. */
const ACCEPT_QUEUE = 128
const MAX_BACKLOG = 65_535

/** The class behind `socket(family, SOCK_STREAM)`. */
export class StreamSocket extends SocketBase implements Socket {
  readonly #recvEnded = new AbortController()
  #state: State

  /** `state` and `options` are for a connection that was accepted. */
  constructor(family: number, proto: number, state: State = { at: 'new' }, options?: SocketOptionValues) {
    super(family, SOCK_STREAM, proto, options)
    this.#state = state
  }

  async bind(address: SocketAddress): Promise<void> {
    if (this.#open('bind').at !== 'new') wrongUse('bind', 'this socket has an address already')
    await this.change('bind', async (signal) => {
      const where = await this.#whereToBind(address, signal)
      signal.throwIfAborted()
      this.#state = { at: 'bound', held: new HeldAddress(where) }
    })
  }

  async listen(backlog: number = BACKLOG): Promise<void> {
    const state = this.#open('listen')
    if (state.at === 'listening') wrongUse('listen', 'this socket listens already')
    if (state.at === 'connected') wrongUse('listen', 'this socket is connected')
    checkInteger('backlog', backlog, 0, MAX_BACKLOG)
    if (state.at === 'new') await this.bind(unbound(this.family))
    await this.change('listen', async (signal) => {
      const held = this.#useHeld()
      if (held === undefined) throw new SocketError('closed', { op: 'listen' }) // closed since the bind above
      const listening = TcpListener.listen({
        ...held.options,
        ...this.options.forStream(),
        bound: held.take(),
        backlog: Math.max(1, backlog), // Node takes 0 for its own default, 511
        acceptQueue: Math.max(ACCEPT_QUEUE, backlog),
      })
      const listener = await listening.finally(() => held.release())
      if (signal.aborted) await listener.close()
      signal.throwIfAborted()
      this.#state = { at: 'listening', listener }
    })
  }

  async accept(): Promise<[Socket, SocketAddress]> {
    const state = this.#open('accept')
    if (state.at !== 'listening') wrongUse('accept', 'this socket does not listen: call listen first')
    const stream = await state.listener.accept(this.op())
    const options = new SocketOptionValues(SOCK_STREAM, this.options)
    const connection = new StreamSocket(this.family, this.proto, { at: 'connected', stream }, options)
    return [connection, toSocketAddress(stream.remote)]
  }

  async connect(address: SocketAddress): Promise<void> {
    const state = this.#open('connect')
    if (state.at === 'connected') wrongUse('connect', 'this socket is connected already')
    if (state.at === 'listening') wrongUse('connect', 'this socket listens')
    if (state.at === 'bound' && this.family === AF_UNIX) {
      wrongUse('connect', 'an AF_UNIX socket that is bound cannot connect here')
    }
    const { host, port, path } = checkAddress(address, this.family)
    const to = this.family === AF_UNIX ? { path } : { host, port, family: this.ipVersion }
    await this.change('connect', async (signal) => {
      const held = this.#useHeld()
      const from = { bound: held?.take(), localAddress: held?.localHost }
      const connecting = TcpSocket.connect({
        ...to,
        ...from,
        ...this.options.forStream(),
        ...this.op(signal),
      })
      const stream = await connecting.finally(() => held?.release())
      if (signal.aborted) stream.abort()
      signal.throwIfAborted()
      this.#state = { at: 'connected', stream }
    })
  }

  async send(data: Data): Promise<number> {
    await this.#connected('send').send(data, this.op())
    return Buffer.byteLength(data)
  }

  async sendall(data: Data): Promise<void> {
    await this.send(data)
  }

  async recv(bufsize: number): Promise<Buffer> {
    const stream = this.#connected('recv')
    checkInteger('bufsize', bufsize, 1, 2_147_483_647)
    const { signal } = this.#recvEnded
    if (signal.aborted) return stream.tryRecv(bufsize) ?? Buffer.alloc(0)
    try {
      return (await stream.recv(bufsize, this.op(signal))) ?? Buffer.alloc(0)
    } catch (error) {
      if (signal.aborted && SocketError.is(error, 'aborted')) return Buffer.alloc(0)
      throw error
    }
  }

  async sendto(): Promise<number> {
    wrongUse('sendto', 'a stream goes to the peer it is connected to: use send')
  }

  async recvfrom(): Promise<[Buffer, SocketAddress]> {
    wrongUse('recvfrom', 'a stream comes from the peer it is connected to: use recv')
  }

  async shutdown(how: number): Promise<void> {
    const stream = this.#connected('shutdown')
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) {
      throw new TypeError('shutdown takes SHUT_RD, SHUT_WR or SHUT_RDWR')
    }
    if (how !== SHUT_WR) this.#recvEnded.abort()
    if (how !== SHUT_RD) await stream.shutdown(this.op())
  }

  setsockopt(level: number, option: number, value: number | boolean): void {
    const state = this.#open('option')
    this.options.set(level, option, value, state.at !== 'new')
    if (state.at !== 'connected') return
    const { noDelay, keepAlive } = this.options.forStream()
    state.stream.setNoDelay(noDelay).setKeepAlive(keepAlive)
  }

  getsockopt(level: number, option: number): number {
    return this.options.get(level, option)
  }

  getsockname(): SocketAddress {
    const state = this.#open('option')
    if (state.at === 'bound') return state.held.address
    if (state.at === 'listening') return toSocketAddress(state.listener.address)
    return state.at === 'connected' ? toSocketAddress(state.stream.local) : unbound(this.family)
  }

  getpeername(): SocketAddress {
    return toSocketAddress(this.#connected('option', 'getpeername').remote)
  }

  async close(): Promise<void> {
    const state = this.#state
    this.#state = { at: 'closed' }
    this.stopChange()
    if (state.at === 'bound') state.held.release()
    if (state.at === 'listening') await state.listener.close()
    if (state.at === 'connected') await state.stream.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The state of a socket that is not closed and has no change under way. */
  #open(op: SocketOp, call: string = op): Exclude<State, { at: 'closed' }> {
    this.checkAwaited(call)
    if (this.#state.at === 'closed') throw new SocketError('closed', { op })
    return this.#state
  }

  #connected(op: SocketOp, call: string = op): TcpSocket {
    const state = this.#open(op, call)
    if (state.at === 'connected') return state.stream
    const hint = state.at === 'listening' ? ': use the socket that accept returned' : ': connect first'
    wrongUse(call, `this socket is not connected${hint}`)
  }

  async #whereToBind(address: SocketAddress, signal: AbortSignal): Promise<HoldOptions> {
    const { host, port, path } = checkAddress(address, this.family)
    if (this.family === AF_UNIX) return { path }
    const name = host === '' ? anyHost(this.family) : host
    const [found] = await resolve(name, { family: this.ipVersion, signal })
    if (found === undefined) throw new SocketError('not-found', { op: 'bind', where: name })
    return { host: found.host, port, ipv6Only: this.options.ipv6Only, reusePort: this.options.reusePort }
  }

  /** What bind held, to be used up: a listen or connect that fails leaves the socket without an address. */
  #useHeld(): HeldAddress | undefined {
    const state = this.#state
    if (state.at !== 'bound') return undefined
    this.#state = { at: 'new' }
    return state.held
  }
}
