/** The limits of one stream, and their defaults. */
import { checkInteger, checkTimeout } from './op.ts'
import type { SendLimits } from './send-queue.ts'

/** Limits of one stream. */
export interface StreamOptions {
  /** Bytes received and not taken at which reading pauses. Default 64 KiB; the kernel's buffer comes on top. */
  readonly recvHighWater?: number | undefined
  /** Bytes unsent from which `send` waits. Default 64 KiB. */
  readonly sendHighWater?: number | undefined
  /** Bytes unsent at which `send` rejects with `send-queue-full` and `trySend` returns false. Default 8 MiB. */
  readonly maxSendQueue?: number | undefined
  /** Abort with `timeout` after so many ms without a byte in either direction. Default 0: never. */
  readonly idleTimeout?: number | undefined
  /** Put the sends of one turn of the event loop into one write. Default true. */
  readonly autoCork?: boolean | undefined
}

/** Default of recvHighWater and sendHighWater, in bytes. */
export const HIGH_WATER: number = 64 * 1024
const MAX_SEND_QUEUE = 8 * 1024 * 1024
const MAX_BYTES = 2 ** 31 - 1

/** Throws for options that cannot be meant. */
export function checkStreamOptions(options: StreamOptions): void {
  const { recvHighWater, sendHighWater, maxSendQueue, idleTimeout } = options
  if (recvHighWater !== undefined) checkInteger('recvHighWater', recvHighWater, 1, MAX_BYTES)
  if (sendHighWater !== undefined) checkInteger('sendHighWater', sendHighWater, 1, MAX_BYTES)
  if (maxSendQueue !== undefined) checkInteger('maxSendQueue', maxSendQueue, 1, MAX_BYTES)
  checkTimeout('idleTimeout', idleTimeout)
}

const DEFAULT_SEND_LIMITS: SendLimits = { highWater: HIGH_WATER, maxQueue: MAX_SEND_QUEUE, autoCork: true }

/** The same object for the many streams that were given no limits of their own. */
export function sendLimits(options: StreamOptions): SendLimits {
  const { sendHighWater, maxSendQueue, autoCork } = options
  if (sendHighWater === undefined && maxSendQueue === undefined && autoCork === undefined)
    return DEFAULT_SEND_LIMITS
  return {
    highWater: sendHighWater ?? HIGH_WATER,
    maxQueue: maxSendQueue ?? MAX_SEND_QUEUE,
    autoCork: autoCork ?? true,
  }
}
