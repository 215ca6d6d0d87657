/** What goes between the store and its worker threads: calls with values, answers with results or errors. */
import { parentPort } from 'node:worker_threads'
import { StoreError, type StoreErrorCode } from '../../core/store.ts'

/** The functions of a worker, by their names. What they take and return must be cloneable. */
export type Calls = Readonly<Record<string, (...values: never[]) => unknown>>

/** Where the functions of a worker are called: a thread of its own, or, for tests, this one. */
export interface Link<All extends Calls> {
  /** Rejects with what the function throws, or with `gone`. */
  call<Name extends keyof All & string>(
    name: Name,
    ...values: Parameters<All[Name]>
  ): Promise<Awaited<ReturnType<All[Name]>>>
  /** Ends the worker when all that was called is answered. Idempotent. */
  close(): Promise<void>
}

/** The last call: the worker closes what it has open. */
export const CLOSE = 'close'

export interface Request {
  readonly call: number
  readonly name: string
  readonly values: readonly unknown[]
}

export type Answer =
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly error: Failure }

/** A `StoreError` in parts (a clone of an error loses its class and its fields), or a fault of ours as it is. */
export interface Failure {
  readonly code?: StoreErrorCode | undefined
  readonly about?: string | undefined
  readonly cause: unknown
}

/** The error that was thrown in the worker. */
export function errorOf({ code, about, cause }: Failure): unknown {
  return code === undefined ? cause : new StoreError(code, about, cause)
}

/** What a worker has open. */
export interface Opened<All extends Calls> {
  readonly calls: All
  readonly close: () => void
  /** Work that nobody waits for. Run when everything that was called is answered. Must not throw. */
  readonly tidyUp?: () => void
}

/**
 * In a worker: answers each call, those that return at once one after the other. `open` is run by the first; when it
 * throws, that call is answered with its error and the next one tries again.
 */
export function answerCalls(open: () => Opened<Calls>): void {
  let opened: Opened<Calls> | undefined
  let closed = false
  let willTidyUp = false
  const run = ({ name, values }: Request): unknown => {
    if (name === CLOSE) {
      closed = true
      return opened?.close()
    }
    opened ??= open()
    const work: ((...values: never[]) => unknown) | undefined = opened.calls[name]
    if (work === undefined) throw new TypeError(`no call ${name}`)
    return work(...(values as never[]))
  }
  // After the answers that are on their way, and after the calls that have come meanwhile.
  const tidyUpSoon = (): void => {
    if (willTidyUp) return
    willTidyUp = true
    setImmediate(() => {
      willTidyUp = false
      if (!closed) opened?.tidyUp?.()
    })
  }
  const answer = async (request: Request): Promise<void> => {
    const { call } = request
    try {
      parentPort?.postMessage({ call, result: await run(request) } satisfies Answer)
    } catch (error) {
      parentPort?.postMessage({ call, error: failureOf(error) } satisfies Answer)
    }
    tidyUpSoon()
  }
  parentPort?.on('message', (request: Request) => void answer(request))
}

function failureOf(error: unknown): Failure {
  if (error instanceof StoreError) return { code: error.code, about: error.about, cause: error.cause }
  return { cause: error }
}
