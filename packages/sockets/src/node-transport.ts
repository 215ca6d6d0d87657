/**
 * A node:net socket (TCP or Unix-domain) or a TLS socket as a Transport. The only file that listens to Node's
 * socket events; the handlers are shared by all sockets, because a function for each would cost an idle
 * connection half a kilobyte.
 */
import type { Socket as NodeSocket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { TcpSocket } from './tcp-socket.ts'
import { channels, publish } from './telemetry.ts'
import type { Transport, TransportEvents } from './transport.ts'

const EVENTS: unique symbol = Symbol('partyline stream')

/** The socket that stands on the transport: told what happens, and named in what is published. */
type Owner = TransportEvents & TcpSocket

interface OwnedSocket extends NodeSocket {
  [EVENTS]?: Owner
}

export class NodeTransport implements Transport {
  readonly node: NodeSocket
  /** Under TLS, the connection itself: only it can be reset. */
  readonly #raw: NodeSocket
  #written: ((error?: Error | null) => void) | undefined
  /** What waits for `uncork`, while somebody listens to what is sent. */
  #corked: Uint8Array[] | undefined

  constructor(node: NodeSocket, raw: NodeSocket = node) {
    this.node = node
    this.#raw = raw
  }

  /** From here on `owner` is told what happens. Nothing is read before `start`. */
  attach(owner: Owner): void {
    const node: OwnedSocket = this.node
    node[EVENTS] = owner
    node.on('error', onError)
    node.on('close', onClose)
    node.on('end', onEnd)
    node.on('finish', onFinish)
    if (node.readableEnded) owner.onEnd()
    if (node.errored) owner.onError(node.errored)
    if (node.closed) owner.onClose()
  }

  /** Begins to read. */
  start(): void {
    this.node.on('data', onData)
    this.resume()
  }

  write(bytes: Uint8Array): void {
    this.#written ??= writtenFor(this.node)
    if (channels.sent.hasSubscribers) this.#publishSent(bytes)
    this.node.write(bytes, this.#written)
  }

  get queued(): number {
    return this.node.writableLength
  }

  // Under TLS there may be more on its way than the TLS socket counts.
  get mayStall(): boolean {
    return this.node.writableLength > 0 || this.#raw !== this.node
  }

  cork(): void {
    this.node.cork()
  }

  uncork(): void {
    if (this.#corked !== undefined) this.#publishCorked(this.#corked)
    this.node.uncork()
  }

  end(): void {
    this.node.end()
  }

  destroy(): void {
    if (!this.#raw.destroyed) this.node.destroy()
  }

  reset(): void {
    // Only TCP has a reset, and under TLS only the connection itself: its reset comes first, because destroying the
    // TLS socket would close it politely. An adopted TLS socket does not show what it stands on.
    const raw = this.#raw
    if (raw.remoteAddress === undefined || raw instanceof TLSSocket || this.#isEnding) raw.destroy()
    else if (!raw.destroyed) this.#sendReset(raw)
    this.node.destroy()
  }

  #sendReset(raw: NodeSocket): void {
    const { [EVENTS]: socket }: OwnedSocket = this.node
    if (socket !== undefined) publish('reset', { socket })
    raw.resetAndDestroy()
  }

  /** While our end is on its way to the kernel, libuv refuses a reset, and Node then never closes the descriptor. */
  get #isEnding(): boolean {
    const { writableEnded, writableFinished, writableLength } = this.node
    return writableEnded && !writableFinished && writableLength === 0
  }

  // Bytes that come for a closed descriptor make the kernel send a reset (RFC 1122 section 4.2.2.13), and a reset makes the
  // other side's kernel throw away what it has not passed on. Under TLS, session tickets are such bytes.
  readonly closeIsLossy = true

  pause(): void {
    this.node.pause()
  }

  resume(): void {
    if (this.node.isPaused()) this.node.resume() // it takes a turn even where nothing is to be resumed
  }

  setIdle(ms: number): void {
    this.node.setTimeout(ms)
    if (this.node.listenerCount('timeout', onTimeout) === 0) this.node.on('timeout', onTimeout)
  }

  #publishSent(data: Uint8Array): void {
    const { [EVENTS]: socket, destroyed, writableCorked }: OwnedSocket = this.node
    if (socket === undefined || destroyed) return
    if (writableCorked === 0) publish('sent', { socket, data })
    else {
      this.#corked ??= []
      this.#corked.push(data)
    }
  }

  #publishCorked(parts: readonly Uint8Array[]): void {
    const [first, second] = parts
    this.#corked = undefined
    const { [EVENTS]: socket, destroyed }: OwnedSocket = this.node
    if (socket === undefined || first === undefined || destroyed) return
    publish('sent', { socket, data: second === undefined ? first : Buffer.concat(parts) })
  }
}

// A write that fails is reported by 'error', not here.
function writtenFor(node: OwnedSocket): (error?: Error | null) => void {
  return (error) => {
    if (error === undefined || error === null) node[EVENTS]?.onWritten()
  }
}

// Published first: whoever takes the bytes may change them.
function onData(this: OwnedSocket, chunk: Buffer): void {
  const socket = this[EVENTS]
  if (socket === undefined) return
  if (channels.received.hasSubscribers) publish('received', { socket, data: chunk })
  socket.onData(chunk)
}

function onEnd(this: OwnedSocket): void {
  const socket = this[EVENTS]
  if (socket === undefined) return
  publish('ended', { socket, by: 'peer' })
  socket.onEnd()
}

function onFinish(this: OwnedSocket): void {
  const socket = this[EVENTS]
  if (socket === undefined) return
  publish('ended', { socket, by: 'us' })
  socket.onFinish()
}

function onError(this: OwnedSocket, error: Error): void {
  this[EVENTS]?.onError(error)
  this.destroy() // a TLS socket tells some errors and stays open
}

function onClose(this: OwnedSocket): void {
  this[EVENTS]?.onClose()
}

function onTimeout(this: OwnedSocket): void {
  this[EVENTS]?.onIdle()
}
