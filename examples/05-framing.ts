/**
 * A receive is not a line: where one message ends is for you to find.
 *
 * The failure: the client sends a name and a password, and the server calls `recv` for each. On your desk that works.
 * Then both come in one packet, the first `recv` returns all of it, and the server waits for a password for ever:
 *     name: admin␊12345␊
 */
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener } from '@partyline/sockets'

const [port = '8002', host = '127.0.0.1'] = process.argv.slice(2)

const listener = await TcpListener.listen(Number(port), host)
console.log(`Listening on ${formatAddress(listener.address)}`)
await listener.serve(
  async (socket) => {
    const name = await socket.readLine()
    console.log(`name: ${printable(`${name}`)}`)
    const password = await socket.readLine()
    console.log(`password: ${printable(`${password}`)}`)
    await socket.send('both are here\n')
  },
  { onError: (error) => console.error(String(error)) },
)
