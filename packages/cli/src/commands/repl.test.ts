import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { main } from '../main.ts'
import { type FakeIo, fakeIo } from '../testing/fake-io.ts'

/** Runs these statements to the end. */
async function run(statements: string, ...flags: string[]): Promise<{ io: FakeIo; code: number }> {
  const io = fakeIo()
  io.stdin.end(statements)
  return { io, code: await main(['repl', ...flags], io) }
}

test('repl has the library and the calls of the tutorials in scope, and both under `socket`', async () => {
  const { io, code } = await run(
    [
      'typeof TcpSocket.connect + typeof getaddrinfo + typeof memoryPair + typeof require("node:net").connect',
      'socket.SOCK_STREAM === SOCK_STREAM && socket.SocketError === SocketError',
      'socket().family + socket.socket(AF_INET6).family',
      'import * as again from "@partyline/sockets/berkeley"',
      'again === socket',
      'const [a, b] = memoryPair(); await a.send("hi"); await b.recv()',
      "help('AF_INET')",
    ].join('\n'),
  )
  assert.equal(io.stderr.text, '')
  assert.equal(code, 0)
  assert.equal(
    io.stdout.text,
    '\'functionfunctionfunctionfunction\'\ntrue\n12\ntrue\n<Buffer 68 69>  "hi"\n' +
      'const AF_INET = 2\n  Internet addresses, `[host, port]`.\n',
  )
})

test('repl closes what its statements opened, in order', async () => {
  // Of node:net, because the REPL follows every socket of the library in this process.
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const received = once(server, 'connection').then(([socket]: Socket[]) => socket && text(socket))
  const left = `const left = socket(); await left.connect(['127.0.0.1', ${address.port}]); await left.send('last')`
  assert.equal((await run(`${left}\n`)).code, 0)
  assert.equal(await received, 'last')
  server.close()
})

test('repl says in one sentence what failed, and ends with 1', async () => {
  const { io, code } = await run("'first'\nawait resolve('a host that is none')\n'never'\n")
  assert.equal(code, 1)
  assert.equal(io.stdout.text, "'first'\n")
  assert.match(
    io.stderr.text,
    /^partyline: not-found: a host that is none: .*\n {2}line 2: {2}await resolve\(.*\n$/,
  )
})

test('repl shows results in colours as --color wants', async () => {
  assert.equal((await run('1\n', '--color')).io.stdout.text, '\u001b[33m1\u001b[39m\n')
  assert.equal((await run('1\n')).io.stdout.text, '1\n')
})
