/**
 * UDP echo: each datagram goes back to its sender, whole.
 *
 * The failure: the tutorial's `recvfrom(1)` keeps one byte of a datagram, and the rest is gone: `hello` comes back as
 *     h
 * And a client that waits without a limit waits for ever: a lost datagram is no error. Here it has five seconds.
 */
import { printable } from '@partyline/protocols'
import { formatAddress, SocketError, UdpSocket } from '@partyline/sockets'

const [role = 'server', port = '31337', host = '127.0.0.1'] = process.argv.slice(2)

if (role === 'client') {
  await using socket = await UdpSocket.bind(0, '0.0.0.0')
  await socket.connect(Number(port), host) // only then does the system tell us that nobody listens
  try {
    await socket.send('hello')
    const { data } = await socket.recvFrom({ timeout: 5000 })
    console.log(printable(String(data)))
  } catch (error) {
    if (!SocketError.is(error, 'refused', 'timeout')) throw error
    console.error(error.message)
    process.exitCode = 1
  }
} else {
  const socket = await UdpSocket.bind(Number(port), host)
  console.log(`Listening on ${formatAddress(socket.local)}`)
  for await (const { data, from } of socket) {
    console.log(`Echoing data back to ('${from.host}', ${from.port})`)
    // One sender that cannot be answered must not end the server.
    await socket.sendTo(data, from.port, from.host).catch((error) => console.error(String(error)))
  }
}
