/**
 * The `timeout` and `signal` of a call whose work has no cancelling of its own: a name look-up, a datagram on its
 * way to the system.
 */
import type { Op } from './byte-stream.ts'
import type { SocketErrorDetails } from './errors.ts'
import { checkOp, watchOp } from './op.ts'

/**
 * What `work` becomes, or a rejection with `timeout` or `aborted`, whichever is first. When the caller stops
 * waiting the work goes on and its result is dropped. With a signal that has already fired it is never started.
 */
export async function within<T>(op: Op, details: SocketErrorDetails, work: () => Promise<T>): Promise<T> {
  checkOp(op, () => details)
  if (op.timeout === undefined && op.signal === undefined) return work()
  return new Promise<T>((resolve, reject) => {
    const stop = watchOp(op, () => details, reject)
    work().then(
      (value) => {
        stop()
        resolve(value)
      },
      (error: unknown) => {
        stop()
        reject(error)
      },
    )
  })
}
