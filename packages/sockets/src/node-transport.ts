/**
 * A node:net socket (TCP or Unix-domain) or a TLS socket as a Transport. The only file that listens to Node's
 * socket events; the handlers are shared by all sockets, because a function for each would cost an idle
 * connection half a kilobyte.
 */
import type { Socket as NodeSocket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Transport, TransportEvents } from './transport.ts'

const EVENTS: unique symbol = Symbol('partyline stream')

interface OwnedSocket extends NodeSocket {
  [EVENTS]?: TransportEvents
}

export class NodeTransport implements Transport {
  readonly node: NodeSocket
  /** Under TLS, the connection itself: only it can be reset. */
  readonly #raw: NodeSocket
  #written: ((error?: Error | null) => void) | undefined

  constructor(node: NodeSocket, raw: NodeSocket = node) {
    this.node = node
    this.#raw = raw
  }

  /** From here on `events` is told what happens. Nothing is read before `start`. */
  attach(events: TransportEvents): void {
    const node: OwnedSocket = this.node
    node[EVENTS] = events
    node.on('error', onError)
    node.on('close', onClose)
    node.on('end', onEnd)
    node.on('finish', onFinish)
    if (node.readableEnded) events.onEnd()
    if (node.errored) events.onError(node.errored)
    if (node.closed) events.onClose()
  }

  /** Begins to read. */
  start(): void {
    this.node.on('data', onData)
    this.resume()
  }

  write(bytes: Uint8Array): void {
    this.#written ??= writtenFor(this.node)
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
    else if (!raw.destroyed) raw.resetAndDestroy()
    this.node.destroy()
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
}

// A write that fails is reported by 'error', not here.
function writtenFor(node: OwnedSocket): (error?: Error | null) => void {
  return (error) => {
    if (error === undefined || error === null) node[EVENTS]?.onWritten()
  }
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this[EVENTS]?.onData(chunk)
}

function onEnd(this: OwnedSocket): void {
  this[EVENTS]?.onEnd()
}

function onFinish(this: OwnedSocket): void {
  this[EVENTS]?.onFinish()
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
