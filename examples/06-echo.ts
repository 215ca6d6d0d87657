/**
 * Echo: whatever comes goes back, all of it, until the client says that it was all.
 *
 * The failure: one `recv(16)`, one `send`, done, as a tutorial shows it. That is an echo for short words only:
 *     Hey, can you hea
 * A stream has no last receive but the end: `recv` gives null, and the loop over a socket is over.
 */
import { formatAddress, TcpListener, TcpSocket } from '@partyline/sockets'

const [role = 'server', port = '50000', host = '127.0.0.1'] = process.argv.slice(2)

if (role === 'client') {
  await using socket = await TcpSocket.connect(Number(port), host)
  await socket.send('Hey, can you hear me?\n')
  await socket.shutdown() // that was all; now listen
  for await (const bytes of socket) process.stdout.write(bytes)
} else {
  const listener = await TcpListener.listen(Number(port), host)
  console.log(`Listening on ${formatAddress(listener.address)}`)
  await listener.serve(
    async (socket) => {
      for await (const bytes of socket) await socket.send(bytes)
    },
    { onError: (error) => console.error(String(error)) },
  )
}
