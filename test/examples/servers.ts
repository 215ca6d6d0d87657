/** Lessons 6 to 12: servers of the tutorials, and a page over a plain socket. */
import assert from 'node:assert/strict'
import type { TcpSocket } from '@partyline/sockets'
import {
  answerPhone,
  assertSilent,
  call,
  foretold,
  type Proof,
  portOf,
  rest,
  said,
  start,
  startBroken,
} from './lessons.ts'

const echo: Proof = {
  async works() {
    await using server = start('06-echo', 'server', 0)
    const port = await portOf(server)
    await using client = start('06-echo', 'client', port)
    assert.equal(await client.exit, 0)
    assert.equal(client.stdout.text, 'Hey, can you hear me?\n')
    await using socket = await call(port)
    const much = Buffer.alloc(1_000_000, 'any bytes at all \xff')
    const sending = socket.send(much).then(() => socket.shutdown())
    assert.ok((await socket.recvExactly(much.length)).equals(much))
    assert.equal(await socket.recv(), null)
    await sending
  },
  async breaks() {
    await using server = startBroken('06-echo', 'server', 0)
    await using client = start('06-echo', 'client', await portOf(server))
    assert.equal(await client.exit, 0)
    assert.equal(client.stdout.text, foretold('06-echo', 'Hey, can you hea'))
  },
}

/** What the pizza server says when the second one calls before the first one orders. */
async function twoCallers(port: number, meanwhile: (second: TcpSocket) => Promise<void>): Promise<void> {
  const hello = 'hello, which pizza?'
  await using first = await call(port)
  assert.equal(await first.readLine(), hello)
  await using second = await call(port) // connected, whatever the program does
  await meanwhile(second)
  await first.send('mushrooms\n')
  assert.equal(await rest(first), 'it is in the oven\n')
  assert.equal(await second.readLine(), hello)
  await second.send('onions\n')
  assert.equal(await rest(second), 'it is in the oven\n')
}

const manyClients: Proof = {
  async works() {
    await using server = start('07-many-clients', 0)
    await twoCallers(await portOf(server), () => said(server, 'caller 2\n'))
    await said(server, 'caller 2 wants onions\n')
    assert.match(
      server.stdout.text,
      /\ncaller 1\ncaller 2\ncaller 1 wants mushrooms\ncaller 2 wants onions\n$/,
    )
  },
  async breaks() {
    await using server = startBroken('07-many-clients', 0)
    await twoCallers(await portOf(server), assertSilent)
    const order = foretold('07-many-clients', 'caller 1, caller 1 wants mushrooms, caller 2').replaceAll(
      ', ',
      '\n',
    )
    await said(server, 'caller 2\n')
    assert.ok(server.stdout.text.includes(`\n${order}\n`), server.stdout.text)
  },
}

const halfClose: Proof = {
  async works() {
    await using server = start('08-half-close', 'server', 0)
    await using client = start('08-half-close', 'client', await portOf(server))
    assert.equal(await client.exit, 0)
    assert.equal(client.stdout.text, 'sent, waiting for the answer\n3 lines\n')
  },
  async breaks() {
    await using phone = await answerPhone()
    await using client = startBroken('08-half-close', 'client', phone.port)
    await using socket = await phone.listener.accept()
    assert.equal(String(await socket.recvExactly(17)), 'bread\nbutter\njam\n')
    await said(client, foretold('08-half-close', 'sent, waiting for the answer'))
    await assertSilent(socket) // and no end, which a server that counts to the end waits for
    await socket.send('so many\n')
    await socket.close()
    assert.equal(await client.exit, 0)
  },
}

const HEAD = 'HTTP/1.0 200 OK\r\nContent-Length: 10000\r\n\r\n'

