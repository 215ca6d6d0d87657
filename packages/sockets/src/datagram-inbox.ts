/**
 * Where a socket's datagrams wait for its reader, or its one reader for them. It knows no socket: datagrams and
 * errors are pushed in, calls take them out.
 */
import type { Op } from './byte-stream.ts'
import { type Datagram, DatagramQueue, type QueueLimits } from './datagram-queue.ts'
import { SocketError, type SocketErrorDetails, translateError } from './errors.ts'
import { abortedError, checkOp, ignore } from './op.ts'
import { WaitTimer } from './wait-timer.ts'

interface Waiter {
  readonly resolve: (datagram: Datagram) => void
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal | undefined
  readonly onAbort: (() => void) | undefined
}

/** A queue of datagrams with at most one call waiting at its end. A call that stops waiting takes nothing with it. */
export class DatagramInbox {
  readonly #details: () => SocketErrorDetails
  readonly #queue: DatagramQueue
  #waiter: Waiter | undefined
  #failure: unknown
  #closed = false
  readonly #timer = new WaitTimer(() => {
    this.#stopWaiting()?.reject(new SocketError('timeout', this.#details()))
  })

  /** `details`: the call and the address, for errors. */
  constructor(limits: QueueLimits, details: () => SocketErrorDetails) {
    this.#queue = new DatagramQueue(limits)
    this.#details = details
  }

  /** How many datagrams wait. */
  get length(): number {
    return this.#queue.length
  }

  /** How many were thrown away because the queue was full. */
  get dropped(): number {
    return this.#queue.dropped
  }

  push(datagram: Datagram): void {
    const waiter = this.#stopWaiting()
    if (waiter === undefined) this.#queue.push(datagram)
    else waiter.resolve(datagram)
  }

  /** Rejects the call that waits. When none does, the error is kept for the next call: only a later one replaces it. */
  fail(error: unknown): void {
    const waiter = this.#stopWaiting()
    if (waiter === undefined) this.#failure = error
    else waiter.reject(translateError(error, this.#details()))
  }

  /** The error that was kept, once. */
  takeFailure(): unknown {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  /** Throws away what waits; every call rejects with `closed` from now on. */
  close(): void {
    this.#closed = true
    this.#queue.clear()
    this.#stopWaiting()?.reject(new SocketError('closed', this.#details()))
    this.#timer.clear()
  }

  /** Takes the oldest datagram, or waits for one. */
  take(op?: Op): Promise<Datagram> {
    const { promise, resolve, reject } = Promise.withResolvers<Datagram>()
    const rejectQuietly = (error: unknown): void => {
      if (SocketError.is(error)) promise.catch(ignore) // see `rejected`
      reject(error)
    }
    this.#takeOrWait(resolve, rejectQuietly, op)
    return promise
  }

  /** Every datagram until it is closed. */
  iterate(): AsyncIterableIterator<Datagram> {
    const iterator: AsyncIterableIterator<Datagram> = {
      // Not by way of take(): a second promise per datagram is what a loop would feel.
      next: () =>
        new Promise((resolve, reject) => {
          const give = (value: Datagram): void => resolve({ value, done: false })
          const stop = (error: unknown): void => {
            if (SocketError.is(error, 'closed')) resolve({ value: undefined, done: true })
            else reject(error)
          }
          this.#takeOrWait(give, stop, undefined)
        }),
      return: () => Promise.resolve({ value: undefined, done: true }),
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }

  #takeOrWait(resolve: Waiter['resolve'], reject: Waiter['reject'], op: Op | undefined): void {
    try {
      const datagram = this.#takeNow(op)
      if (datagram === undefined) this.#wait(resolve, reject, op)
      else resolve(datagram)
    } catch (error) {
      reject(error)
    }
  }

  #takeNow(op: Op | undefined): Datagram | undefined {
    if (this.#waiter !== undefined) throw new SocketError('busy', this.#details())
    if (this.#closed) throw new SocketError('closed', this.#details())
    if (op !== undefined) checkOp(op, this.#details)
    const failure = this.takeFailure()
    if (failure !== undefined) throw translateError(failure, this.#details())
    const datagram = this.#queue.shift()
    if (datagram === undefined && op?.timeout === 0) throw new SocketError('timeout', this.#details())
    return datagram
  }

  #wait(resolve: Waiter['resolve'], reject: Waiter['reject'], op: Op | undefined): void {
    const { signal, timeout } = op ?? {}
    const onAbort = signal === undefined ? undefined : () => this.#abort(signal)
    this.#waiter = { resolve, reject, signal, onAbort }
    if (onAbort !== undefined) signal?.addEventListener('abort', onAbort, { once: true })
    if (timeout !== undefined) this.#timer.start(timeout)
  }

  #stopWaiting(): Waiter | undefined {
    const waiter = this.#waiter
    if (waiter === undefined) return undefined
    this.#waiter = undefined
    if (waiter.onAbort !== undefined) waiter.signal?.removeEventListener('abort', waiter.onAbort)
    this.#timer.stop()
    return waiter
  }

  #abort(signal: AbortSignal): void {
    this.#stopWaiting()?.reject(abortedError(signal, this.#details()))
  }
}
