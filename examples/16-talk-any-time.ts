/**
 * Talk at any time: keyboard and socket are two loops that run side by side.
 *
 * The failure: what arrives while you type lands in the middle of your line. You typed `hel`, and see
 *     > helReceived: are you there?
 * So take the half line away, print, and put it back.
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

await using socket = role === 'client' ? await TcpSocket.connect(Number(port), host) : await waitForCall()
const keyboard = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })
keyboard.prompt()

async function speak(): Promise<void> {
  for await (const line of keyboard) {
    await socket.send(`${line}\n`)
    process.stdout.write('> ')
  }
  await socket.shutdown() // Ctrl-D or Ctrl-C: the other side sees the end, and leaves too
}

async function hear(): Promise<void> {
  for await (const line of socket.lines()) {
    // To the first column, clear from there on, print, and show again what is typed so far.
    process.stdout.write(`\r\u001b[JReceived: ${printable(line)}\n> ${keyboard.line}`)
  }
  keyboard.close()
}
await Promise.all([speak(), hear()])
