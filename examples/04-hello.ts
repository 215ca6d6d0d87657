/**
 * Say hello, take what comes, give it back, hang up. Try it with telnet and with nc.
 *
 * The failure: the Enter key is `\n` from nc and `\r\n` from telnet. Take off the `\n` only, and `hi` is `hi\r`: it
 * equals no `hi`, and a terminal shows `received [hi` with the bracket in its first column, `]eceived [hi`.
 * Look at the bytes in a form that shows all of them: `received hi␍␊`.
 */
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener } from '@partyline/sockets'

const [port = '8000', host = '127.0.0.1'] = process.argv.slice(2)

const listener = await TcpListener.listen(Number(port), host)
console.log(`Listening on ${formatAddress(listener.address)}`)
await listener.serve(
  async (socket) => {
    await socket.send('hello\n')
    const data = await socket.recv(1000)
    if (data === null) return // hung up without a word
    console.log(`received ${printable(String(data))}`)
    await socket.send(data)
  },
  { onError: (error) => console.error(String(error)) },
)
