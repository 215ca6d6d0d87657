/**
 * Connect: call a server, and say so when nobody answers.
 *
 * The failure: nobody listens on that port. Without the `catch` the program dies with dozens of lines about its own
 * insides, and somewhere among them is what the person at the keyboard needed to read:
 *     SocketError: 127.0.0.1:5000: nothing is listening there
 */
import { formatAddress, SocketError, TcpSocket } from '@partyline/sockets'

const [port = '5000', host = '127.0.0.1'] = process.argv.slice(2)

try {
  const socket = await TcpSocket.connect(Number(port), host)
  console.log(`Connected to ${formatAddress(socket.remote)}`)
  await socket.close()
} catch (error) {
  if (!SocketError.is(error)) throw error // a mistake in this program: it should be seen whole
  console.error(error.message)
  process.exitCode = 1 // for scripts, as the sentence is for people
}
