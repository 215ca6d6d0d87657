/**
 * Half close: "that was all" and "good-bye" are two different things.
 *
 * The failure: the server counts lines until the end, the client sends its lines and waits for the number. Nobody has
 * said that it was the end: both wait, for ever, and nothing is wrong on either side. The client shows
 *     sent, waiting for the answer
 * `shutdown` ends our direction only, and the answer can still come. (`close` would end both, and nobody hears it.)
 */
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener, TcpSocket } from '@partyline/sockets'

const [role = 'server', port = '8000', host = '127.0.0.1'] = process.argv.slice(2)

if (role === 'client') {
  await using socket = await TcpSocket.connect(Number(port), host)
  await socket.send('bread\nbutter\njam\n')
  await socket.shutdown()
  console.log('sent, waiting for the answer')
  console.log(printable((await socket.readLine()) ?? 'no answer'))
} else {
  const listener = await TcpListener.listen(Number(port), host)
  console.log(`Listening on ${formatAddress(listener.address)}`)
  await listener.serve(
    async (socket) => {
      let count = 0
      for await (const _ of socket.lines()) count += 1
      await socket.send(`${count} lines\n`)
    },
    { onError: (error) => console.error(String(error)) },
  )
}
