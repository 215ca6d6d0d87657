/**
 * HTTP by hand: ask for a page over a plain socket, and receive until it is complete.
 *
 * The failure: a tutorial takes a short receive for the end (`len(part) < buffsize`). But receives are as long as the
 * packets were, and the second packet may still be on its way: of a page of 10000 bytes, 1000 came. It is complete
 * after the announced length, or at the end of the stream. Otherwise: `cut off after 1000 of 10000 bytes`.
 */
import { printable } from '@partyline/protocols'
import { TcpSocket } from '@partyline/sockets'

const [port = '80', host = 'example.com', path = '/'] = process.argv.slice(2)

await using socket = await TcpSocket.connect({ port: Number(port), host, timeout: 10_000 })
// HTTP/1.0, because its answers never come in chunks (RFC 9112 section 6.1).
await socket.send(`GET ${path} HTTP/1.0\r\nHost: ${host}\r\n\r\n`)

const head = String(await socket.recvUntil('\r\n\r\n', { max: 16_384, timeout: 10_000 }))
console.log(printable(head.split('\r\n', 1).join()))
const announced = /^content-length: *(\d+)$/im.exec(head)?.[1]
const length = Number(announced ?? Infinity)

let received = 0
while (received < length) {
  const part = await socket.recv(4096, { timeout: 10_000 })
  if (part === null) break
  received += part.length
}
if (announced !== undefined && received < length) {
  throw new Error(`cut off after ${received} of ${length} bytes`)
}
console.log(`${received} bytes`)
