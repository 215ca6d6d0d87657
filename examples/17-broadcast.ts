/**
 * A chat: what one says, all hear. The first line is your screen name.
 *
 * The failure: somebody who does not read. What is for them waits in our memory: with a limit of 1 GiB instead of
 * 256 KiB they find all 16 MiB of the talk when they look again. (With `await person.send` all others would wait too.)
 */
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener, type TcpSocket } from '@partyline/sockets'

const [port = '5000', host = '127.0.0.1'] = process.argv.slice(2)
const people = new Set<TcpSocket>()

function tellAll(text: string): void {
  const bytes = Buffer.from(`${text}\n`) // made once, shared by all
  for (const person of people) {
    if (person.trySend(bytes)) continue
    people.delete(person)
    person.abort()
    console.error(`${formatAddress(person.remote)} reads too slowly and was cut off`)
  }
}

async function takePart(socket: TcpSocket): Promise<void> {
  await socket.send('Please enter your screen name:\n')
  const name = printable((await socket.readLine()) ?? '')
  if (name === '') return
  people.add(socket)
  try {
    tellAll(`${name} logged in`)
    for await (const line of socket.lines()) tellAll(`${name}::${printable(line)}`)
  } finally {
    people.delete(socket)
    tellAll(`${name} disconnected`)
  }
}

const listener = await TcpListener.listen({ port: Number(port), host, maxSendQueue: 256 * 1024 })
console.log(`Listening on ${formatAddress(listener.address)}`)
await listener.serve(takePart, { onError: (error) => console.error(String(error)) })
