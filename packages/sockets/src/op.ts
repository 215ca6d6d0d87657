/**
 * What every waiting call has in common: its arguments are checked here, and here it starts and stops listening
 * for its timeout and its signal.
 */
import type { Op } from './byte-stream.ts'
import { SocketError, type SocketErrorDetails } from './errors.ts'

/** The longest timer Node has: above it, setTimeout fires at once. */
export const MAX_TIMEOUT = 2_147_483_647

/** Throws TypeError or RangeError unless `value` is a whole number from `min` to `max`. */
export function checkInteger(
  name: string,
  value: unknown,
  min: number,
  max: number,
): asserts value is number {
  if (typeof value !== 'number' || (!Number.isInteger(value) && Number.isFinite(value))) {
    throw new TypeError(`${name} must be a whole number, not ${String(value)}`)
  }
  if (!(value >= min && value <= max)) {
    throw new RangeError(`${name} must be between ${min} and ${max}, not ${value}`)
  }
}

/** Throws unless `timeout` is undefined or a number of milliseconds that a timer can hold. */
export function checkTimeout(name: string, timeout: unknown): asserts timeout is number | undefined {
  if (timeout === undefined) return
  if (typeof timeout !== 'number' || Number.isNaN(timeout)) {
    throw new TypeError(`${name} must be a number of milliseconds, not a ${typeof timeout}`)
  }
  if (timeout < 0 || timeout > MAX_TIMEOUT) {
    throw new RangeError(`${name} must be between 0 and ${MAX_TIMEOUT} ms, not ${timeout}`)
  }
}

/** Checks an Op's own arguments; throws `aborted` when its signal has fired already. */
export function checkOp(op: Op | undefined, details: () => SocketErrorDetails): void {
  if (op === undefined) return
  checkTimeout('timeout', op.timeout)
  if (op.signal?.aborted) throw abortedError(op.signal, details())
}

export function abortedError(signal: AbortSignal, details: SocketErrorDetails): SocketError {
  return new SocketError('aborted', { ...details, cause: signal.reason })
}

/** A promise with its two ends outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T | PromiseLike<T>) => void
  readonly reject: (reason: unknown) => void
}

/** Calls `expire` with the error when the op's time is over or its signal fires. Returns what stops both. */
export function watchOp(
  op: Op | undefined,
  details: () => SocketErrorDetails,
  expire: (error: SocketError) => void,
): () => void {
  const { timeout, signal } = op ?? {}
  if (timeout === undefined && signal === undefined) return nothing
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          stop()
          expire(new SocketError('timeout', details()))
        }, timeout)
  const onAbort = (): void => {
    stop()
    if (signal !== undefined) expire(abortedError(signal, details()))
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  function stop(): void {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
  return stop
}

function nothing(): void {}

/**
 * A rejection that may go unnoticed when the network caused it: a call that nobody awaits must not end the process.
 * Whoever does await it is told all the same. A wrong argument stays loud.
 */
export function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error)
  if (SocketError.is(error)) promise.catch(ignore)
  return promise
}

/** The same for a promise that may come to reject. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch((error: unknown) => {
    if (!SocketError.is(error)) throw error
  })
  return promise
}

export function ignore(): void {}
