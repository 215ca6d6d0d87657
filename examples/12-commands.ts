/**
 * Commands: R a random number, T the time, L the language, E the end.
 *
 * The failure: `E` calls `process.exit()`. Whoever else is connected is cut off in the middle, without a word: their
 * next receive is the end. Close the door instead, and let those inside finish; the program ends by itself.
 */
import { randomInt } from 'node:crypto'
import { formatAddress, TcpListener, type TcpSocket } from '@partyline/sockets'

const [port = '8003', host = '127.0.0.1'] = process.argv.slice(2)

const random = (): string => String(randomInt(1, 11))
const COMMANDS: ReadonlyMap<string, () => string> = new Map([
  ['R', random],
  ['r', random],
  ['T', () => String(new Date())],
  ['L', () => `TypeScript on Node.js ${process.versions.node}`],
])

async function answer(socket: TcpSocket, { signal }: { signal: AbortSignal }): Promise<void> {
  try {
    for await (const line of socket.lines({ signal })) {
      // Not awaited: it waits for those inside, and we are one of them until we return.
      if (line === 'E') return void listener.close()
      await socket.send(`${COMMANDS.get(line)?.() ?? 'wrong option selected'}\n`)
    }
  } catch (error) {
    if (!signal.aborted) throw error
    await socket.send('the server is closing\n')
  }
}

const listener = await TcpListener.listen(Number(port), host)
console.log(`Listening on ${formatAddress(listener.address)}`)
await listener.serve(answer, { onError: (error) => console.error(String(error)) })
