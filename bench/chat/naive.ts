/**
 * What Partyline's chat is measured against: a server of the same protocol as an engineer would first write it on
 * node:net. It writes every line to every person on its own, and has no limits, no pace and no history. Its
 * standard output has the same words, so that both do the same work there.
 */
import { createServer, type Socket } from 'node:net'

const RULE = '-'.repeat(37)
const BANNER = `${RULE}\nWelcome to the naive chat\n${RULE}\nPlease enter your screen name:\n`

const people = new Map<string, Socket>()

const server = createServer({ noDelay: true }, (socket) => {
  console.log('Incoming Connection')
  let name: string | undefined
  let rest = ''
  socket.write(BANNER)
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.map((text) => text.replace(/\r$/, ''))) {
      if (name !== undefined) say(`${name}::${line}\n`)
      else if (people.has(line)) socket.end('-- that name is taken\n')
      else {
        name = line
        people.set(name, socket)
        say(`${name} logged in\n`)
      }
    }
  })
  socket.on('error', () => {}) // `close` follows
  socket.on('close', () => {
    console.log('client disconnecting')
    if (name !== undefined && people.delete(name)) say(`${name} disconnected\n`)
  })
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`Listening on :${address.port}`)
})

process.on('SIGTERM', () => process.exit())

function say(line: string): void {
  for (const socket of people.values()) socket.write(line)
}
