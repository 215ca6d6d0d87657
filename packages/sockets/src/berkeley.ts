/**
 * Sockets with the calls of the tutorials, which are those of Berkeley's C and of Python: socket, bind, listen,
 * accept, connect, send, recv, and the constants. A program of a tutorial can be written line by line, with
 * `await` in front of each call that waits:
 *
 *     import * as socket from '@partyline/sockets/berkeley'
 *
 *     const server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
 *     await server.bind(['127.0.0.1', 50000])
 *     await server.listen(1)
 *     const [connection, address] = await server.accept()
 *
 * It is one thin layer over the library, with the library's errors. For new programs the library itself has less
 * to write and more help: lines, exact counts, a handler per connection.
 */
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_IP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_STREAM,
} from './berkeley/constants.ts'
import { DatagramSocket } from './berkeley/datagram-socket.ts'
import type { Socket } from './berkeley/socket.ts'
import { StreamSocket } from './berkeley/stream-socket.ts'

export * from './berkeley/constants.ts'
export { type AddressInfo, getaddrinfo, gethostbyname } from './berkeley/getaddrinfo.ts'
export type { Socket } from './berkeley/socket.ts'
export type { SocketAddress } from './berkeley/socket-address.ts'
export { SocketError } from './errors.ts'

/**
 * Makes a socket. Nothing happens on the network yet.
 *
 * @param family AF_INET (the default), AF_INET6 or AF_UNIX.
 * @param type SOCK_STREAM (the default) or SOCK_DGRAM.
 * @param proto 0 (IPPROTO_IP, the default): the usual one of the type; or that one by its name.
 * Throws a TypeError for what does not go together; Node has no AF_UNIX datagrams.
 */
export function socket(
  family: number = AF_INET,
  type: number = SOCK_STREAM,
  proto: number = IPPROTO_IP,
): Socket {
  if (family !== AF_INET && family !== AF_INET6 && family !== AF_UNIX) {
    throw new TypeError(`socket knows AF_INET, AF_INET6 and AF_UNIX, not ${family}`)
  }
  if (type === SOCK_STREAM && (proto === IPPROTO_IP || (proto === IPPROTO_TCP && family !== AF_UNIX))) {
    return new StreamSocket(family, proto)
  }
  if (type === SOCK_DGRAM && (proto === IPPROTO_IP || proto === IPPROTO_UDP) && family !== AF_UNIX) {
    return new DatagramSocket(family, type, proto)
  }
  throw new TypeError(`no socket has the family ${family}, the type ${type} and the protocol ${proto}`)
}
