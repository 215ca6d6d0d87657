/** Connections that wait to be accepted, and calls of `accept` that wait for a connection: first come, first served. */
import type { Op } from './byte-stream.ts'
import type { SocketError, SocketErrorDetails } from './errors.ts'
import { watchOp } from './op.ts'

interface Taker<T> {
  readonly resolve: (connection: T) => void
  readonly reject: (error: SocketError) => void
}

export class AcceptQueue<T> {
  readonly #waiting: T[] = []
  readonly #takers: Taker<T>[] = []

  /** Connections that wait. */
  get size(): number {
    return this.#waiting.length
  }

  /** True when somebody waits for a connection: then none waits for somebody. */
  get isWanted(): boolean {
    return this.#takers.length > 0
  }

  /** Gives the connection to whoever waits longest, else keeps it. */
  offer(connection: T): void {
    const taker = this.#takers.shift()
    if (taker === undefined) this.#waiting.push(connection)
    else taker.resolve(connection)
  }

  /** The connection that waits longest. */
  shift(): T | undefined {
    return this.#waiting.shift()
  }

  /** Waits for a connection. A call that is cancelled loses its place and no connection. */
  take(op: Op | undefined, details: () => SocketErrorDetails): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = watchOp(op, details, (error) => {
        this.#takers.splice(this.#takers.indexOf(taker), 1)
        reject(error)
      })
      const taker: Taker<T> = {
        resolve: (connection) => {
          stop()
          resolve(connection)
        },
        reject: (error) => {
          stop()
          reject(error)
        },
      }
      this.#takers.push(taker)
    })
  }

  /** All that wait, which do so no longer. */
  drain(): T[] {
    return this.#waiting.splice(0)
  }

  /** Rejects every waiting call. */
  fail(error: () => SocketError): void {
    for (const taker of this.#takers.splice(0)) taker.reject(error())
  }
}
