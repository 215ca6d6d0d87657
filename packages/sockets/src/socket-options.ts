/** The options of one stream socket, however it came to be: connected, accepted or adopted. */
import { checkInteger } from './op.ts'
import type { StreamOptions } from './stream-options.ts'

/** How the kernel asks a silent peer whether it is still there (RFC 9293 section 3.8.4). */
export interface KeepAlive {
  /** Seconds of silence before the first probe, 1 to 32,767. */
  readonly idle: number
  /** Seconds between probes, 1 to 32,767. Default 1. */
  readonly interval?: number | undefined
  /** Probes without an answer until the connection fails with `timeout`, 1 to 127. Default 10. */
  readonly count?: number | undefined
}

/** Options of one socket. */
export interface SocketOptions extends StreamOptions {
  /** Send small segments at once instead of waiting for acknowledgements (TCP_NODELAY). Default true. */
  readonly noDelay?: boolean | undefined
  /** Probe a silent peer (SO_KEEPALIVE). Default false. The kernel does not probe while sent data is unacknowledged. */
  readonly keepAlive?: false | KeepAlive | undefined
}

/** The same with its defaults; throws RangeError or TypeError for what the kernel would refuse. */
export function checkKeepAlive(keepAlive: KeepAlive): { idle: number; interval: number; count: number } {
  const { idle, interval = 1, count = 10 } = keepAlive
  checkInteger('keepAlive.idle', idle, 1, 32_767)
  checkInteger('keepAlive.interval', interval, 1, 32_767)
  checkInteger('keepAlive.count', count, 1, 127)
  return { idle, interval, count }
}