const http: Proof = {
  async works() {
    await using phone = await answerPhone()
    for (const head of [HEAD, 'HTTP/1.0 200 OK\r\n\r\n']) {
      await using client = start('09-http', phone.port, '127.0.0.1', '/page')
      await using socket = await phone.listener.accept()
      const request = await socket.recvUntil('\r\n\r\n', { max: 1000 })
      assert.equal(String(request), 'GET /page HTTP/1.0\r\nHost: 127.0.0.1')
      await socket.send([head, Buffer.alloc(1000)])
      await said(client, 'HTTP/1.0 200 OK\n') // so the rest comes in another packet
      await socket.send(Buffer.alloc(9000))
      await socket.shutdown()
      assert.equal(await client.exit, 0, client.stderr.text)
      assert.equal(client.stdout.text, 'HTTP/1.0 200 OK\n10000 bytes\n')
    }
  },
  async breaks() {
    await using phone = await answerPhone()
    await using client = startBroken('09-http', phone.port, '127.0.0.1')
    await using socket = await phone.listener.accept()
    await socket.send([HEAD, Buffer.alloc(1000)]) // the rest is on its way
    assert.equal(await client.exit, 1)
    const words = foretold('09-http', 'cut off after 1000 of 10000 bytes')
    assert.ok(client.stderr.text.includes(`Error: ${words}`), client.stderr.text)
  },
}

/** All that a server answers to this. */
async function ask(port: number, words: string): Promise<string> {
  await using socket = await call(port)
  await socket.send(words)
  await socket.shutdown()
  return await rest(socket)
}

const greeter: Proof = {
  async works() {
    await using server = start('10-greeter', 0)
    const port = await portOf(server)
    for (const words of ['ann\n', 'ann\r\n', 'ann']) assert.equal(await ask(port, words), 'Hi ann\n')
    await using socket = await call(port)
    await socket.send('Zoë') // no newline, and no end
    assert.equal(await rest(socket), 'Hi Zoë\n')
  },
  async breaks() {
    await using server = startBroken('10-greeter', 0)
    const port = await portOf(server)
    const visible = (text: string): string => text.replaceAll('\r', '␍').replaceAll('\n', '␊')
    assert.equal(visible(await ask(port, 'ann\n')), foretold('10-greeter', 'Hi ann␊␊'))
    assert.equal(visible(await ask(port, 'ann\r\n')), foretold('10-greeter', 'Hi ann␍␊␊'))
  },
}

const NO = 'wrong name or password\n'

const login: Proof = {
  async works() {
    await using server = start('11-login', 0)
    const port = await portOf(server)
    const welcome = 'hello admin, welcome to the server\n'
    assert.equal(await ask(port, 'bob\n12345\nadmin\n1234\nadmin\r\n12345\r\n'), `${NO}${NO}${welcome}`)
    assert.equal(await ask(port, 'a\nb\n'.repeat(4)), NO.repeat(3))
    assert.equal(await ask(port, 'constructor\n12345\n'), NO)
  },
  async breaks() {
    await using server = startBroken('11-login', 0)
    const port = await portOf(server)
    assert.equal(await ask(port, 'bob\n1234\n'), `${foretold('11-login', 'wrong name')}\n`)
    assert.equal(await ask(port, 'admin\n1234\n'), `${foretold('11-login', 'wrong password')}\n`)
  },
}

/** Two people are connected to the command server, and one of them sends `E`. What the other one still gets. */
async function othersEnd(port: number): Promise<string> {
  await using other = await call(port)
  await other.send('x\n')
  assert.equal(await other.readLine(), 'wrong option selected')
  assert.equal(await ask(port, 'E\n'), '')
  return await rest(other)
}

const commands: Proof = {
  async works() {
    await using server = start('12-commands', 0)
    const port = await portOf(server)
    const [random, again, time, language, ...more] = (await ask(port, 'R\nr\r\nT\nL\nl\n')).split('\n')
    assert.match(`${random} ${again}`, /^([1-9]|10) ([1-9]|10)$/)
    assert.ok(Number.isFinite(Date.parse(time ?? '')))
    assert.equal(language, `TypeScript on Node.js ${process.versions.node}`)
    assert.deepEqual(more, ['wrong option selected', ''])
    assert.equal(await othersEnd(port), 'the server is closing\n')
    assert.equal(await server.exit, 0)
    assert.equal(server.stderr.text, '')
  },
  async breaks() {
    await using server = startBroken('12-commands', 0)
    foretold('12-commands', 'without a word: their next receive is the end')
    assert.equal(await othersEnd(await portOf(server)), '')
    assert.equal(await server.exit, 0)
  },
}

export const SERVERS: Readonly<Record<string, Proof>> = {
  '06-echo': echo,
  '07-many-clients': manyClients,
  '08-half-close': halfClose,
  '09-http': http,
  '10-greeter': greeter,
  '11-login': login,
  '12-commands': commands,
}
