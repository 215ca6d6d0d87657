/** The datagrams of a server: the network's complaints about one of them must not end it for the others. */
import { type Datagram, SocketError, type UdpSocket } from '@partyline/sockets'

/** Every datagram until the socket is closed. */
export async function* datagramsOf(socket: UdpSocket): AsyncGenerator<Datagram, void, undefined> {
  for (;;) {
    try {
      yield await socket.recvFrom()
    } catch (error) {
      if (SocketError.is(error, 'closed')) return
      if (!SocketError.is(error)) throw error
    }
  }
}
