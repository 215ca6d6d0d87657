/** Lessons 17 to 19: one who does not read, the ways in which a connection ends, and secrecy. */
import assert from 'node:assert/strict'
import type { TcpSocket } from '@partyline/sockets'
import type { Child } from '../../packages/cli/src/testing/child.ts'
import { answerPhone, call, foretold, HOST, type Proof, portOf, said, start, startBroken } from './lessons.ts'

async function logIn(port: number, name: string): Promise<TcpSocket> {
  const socket = await call(port)
  assert.equal(await socket.readLine(), 'Please enter your screen name:')
  await socket.send(`${name}\n`)
  assert.equal(await socket.readLine(), `${name} logged in`)
  return socket
}

const MESSAGE = 'x'.repeat(8000)
const BATCH = 20 // what waits for somebody who does read is far below the limit
const BATCHES = 105 // more than 16 MiB in all: the system's own buffers hold less

/** Ann talks, Bob listens, Cleo does not read. Returns Cleo when Bob has heard everything. */
async function muchTalk(port: number): Promise<TcpSocket> {
  await using ann = await logIn(port, 'ann')
  await using bob = await logIn(port, 'bob')
  const cleo = await logIn(port, 'cleo')
  for (let batch = 0; batch < BATCHES; batch += 1) {
    await ann.send(`${MESSAGE}\n`.repeat(BATCH))
    await Promise.all([hearBatch(ann), hearBatch(bob)])
  }
  return cleo
}

async function hearBatch(socket: TcpSocket): Promise<void> {
  let heard = 0
  for await (const line of socket.lines()) {
    if (line === `ann::${MESSAGE}`) heard += 1
    if (heard === BATCH) return
  }
  assert.fail('somebody who reads was cut off')
}

/** How many of Ann's messages are there for somebody who begins to read now; the loop ends when she has left. */
async function readAtLast(cleo: TcpSocket): Promise<number> {
  let count = 0
  for await (const line of cleo.lines()) {
    if (line === `ann::${MESSAGE}`) count += 1
    if (line === 'ann disconnected') break
  }
  return count
}

const broadcast: Proof = {
  async works() {
    await using server = start('17-broadcast', 0)
    await using cleo = await muchTalk(await portOf(server))
    await assert.rejects(readAtLast(cleo), { code: 'reset' })
    await server.stderr.until('reads too slowly and was cut off\n')
  },
  async breaks() {
    await using server = startBroken('17-broadcast', 0)
    await using cleo = await muchTalk(await portOf(server))
    foretold('17-broadcast', 'all 16 MiB of the talk')
    assert.equal(await readAtLast(cleo), BATCH * BATCHES)
  },
}

/** A client that sends two lines of its list, and then crashes. */
async function crash(server: Child, shown: string): Promise<void> {
  await using socket = await call(await portOf(server))
  await socket.send('bread\nbutter\n')
  assert.equal(await socket.readLine(), 'got line 1')
  assert.equal(await socket.readLine(), 'got line 2')
  socket.abort()
  await said(server, shown)
}

const endings: Proof = {
  async works() {
    await using server = start('18-endings', 0)
    const port = await portOf(server)
    await using polite = await call(port)
    await polite.send('bread\nbutter\njam')
    await polite.close()
    await said(server, '3 lines, complete\n')
    await crash(server, '\n2 lines, not complete: reset\n')

    await using second = start('18-endings', port)
    assert.equal(await second.exit, 1)
    const taken = `${HOST}:${port}: another program already listens there; stop it, or choose another port\n`
    assert.equal(second.stderr.text, taken)

    await using impatient = start('18-endings', 0, HOST, 20)
    const silent = call(await portOf(impatient)).then((socket) => socket.recv())
    await assert.rejects(silent, { code: 'reset' })
    await said(impatient, '0 lines, not complete: timeout\n')
  },
  async breaks() {
    await using server = startBroken('18-endings', 0)
    await crash(server, `\n${foretold('18-endings', '2 lines, complete')}\n`)
  },
}

/** Logs in through somebody in the middle, and returns what they saw on its way to the server. */
async function overheard(server: Child, startClient: (port: number) => Child): Promise<Buffer> {
  const target = await portOf(server)
  await using middle = await answerPhone()
  await using client = startClient(middle.port)
  await using inward = await middle.listener.accept()
  await using outward = await call(target)
  const seen: Buffer[] = []
  const there = (async () => {
    for await (const bytes of inward) {
      seen.push(bytes)
      await outward.send(bytes)
    }
    await outward.shutdown()
  })()
  for await (const bytes of outward) await inward.send(bytes)
  await inward.shutdown()
  await there
  assert.equal(await client.exit, 0, client.stderr.text)
  assert.equal(client.stdout.text, 'hello admin, in secret\n')
  return Buffer.concat(seen)
}

const tls: Proof = {
  async works() {
    await using server = start('19-tls', 'server', 0)
    const seen = await overheard(server, (port) => start('19-tls', 'client', port))
    assert.ok(seen.length > 100)
    for (const word of ['admin', '12345']) assert.ok(!seen.includes(word))
  },
  async breaks() {
    await using server = startBroken('19-tls', 'server', 0)
    const seen = await overheard(server, (port) => startBroken('19-tls', 'client', port))
    assert.equal(String(seen).replaceAll('\n', '␊'), foretold('19-tls', 'admin␊12345␊'))
  },
}

export const LIMITS_AND_ENDS: Readonly<Record<string, Proof>> = {
  '17-broadcast': broadcast,
  '18-endings': endings,
  '19-tls': tls,
}
