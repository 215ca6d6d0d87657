/**
 * Receive the welcome of a chat server, all of it, and hang up.
 *
 * The failure: looking before anything has come. `tryRecv` returns what is here now, and right after `connect` that is
 *     undefined
 * A single `recv` waits, but only for the first bytes: the rest may come later. So wait for the words that end it.
 */
import { printable } from '@partyline/protocols'
import { TcpSocket } from '@partyline/sockets'

const [port = '5000', host = '127.0.0.1'] = process.argv.slice(2)

await using socket = await TcpSocket.connect(Number(port), host)
const banner = await socket.recvUntil('screen name:', { max: 1000, keep: true, timeout: 10_000 })
console.log('received:')
for (const line of String(banner).split('\n')) console.log(printable(line)) // a stranger wrote it
