/** The options and the counters of a listener. */
import type { BlockList, BoundSocket } from 'node:net'
import { checkInteger } from './op.ts'
import type { SocketOptions } from './socket-options.ts'
import { checkSocketOptions } from './tcp-socket.ts'
import type { TlsOptions } from './tls.ts'

/** Where and how to listen. The socket options are those of the accepted sockets. */
export interface ListenOptions extends SocketOptions {
  /** The address to bind. Default `127.0.0.1`: only this machine. `0.0.0.0` and `::` open it to the network. */
  readonly host?: string | undefined
  /** 0 to 65535; 0 (the default) = a free one, see `address`. */
  readonly port?: number | undefined
  /** The path of a Unix-domain socket, instead of host and port. Removed again on close. */
  readonly path?: string | undefined
  /** A socket that is bound already (Node 26), instead of host and port. */
  readonly bound?: BoundSocket | undefined
  /** How many connections the kernel keeps that we have not accepted. Default 511; the system may cap it lower. */
  readonly backlog?: number | undefined
  /** Share the port with other processes (SO_REUSEPORT). Default false. */
  readonly reusePort?: boolean | undefined
  /** With host `::`, do not accept IPv4 too. Default false. */
  readonly ipv6Only?: boolean | undefined
  /** Speak TLS. `accept` and `serve` see a connection only when its handshake is done. */
  readonly tls?: TlsOptions | undefined
  /** Refuse these peers. */
  readonly block?: BlockList | undefined
  /** Open connections at the most, those in `waiting` and in a handshake among them. Default: no limit. */
  readonly maxConnections?: number | undefined
  /** Open connections of one peer address at the most. Default: no limit. */
  readonly maxPerAddress?: number | undefined
  /** Connections that wait for `accept` at the most. Default 128. */
  readonly acceptQueue?: number | undefined
  /** TLS handshakes under way at the most; a further connection is reset. Default 1024. */
  readonly maxHandshakes?: number | undefined
  /**
   * What happens at `maxConnections` and at a full `acceptQueue`: `refuse` (the default) resets the connection;
   * `suspend` closes the listening socket until there is room, so that callers are refused by the kernel.
   */
  readonly whenFull?: 'refuse' | 'suspend' | undefined
  /** Closes the listener when it fires. */
  readonly signal?: AbortSignal | undefined
}

/** Counters of a listener, from its start. */
export interface ListenerStats {
  /** Connections that `accept` or a handler got. */
  readonly accepted: number
  /** Of these, open now. */
  readonly active: number
  /** Connections that wait for `accept` now. */
  readonly waiting: number
  /** Connections refused by a limit or the block list. */
  readonly refused: number
  /** Connections whose TLS handshake failed. */
  readonly handshakesFailed: number
  /** Bytes that the accepted connections received. */
  readonly bytesIn: number
  /** Bytes that they accepted for sending. */
  readonly bytesOut: number
}

/** Throws for options that cannot be meant, before anything is opened. */
export function checkListenOptions(options: ListenOptions): void {
  checkSocketOptions(options)
  const { port, path, host, backlog, maxConnections, maxPerAddress, acceptQueue, maxHandshakes } = options
  if (path !== undefined && (port !== undefined || host !== undefined)) {
    throw new TypeError('listen takes either a path or a host and port')
  }
  if (port !== undefined) checkInteger('port', port, 0, 65_535)
  if (backlog !== undefined) checkInteger('backlog', backlog, 1, 65_535)
  if (maxConnections !== undefined) checkInteger('maxConnections', maxConnections, 1, 2 ** 31 - 1)
  if (maxPerAddress !== undefined) checkInteger('maxPerAddress', maxPerAddress, 1, 2 ** 31 - 1)
  if (acceptQueue !== undefined) checkInteger('acceptQueue', acceptQueue, 1, 65_535)
  if (maxHandshakes !== undefined) checkInteger('maxHandshakes', maxHandshakes, 1, 2 ** 31 - 1)
}
