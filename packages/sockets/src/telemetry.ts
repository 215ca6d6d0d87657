/**
 * What the library tells about itself: it writes no logs, it publishes on `node:diagnostics_channel`. Publishing
 * costs nothing while nobody subscribes. Subscribers are called in the middle of the socket's own work: they must
 * be quick and must not throw, and bytes they are given are shared memory, to be read during the call and never
 * changed.
 */
import { type Channel, channel } from 'node:diagnostics_channel'
import type { Address, InetAddress } from './address.ts'
import type { CloseInfo } from './byte-stream.ts'
import type { SocketError } from './errors.ts'
import type { TcpListener } from './tcp-listener.ts'
import type { TcpSocket } from './tcp-socket.ts'
import type { UdpSocket } from './udp-socket.ts'

/** The messages of the channels. */
export interface Telemetry {
  /** The resolver answered for a name, after so many ms; a numeric host asks nobody. */
  readonly resolve: { readonly host: string; readonly addresses: readonly InetAddress[]; readonly ms: number }
  /** An attempt to connect begins, one for each address that is tried. */
  readonly attempt: { readonly remote: Address }
  /** That attempt failed; others may go on. */
  readonly attemptFailed: { readonly remote: Address; readonly error: SocketError }
  /** A listener listens. Not again after `suspend` and `resume`. */
  readonly listening: { readonly listener: TcpListener }
  /**
   * A stream socket is connected (`via: 'connect'`, after `ms` with look-up and TLS handshake), accepted
   * (`'accept'`), or was adopted from node:net (`'adopt'`).
   */
  readonly open: {
    readonly socket: TcpSocket
    readonly via: 'connect' | 'accept' | 'adopt'
    readonly ms?: number | undefined
  }
  /** Bytes came. Under TLS they are what was inside. */
  readonly received: { readonly socket: TcpSocket; readonly data: Uint8Array }
  /**
   * Bytes were handed to the system, or to Node's queue while the peer is slow: what goes out in one write. Under TLS
   * they are what goes inside.
   */
  readonly sent: { readonly socket: TcpSocket; readonly data: Uint8Array }
  /** One direction has ended in order: our end was sent (`by: 'us'`), or the peer's came (`'peer'`). */
  readonly ended: { readonly socket: TcpSocket; readonly by: 'us' | 'peer' }
  /** We reset the connection: `abort`, `idleTimeout`, or a close without progress. The peer's reset is in `close`. */
  readonly reset: { readonly socket: TcpSocket }
  /** Once for each `open`: its CloseInfo has the bytes, the time and the reason. */
  readonly close: { readonly socket: TcpSocket; readonly info: CloseInfo }
  /** A limit or the block list refused a connection. */
  readonly refused: { readonly listener: TcpListener; readonly remote: Address; readonly reason: string }
  /** A connection never finished its TLS handshake. */
  readonly handshakeFailed: {
    readonly listener: TcpListener
    readonly remote: Address
    readonly error: unknown
  }
  /** A handler given to `serve` threw, and no `onError` was given. */
  readonly handlerFailed: { readonly socket: TcpSocket; readonly error: unknown }
  /** A UDP socket is bound to its address. */
  readonly bound: { readonly socket: UdpSocket }
  /** A datagram came, also one that is then thrown away because the queue is full. */
  readonly datagramReceived: {
    readonly socket: UdpSocket
    readonly data: Uint8Array
    readonly from: InetAddress
  }
  /** A datagram was handed to the system. */
  readonly datagramSent: { readonly socket: UdpSocket; readonly data: Uint8Array; readonly to: InetAddress }
}

/** The channels; each publishes its message of `Telemetry`. */
export const channels: { readonly [Name in keyof Telemetry]: Channel } = {
  resolve: channel('partyline.sockets.resolve'),
  attempt: channel('partyline.sockets.attempt'),
  attemptFailed: channel('partyline.sockets.attempt-failed'),
  listening: channel('partyline.sockets.listening'),
  open: channel('partyline.sockets.open'),
  received: channel('partyline.sockets.received'),
  sent: channel('partyline.sockets.sent'),
  ended: channel('partyline.sockets.ended'),
  reset: channel('partyline.sockets.reset'),
  close: channel('partyline.sockets.close'),
  refused: channel('partyline.sockets.refused'),
  handshakeFailed: channel('partyline.sockets.handshake-failed'),
  handlerFailed: channel('partyline.sockets.handler-failed'),
  bound: channel('partyline.sockets.bound'),
  datagramReceived: channel('partyline.sockets.datagram-received'),
  datagramSent: channel('partyline.sockets.datagram-sent'),
}

/** Publishes a message, if anybody listens. Where making it costs something, ask `hasSubscribers` before. */
export function publish<Name extends keyof Telemetry>(name: Name, message: Telemetry[Name]): void {
  if (channels[name].hasSubscribers) channels[name].publish(message)
}
