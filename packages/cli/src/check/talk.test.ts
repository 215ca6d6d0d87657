import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { type ByteStream, TcpSocket } from '@partyline/sockets'
import { memoryPair } from '@partyline/sockets/testing'
import { turns } from '../testing/raw-server.ts'
import { ConnectionLog } from './evidence.ts'
import { isTaken } from './taken.ts'
import { asPattern, Fault, Talk } from './talk.ts'

/** A conversation, the program at its other end, and what was seen. Silence is short here. */
function stage(waitMs = 2000): { talk: Talk; program: ByteStream; log: ConnectionLog } {
  const [ours, program] = memoryPair()
  const log = new ConnectionLog()
  const pace = { waitMs, gapMs: 0, signal: new AbortController().signal }
  return { talk: new Talk(ours, log, pace), program, log }
}

test('Talk.send sends each piece as a packet of its own', async () => {
  const { talk, program, log } = stage()
  const sending = talk.sendBytewise('né')
  const came: string[] = []
  for (let nth = 0; nth < 3; nth += 1) came.push((await program.recv())?.toString('hex') ?? 'end')
  await sending
  assert.deepEqual(came, ['6e', 'c3', 'a9'])
  assert.equal(log.sent.text, '|n|\\xc3|\\xa9|')
})

test('Talk.send waits for a program that has no time to read, so that packets stay packets', {
  skip: process.platform === 'linux' ? false : 'only Linux tells what waits for a program',
}, async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const [stream, [program]] = (await Promise.all([
    TcpSocket.connect(port, '127.0.0.1'),
    once(server, 'connection'),
  ])) as [TcpSocket, [Socket]]
  const { signal } = new AbortController()
  const sending = new Talk(stream, new ConnectionLog(), { waitMs: 60_000, gapMs: 0, signal }).send(
    'one',
    'two',
  )
  while (await isTaken(stream, 1, signal)) await turns(1)
  await turns(20) // time for the second, if it did not wait
  const came: string[] = []
  program.on('data', (bytes) => came.push(String(bytes))).resume()
  await sending
  await stream.close()
  await once(program, 'close')
  server.close()
  assert.deepEqual(came, ['one', 'two'])
})

test('Talk.expectBytes takes exactly these bytes, however they come', async () => {
  const { talk, program, log } = stage()
  for (const piece of ['he', 'llo\nmo']) await program.send(piece)
  await talk.expectBytes('hello\n')
  await program.send('re')
  await talk.expectBytes('more')
  assert.equal(log.expected, '|hello␊|, then |more|')
})

const WRONG: readonly [name: string, act: (program: ByteStream) => unknown, came: string][] = [
  ['other bytes', (program) => program.send('help\n'), '|help␊|'],
  ['the end', (program) => program.shutdown(), 'FIN'],
  [
    'a part and the end',
    (program) =>
      program
        .close()
        .then(() => program.send('x'))
        .catch(() => {}),
    'FIN',
  ],
  ['a reset', (program) => program.abort(), 'RST'],
  ['silence', () => {}, 'nothing within 0.1 s'],
  ['a part and silence', (program) => program.send('hel'), '|hel| then nothing for 0.1 s'],
]

for (const [name, act, came] of WRONG) {
  test(`Talk.expectBytes fails at ${name}, and the evidence says so`, async () => {
    const { talk, program, log } = stage(100)
    await act(program)
    await assert.rejects(talk.expectBytes('hello\n'), Fault)
    assert.equal(log.came.text, came)
  })
}

test('Talk.expectAnswer returns the whole answer, and fails when it is one that must not be', async () => {
  const { talk, program } = stage()
  await program.send('Your number: 7')
  await program.send('\nnext')
  assert.match(await talk.expectAnswer(/\d/, 'a number'), /^Your number: 7/)
  await program.send('wrong option 9\n')
  await assert.rejects(talk.expectAnswer(/9/, 'nine', /wrong/), Fault)
})

test('Talk.expectAnswer gives up on an answer without an end', async () => {
  const { talk, program, log } = stage()
  const flood = program.send('x'.repeat(200_000)).catch(() => {})
  await assert.rejects(talk.expectAnswer(/hello/, 'hello'), Fault)
  assert.match(log.came.text, /and no end of it$/)
  talk.cut()
  await flood
})

test('Talk.expectEnd wants the end and nothing before it', async () => {
  const { talk, program } = stage()
  await program.send('more')
  await program.shutdown()
  await assert.rejects(talk.expectEnd(), Fault)
  assert.equal(await talk.expectEndAfterAnything(), 'more')
})

test('Talk.sendLast ends our side right after the bytes', async () => {
  const { talk, program, log } = stage()
  await talk.sendLast('bye')
  assert.equal(String(await program.recvExactly(3)), 'bye')
  assert.equal(await program.recv(), null)
  assert.equal(log.sent.text, '|bye| FIN')
})

test('Talk.hasBroken notices that the peer takes no more', async () => {
  const { talk, program } = stage()
  assert.equal(await talk.hasBroken(), false)
  program.abort()
  await talk.send('a')
  await talk.send('b')
  assert.equal(await talk.hasBroken(), true)
})

test('Talk.drop leaves no trace in the evidence', async () => {
  const { talk, program, log } = stage()
  await talk.drop()
  await talk.drop()
  assert.equal(await program.recv(), null)
  assert.equal(log.sent.text, 'nothing')
  assert.equal(log.came.text, 'nothing')
})

test('Talk stops with the signal', async () => {
  const [ours] = memoryPair()
  const controller = new AbortController()
  const talk = new Talk(ours, new ConnectionLog(), { waitMs: 10_000, gapMs: 0, signal: controller.signal })
  const waiting = assert.rejects(talk.expectBytes('x'), (error) => !(error instanceof Fault))
  controller.abort('SIGINT')
  await waiting
})

test('asPattern matches the text and nothing else', () => {
  const text = 'a.b*c(d)[e]{f}|g^h$i\\j+k?'
  assert.match(text, new RegExp(`^${asPattern(text)}$`))
  assert.doesNotMatch('aXb', new RegExp(`^${asPattern('a.b')}$`))
})
