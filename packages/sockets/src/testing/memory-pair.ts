/**
 * Two connected streams without a network, for tests of protocol code: what one sends the other receives, in
 * order, with back-pressure, half close and resets as over TCP.
 */
import type { ByteStream } from '../byte-stream.ts'
import { checkInteger } from '../op.ts'
import { QueuedStream } from '../queued-stream.ts'
import type { StreamOptions } from '../stream-options.ts'
import type { Transport, TransportEvents } from '../transport.ts'

/** Options of both ends. */
export interface MemoryPairOptions extends StreamOptions {
  /** The largest piece in which bytes arrive, in bytes. Default 65,536; 1 delivers byte by byte. */
  readonly chunk?: number | undefined
}

/** Two connected in-memory streams. Each of them passes `checkStream`. */
export function memoryPair(options: MemoryPairOptions = {}): [ByteStream, ByteStream] {
  const { chunk = 64 * 1024 } = options
  checkInteger('chunk', chunk, 1, 2 ** 30)
  const a = new MemoryTransport(chunk)
  const b = new MemoryTransport(chunk)
  a.peer = b
  b.peer = a
  const left = new QueuedStream(a, options)
  const right = new QueuedStream(b, options)
  a.events = left
  b.events = right
  return [left, right]
}

/** One direction's worth of bytes in flight, and the state of one end. */
class MemoryTransport implements Transport {
  readonly closeIsLossy = false
  readonly mayStall = true
  peer: MemoryTransport | undefined
  events: TransportEvents | undefined
  readonly #chunk: number
  #pending: Buffer[] = []
  #queued = 0
  #ending = false
  #ended = false
  #paused = false
  #corked = false
  #gone = false
  #scheduled = false

  constructor(chunk: number) {
    this.#chunk = chunk
  }

  get queued(): number {
    return this.#queued
  }

  write(bytes: Uint8Array): void {
    if (this.#gone) return
    this.#pending.push(Buffer.from(bytes)) // a copy: the other side must not see later changes
    this.#queued += bytes.length
    this.schedule()
  }

  cork(): void {
    this.#corked = true
  }

  uncork(): void {
    this.#corked = false
    this.schedule()
  }

  end(): void {
    this.#ending = true
    this.schedule()
  }

  destroy(): void {
    if (this.#gone) return
    this.#release()
    queueMicrotask(() => {
      this.events?.onClose()
      this.peer?.schedule() // what it still sends us breaks now
    })
  }

  reset(): void {
    if (this.#gone) return
    this.#release()
    queueMicrotask(() => {
      this.events?.onClose()
      this.peer?.fail(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    })
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.peer?.schedule()
  }

  setIdle(): void {} // memory never stalls by itself: only a test that does not read does

  fail(error: Error): void {
    if (this.#gone) return
    this.#release()
    this.events?.onError(error)
    this.events?.onClose()
  }

  #release(): void {
    this.#gone = true
    this.#pending = []
    this.#queued = 0
  }

  schedule(): void {
    if (this.#scheduled || this.#gone || this.#corked) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#deliver()
    })
  }

  /** Passes one piece on, then comes back for the next: between two pieces others may run, as on a network. */
  #deliver(): void {
    const { peer } = this
    if (this.#gone || this.#corked || peer === undefined) return
    const [first] = this.#pending
    if (first !== undefined && peer.#gone) {
      this.fail(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }))
    } else if (first !== undefined) {
      if (peer.#paused) return
      this.#passOn(first, peer)
      this.schedule()
    } else if (this.#ending && !this.#ended) this.#finish(peer)
  }

  #passOn(first: Buffer, peer: MemoryTransport): void {
    const piece = first.subarray(0, this.#chunk)
    this.#queued -= piece.length
    if (piece.length < first.length) this.#pending[0] = first.subarray(piece.length)
    else this.#pending.shift()
    peer.events?.onData(piece)
    if (piece.length === first.length) this.events?.onWritten()
  }

  #finish(peer: MemoryTransport): void {
    this.#ended = true
    this.events?.onFinish()
    if (!peer.#gone) peer.events?.onEnd()
    if (!peer.#ended) return
    this.destroy() // both have ended: as over TCP, nothing is left to be kept
    peer.destroy()
  }
}
