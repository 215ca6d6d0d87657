/**
 * Talk in turns: one speaks, one listens, then the other way round. Two terminals: `server`, then `client`.
 *
 * The failure: both sides begin with listening. Each waits for the other's first word, for ever; what you type goes
 * nowhere, and no error is to be seen. Two programs have to agree on who speaks first: here it is who calls.
 */
import { createInterface } from 'node:readline'
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener, TcpSocket } from '@partyline/sockets'

const [role = 'server', port = '5001', host = '127.0.0.1'] = process.argv.slice(2)

async function waitForCall(): Promise<TcpSocket> {
  await using listener = await TcpListener.listen(Number(port), host)
  console.log(`Listening on ${formatAddress(listener.address)}`)
  return await listener.accept()
}

const keyboard = createInterface({ input: process.stdin })
const typed = keyboard[Symbol.asyncIterator]()
const socket = role === 'client' ? await TcpSocket.connect(Number(port), host) : await waitForCall()
console.log(`Connected to ${formatAddress(socket.remote)}`)

let isMyTurn = role === 'client'
for (;;) {
  const line = isMyTurn ? (await typed.next()).value : await socket.readLine()
  if (line === null || line === undefined) break // they hung up; or we pressed Ctrl-D
  if (isMyTurn) await socket.send(`${line}\n`)
  else console.log(`Received: ${printable(line)}`)
  isMyTurn = !isMyTurn
}
await socket.close()
keyboard.close()
