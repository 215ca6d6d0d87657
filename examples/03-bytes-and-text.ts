/**
 * Bytes are not text: a character may be many bytes, and a receive may end in the middle of it.
 *
 * The failure: `café` has four characters and five bytes. When the receives bring four bytes and one, and each is made
 * text by itself, both halves of the é are lost:
 *     4 bytes: caf�
 *     1 bytes: �
 */
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener, TcpSocket } from '@partyline/sockets'

const [role = 'server', port = '8000', host = '127.0.0.1'] = process.argv.slice(2)

if (role === 'client') {
  await using socket = await TcpSocket.connect(Number(port), host)
  await socket.send('café\n') // text goes out as UTF-8, bytes as they are
} else {
  const listener = await TcpListener.listen(Number(port), host)
  console.log(`Listening on ${formatAddress(listener.address)}`)
  await listener.serve(
    async (socket) => {
      const decoder = new TextDecoder() // keeps half a character until its other half comes
      // Four at a time, so that you see now what else happens once in a thousand times.
      for (let bytes = await socket.recv(4); bytes !== null; bytes = await socket.recv(4)) {
        const text = decoder.decode(bytes, { stream: true })
        console.log(`${bytes.length} bytes: ${printable(text)}`)
      }
    },
    { onError: (error) => console.error(String(error)) },
  )
}
