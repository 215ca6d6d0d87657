/**
 * Endings: good-bye, cut off, silence, and a port that is taken.
 *
 * The failure: taking every end for a good-bye. A client that crashes in the middle of its list resets the connection,
 * and the list looks complete: `2 lines, complete`. A receive tells them apart: null is good-bye, an error is not.
 */
import { formatAddress, SocketError, TcpListener, type TcpSocket } from '@partyline/sockets'

const [port = '8000', host = '127.0.0.1', patience = '10000'] = process.argv.slice(2)

async function takeList(socket: TcpSocket): Promise<void> {
  let count = 0
  try {
    for await (const _ of socket.lines()) {
      count += 1
      await socket.send(`got line ${count}\n`)
    }
    console.log(`${count} lines, complete`)
  } catch (error) {
    if (!SocketError.is(error, 'reset', 'timeout')) throw error
    console.log(`${count} lines, not complete: ${error.code}`) // reset: cut off; timeout: silent for too long
  }
}

try {
  // A peer whose cable was pulled says nothing, ever: somebody has to look at the clock.
  const idleTimeout = Number(patience)
  const listener = await TcpListener.listen({ port: Number(port), host, idleTimeout })
  console.log(`Listening on ${formatAddress(listener.address)}`)
  await listener.serve(takeList, { onError: (error) => console.error(String(error)) })
} catch (error) {
  if (!SocketError.is(error, 'address-in-use')) throw error
  console.error(`${error.message}; stop it, or choose another port`)
  process.exitCode = 1
}
