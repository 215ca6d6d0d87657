/**
 * UDP log: datagrams get lost and overtake each other, and nobody is told. So number them.
 *
 * The failure: the log shows `1 start`, `2 open`, `5 stop`, and looks complete. Were 3 and 4 never sent, or lost, or
 * late? Only the numbers know. (A second one is cured by `printable`: a datagram with a newline in it would forge a line.)
 */
import { printable } from '@partyline/protocols'
import { formatAddress, UdpSocket } from '@partyline/sockets'

const [role = 'server', port = '1234', host = '127.0.0.1', ...words] = process.argv.slice(2)

if (role === 'client') {
  await using socket = await UdpSocket.bind(0, '0.0.0.0')
  for (const [i, word] of words.entries()) await socket.sendTo(`${i + 1} ${word}`, Number(port), host)
} else {
  const socket = await UdpSocket.bind(Number(port), host)
  console.log(`Listening on udp ${formatAddress(socket.local)}`)
  const next = new Map<string, number>() // the number that each sender should send next
  for await (const { data, from } of socket) {
    const sender = formatAddress(from)
    const number = Number.parseInt(String(data), 10)
    const expected = next.get(sender) ?? 1
    if (number > expected) console.log(`${sender} lost or late: ${number - expected} before ${number}`)
    if (number < expected) console.log(`${sender} late or twice: ${number}`)
    if (next.size >= 1000) next.clear() // anybody may send: forget, rather than fill the memory
    next.set(sender, Math.max(expected, number + 1))
    console.log(`${sender} ${printable(String(data))}`)
  }
}
