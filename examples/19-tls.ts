/**
 * TLS: the same program, and nobody on the way can read along.
 *
 * The failure: without the two `tls` options everybody between client and server reads `admin␊12345␊` on the wire.
 * With them there are bytes, but not those. The client also learns that it talks to the right server: the certificate
 * must be one that it trusts, and have the name it called.
 */
import { readFileSync } from 'node:fs'
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener, TcpSocket } from '@partyline/sockets'

const [role = 'server', port = '8443', host = 'localhost'] = process.argv.slice(2)
// A certificate for tests, for the name localhost. Run this in the folder of the repository.
const folder = 'packages/sockets/src/testing/fixtures'
const cert = readFileSync(`${folder}/localhost.cert.pem`)

if (role === 'client') {
  const tls = { ca: cert } // whom we trust
  await using socket = await TcpSocket.connect({ port: Number(port), host, tls })
  await socket.send('admin\n12345\n')
  console.log(printable((await socket.readLine()) ?? 'no answer'))
} else {
  const tls = { cert, key: readFileSync(`${folder}/localhost.key.pem`) } // who we are
  const listener = await TcpListener.listen({ port: Number(port), host: '127.0.0.1', tls })
  console.log(`Listening on ${formatAddress(listener.address)}`)
  await listener.serve(
    async (socket) => {
      const [name, password] = [await socket.readLine(), await socket.readLine()]
      if (name !== null && password !== null) await socket.send(`hello ${name}, in secret\n`)
    },
    { onError: (error) => console.error(String(error)) },
  )
}
