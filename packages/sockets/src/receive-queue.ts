/**
 * What has come from the other side and is not yet taken: a queue of chunks, and the one call that may wait for
 * more. It knows no socket: bytes are pushed in, and it asks for the flow to pause and resume.
 *
 * Cancelling is safe by construction: a receive is an *attempt* that either takes its bytes and returns, or takes
 * nothing and answers MORE. It runs when called and again whenever bytes come; there is no moment at which
 * bytes have left the queue and the caller does not have them.
 */
import type { Op } from './byte-stream.ts'
import { ChunkList } from './chunk-list.ts'
import { type Described, SocketError, type SocketErrorDetails } from './errors.ts'
import { abortedError, checkOp, ignore, rejected } from './op.ts'
import type { Transport } from './transport.ts'
import { WaitTimer } from './wait-timer.ts'

/** An attempt's answer: nothing was taken, try again when more has come. */
export const MORE: unique symbol = Symbol('more')

/** Bytes handed out in advance (a decoded batch of lines) that are asked back as soon as anybody else receives. */
export interface Lease {
  /** Ends the lease and returns the bytes of what was not used. */
  settle(): Buffer
}

/** Takes what it needs from the queue and returns it, or takes nothing and answers MORE. Throws what the call rejects with. */
export type Attempt<T> = (queue: ReceiveQueue) => T | typeof MORE

interface Waiter<T> {
  readonly attempt: Attempt<T>
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
  /** While the waiter needs more than the high-water mark, the queue may grow to this many bytes. */
  readonly needs: number
  readonly signal: AbortSignal | undefined
  readonly onAbort: (() => void) | undefined
}

export class ReceiveQueue {
  readonly #flow: Pick<Transport, 'pause' | 'resume'>
  readonly #owner: Described
  readonly #highWater: number
  readonly #chunks = new ChunkList()
  #paused = false
  #ended = false
  #failure: (() => SocketError) | undefined
  #waiter: Waiter<unknown> | undefined
  #lease: Lease | undefined
  #epoch = 0
  #timer: WaitTimer | undefined

  /**
   * @param flow - is paused at `highWater` and resumed below half of it.
   * @param owner - knows what an error of this queue should say.
   * @param highWater - bytes.
   */
  constructor(flow: Pick<Transport, 'pause' | 'resume'>, owner: Described, highWater: number) {
    this.#flow = flow
    this.#owner = owner
    this.#highWater = highWater
  }

  /** Bytes that have come and are not taken. */
  get size(): number {
    this.#settle()
    return this.#chunks.size
  }

  /** True when the other side has ended, whether or not all its bytes are taken. */
  get ended(): boolean {
    return this.#ended
  }

  /** Why no more will come, when that is not the other side's end. */
  get failure(): SocketError | undefined {
    return this.#failure?.()
  }

  /** True while a receive waits. */
  get waiting(): boolean {
    return this.#waiter !== undefined
  }

  /** Changes whenever bytes are put in front: what an attempt remembers of places in the queue is void then. */
  get epoch(): number {
    return this.#epoch
  }

