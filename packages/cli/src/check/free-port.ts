/** A port for a program that must be told one. */
import { SocketError, TcpListener, UdpSocket } from '@partyline/sockets'

/** Below the ports that systems choose themselves (32,768 and up on Linux, 49,152 elsewhere). */
const FREE_PORTS = { from: 20_000, count: 12_000 }
/**
 * Each process goes through them all from a place of its own, which its number gives: two that were started one after
 * the other, as test runs that go on side by side are, are given the same port only after so many.
 */
const FOR_EACH_PROCESS = 100

let given = 0

/**
 * A port that nobody has at this moment. Not one that the system would choose: it gives those away again, to others
 * that ask for any port and to connections, before the program has come to bind it. And not one that was given
 * before, as long as there are others: whoever was given it may not have come to bind it yet, or wants nobody there.
 */
export async function freePort(transport: 'tcp' | 'udp', host: string): Promise<number> {
  for (;;) {
    const port = FREE_PORTS.from + ((process.pid * FOR_EACH_PROCESS + given++) % FREE_PORTS.count)
    try {
      await using _ = await (transport === 'udp'
        ? UdpSocket.bind(port, host)
        : TcpListener.listen(port, host))
      return port
    } catch (error) {
      if (!SocketError.is(error, 'address-in-use')) throw error
    }
  }
}
