/** The public names of @partyline/sockets. */
export {
  type Address,
  formatAddress,
  formatHostPort,
  type InetAddress,
  isLoopbackHost,
  isPrivateHost,
  type UnixAddress,
} from './address.ts'
export type { ByteStream, CloseInfo, Data, LineOptions, Op, StreamState } from './byte-stream.ts'
export type { ConnectOptions } from './connect.ts'
export type { Datagram, WhenFull } from './datagram-queue.ts'
export {
  SOCKET_ERRORS,
  SocketError,
  type SocketErrorCode,
  type SocketErrorDetails,
  type SocketOp,
} from './errors.ts'
export type { ListenerStats, ListenOptions } from './listen-options.ts'
export { type Lookup, type ResolveOptions, resolve } from './resolve.ts'
export type { Handler, HandlerContext, ServeOptions } from './serve.ts'
export { type Protocol, serviceByName } from './services-file.ts'
export type { KeepAlive, SocketOptions } from './socket-options.ts'
export type { StreamOptions } from './stream-options.ts'
export { TcpListener } from './tcp-listener.ts'
export { TcpSocket } from './tcp-socket.ts'
export type { Telemetry } from './telemetry.ts'
export type { TlsInfo, TlsOptions } from './tls.ts'
export type { UdpOptions } from './udp-options.ts'
export { UdpSocket } from './udp-socket.ts'
