/**
 * How a UDP socket is bound: its options, their limits, and what Node's own socket is told of them.
 */
import type { SocketOptions } from 'node:dgram'
import type { QueueLimits, WhenFull } from './datagram-queue.ts'
import { checkInteger } from './op.ts'
import type { Lookup } from './resolve.ts'

/** How `UdpSocket.bind` binds. */
export interface UdpOptions {
  /** How many datagrams may wait to be taken, at least 1. Default 1024. */
  readonly queue?: number | undefined
  /** How many bytes may wait to be taken. Default 1 MiB. One datagram may always wait, however large. */
  readonly queueBytes?: number | undefined
  /** What to throw away when either is reached; `dropped` counts it. Default `drop-oldest`. */
  readonly whenFull?: WhenFull | undefined
  /** How many bytes may wait to be sent while the system does not take them; then `send-queue-full`. Default 1 MiB. */
  readonly maxSendQueue?: number | undefined
  /** The family, for a host that is a name. Default: that of its first address. */
  readonly family?: 4 | 6 | undefined
  /** On an IPv6 socket: do not receive IPv4 as well. Default false: `::` is every address of both families. */
  readonly ipv6Only?: boolean | undefined
  /** Allows the port of another socket that allows it too (SO_REUSEADDR); the last one bound receives. Default false. */
  readonly reuseAddr?: boolean | undefined
  /** Shares the port with other sockets that do the same (SO_REUSEPORT); the system spreads what comes. Default false. */
  readonly reusePort?: boolean | undefined
  /** Allows sending to broadcast addresses (SO_BROADCAST). Default false. */
  readonly broadcast?: boolean | undefined
  /**
   * The system's receive buffer in bytes (SO_RCVBUF), which the system may cap. What comes while it is full is
   * lost and nobody can count it. Default: the system's.
   */
  readonly recvBuffer?: number | undefined
  /** The system's send buffer in bytes (SO_SNDBUF), which the system may cap. Default: the system's. */
  readonly sendBuffer?: number | undefined
  /** Replaces the system's resolver, here and in `sendTo` and `connect`. */
  readonly lookup?: Lookup | undefined
  /** Closes the socket when it fires. */
  readonly signal?: AbortSignal | undefined
}

const MAX_INT32 = 2_147_483_647

/** The limits in force. Throws TypeError or RangeError for what is none. */
export function udpLimits(options: UdpOptions): QueueLimits & { readonly maxSendQueue: number } {
  const { queue = 1024, queueBytes = 1_048_576, whenFull = 'drop-oldest', maxSendQueue = 1_048_576 } = options
  checkInteger('queue', queue, 1, MAX_INT32)
  checkInteger('queueBytes', queueBytes, 1, MAX_INT32)
  checkInteger('maxSendQueue', maxSendQueue, 1, MAX_INT32)
  if (whenFull !== 'drop-oldest' && whenFull !== 'drop-newest') {
    throw new TypeError(`whenFull must be drop-oldest or drop-newest, not ${String(whenFull)}`)
  }
  return { datagrams: queue, bytes: queueBytes, whenFull, maxSendQueue }
}

/** What Node's socket is made with. */
export function nodeOptions(family: 4 | 6, options: UdpOptions): SocketOptions {
  const { reuseAddr = false, reusePort = false, ipv6Only = false, recvBuffer, sendBuffer } = options
  if (recvBuffer !== undefined) checkInteger('recvBuffer', recvBuffer, 1, MAX_INT32)
  if (sendBuffer !== undefined) checkInteger('sendBuffer', sendBuffer, 1, MAX_INT32)
  return {
    type: family === 4 ? 'udp4' : 'udp6',
    reuseAddr,
    reusePort,
    ipv6Only,
    recvBufferSize: recvBuffer,
    sendBufferSize: sendBuffer,
    // Node looks up the address of every send; ours are numeric when they get here, so they are their own answer.
    lookup: (address, _options, callback) => callback(null, address, family),
  }
}