  push(chunk: Buffer): void {
    if (this.#ended || this.#failure !== undefined || chunk.length === 0) return
    this.#chunks.append(chunk)
    this.#wake()
    if (!this.#paused && this.#chunks.size >= Math.max(this.#highWater, this.#waiter?.needs ?? 0)) {
      this.#paused = true
      this.#flow.pause()
    }
  }

  end(): void {
    if (this.#failure !== undefined) return
    this.#ended = true
    this.#wake()
  }

  /** No more bytes will come, and those not taken stay takeable. An end that came before stays an end. */
  fail(error: SocketError): void {
    if (this.#ended || this.#failure !== undefined) return
    this.#failure = () => error
    this.#wake()
  }

  /**
   * Our own side is closed: what was not taken is thrown away, and every receive rejects with what `failure` makes.
   * It is made when somebody asks: most streams are closed with nobody waiting, and an Error costs more than a close.
   */
  close(failure: () => SocketError): void {
    this.#failure = failure
    this.#ended = false
    this.#chunks.clear()
    this.#lease?.settle()
    this.#lease = undefined
    this.#wake()
    this.#timer?.clear()
  }

  /**
   * Runs `attempt` now and, while it answers MORE, again each time bytes or the end come. `needs`: how many bytes
   * it may have to see at once.
   */
  receive<T>(attempt: Attempt<T>, op: Op | undefined, needs = 0): Promise<T> {
    try {
      if (this.#waiter !== undefined) throw new SocketError('busy', this.#details())
      if (op !== undefined) checkOp(op, () => this.#details())
      this.#settle()
      const now = attempt(this)
      if (now !== MORE) return Promise.resolve(now)
      if (op?.timeout === 0) throw new SocketError('timeout', this.#details())
    } catch (error) {
      return rejected(error)
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const signal = op?.signal
    const onAbort = signal === undefined ? undefined : this.#aborter(signal)
    const waiter: Waiter<T> = { attempt, promise, resolve, reject, needs, signal, onAbort }
    this.#wait(waiter as Waiter<unknown>, op?.timeout)
    return promise
  }

  /** With nothing to take: null at the end, MORE before it. Throws after a failure. */
  atEnd(): null | typeof MORE {
    if (this.#ended) return null
    if (this.#failure !== undefined) throw this.#failure()
    return MORE
  }

  /** Takes up to `max` bytes; without `max`, the oldest chunk as it came. Only when `size` > 0. */
  take(max: number | undefined): Buffer {
    const bytes = this.#chunks.take(max)
    this.#resumeIfLow()
    return bytes
  }

  /** Moves bytes into `into`; returns how many. */
  takeInto(into: Uint8Array): number {
    const n = this.#chunks.takeInto(into)
    this.#resumeIfLow()
    return n
  }

  /** Throws away the first `n` bytes. */
  drop(n: number): void {
    this.#chunks.drop(n)
    this.#resumeIfLow()
  }

  /** Puts bytes in front. */
  unread(bytes: Buffer): void {
    this.#settle()
    this.#prepend(bytes)
    this.#wake()
  }

  /** The oldest chunk, still in the queue. */
  get first(): Buffer | undefined {
    return this.#chunks.first
  }

  /** Hands out `n` bytes of the oldest chunk in advance; `lease` gives back what was not used. */
  lend(n: number, lease: Lease): Buffer {
    const bytes = this.take(n)
    this.#lease = lease
    return bytes
  }

  /** Takes back what was handed out in advance. */
  recall(): void {
    this.#settle()
  }

  /** The place of `delimiter` at or after `from`, or -1. */
  indexOf(delimiter: Uint8Array, from: number): number {
    return this.#chunks.indexOf(delimiter, from)
  }

  /** The byte at `index`; undefined outside the queue. */
  byteAt(index: number): number | undefined {
    return this.#chunks.byteAt(index)
  }

  #prepend(bytes: Buffer): void {
    this.#epoch++
    this.#chunks.prepend(bytes)
  }

  #resumeIfLow(): void {
    if (!this.#paused || this.#chunks.size >= this.#highWater / 2) return
    this.#paused = false
    this.#flow.resume()
  }

  #settle(): void {
    const lease = this.#lease
    if (lease === undefined) return
    this.#lease = undefined
    this.#prepend(lease.settle())
  }

  #wait(waiter: Waiter<unknown>, timeout: number | undefined): void {
    this.#waiter = waiter
    if (waiter.onAbort !== undefined) waiter.signal?.addEventListener('abort', waiter.onAbort, { once: true })
    if (timeout !== undefined) {
      this.#timer ??= new WaitTimer(() => this.#reject(new SocketError('timeout', this.#details())))
      this.#timer.start(timeout)
    }
    // A reader that needs more than fits below the mark must not wait for a flow that is paused.
    if (this.#paused && this.#chunks.size < waiter.needs) {
      this.#paused = false
      this.#flow.resume()
    }
  }

  #stopWaiting(): Waiter<unknown> | undefined {
    const waiter = this.#waiter
    if (waiter === undefined) return undefined
    this.#waiter = undefined
    if (waiter.onAbort !== undefined) waiter.signal?.removeEventListener('abort', waiter.onAbort)
    this.#timer?.stop()
    return waiter
  }

  #wake(): void {
    const waiter = this.#waiter
    if (waiter === undefined) return
    try {
      const result = waiter.attempt(this)
      if (result === MORE) return
      this.#stopWaiting()
      waiter.resolve(result)
    } catch (error) {
      this.#reject(error)
    }
  }

  #reject(error: unknown): void {
    const waiter = this.#stopWaiting()
    if (waiter === undefined) return
    if (SocketError.is(error)) waiter.promise.catch(ignore) // see `rejected`
    waiter.reject(error)
  }

  #details(): SocketErrorDetails {
    return this.#owner.errorDetails('recv')
  }

  #aborter(signal: AbortSignal): () => void {
    return () => this.#reject(abortedError(signal, this.#details()))
  }
}
