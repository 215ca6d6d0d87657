import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { type Datagram, UdpSocket } from '@partyline/sockets'
import { type DatagramEnd, type DatagramOptions, exchangeDatagrams } from './datagram-exchange.ts'
import { CommandError } from './failure.ts'
import type { Io } from './io.ts'
import { fakeIo, Transcript } from './testing/fake-io.ts'
import { onXterm } from './testing/xterm.ts'

interface Talk {
  /** The other end, which the test plays. */
  readonly peer: UdpSocket
  readonly end: Promise<DatagramEnd>
}

async function talk(io: Io, options: Partial<DatagramOptions> = {}): Promise<Talk> {
  const peer = await UdpSocket.bind()
  const ours = await UdpSocket.bind()
  await ours.connect(peer.local.port, peer.local.host)
  const all = { crlf: false, raw: false, silent: false, peer: 'peer:1', idleMs: 5, ...options }
  return { peer, end: exchangeDatagrams(ours, io, all) }
}

function answer(peer: UdpSocket, { from }: Datagram, text: string): Promise<void> {
  return peer.sendTo(text, from.port, from.host)
}

test('exchangeDatagrams waits for the answer after the end of the input', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const io = fakeIo()
  const { peer, end } = await talk(io, { idleMs: 1000 })
  io.stdin.end('ping')
  const datagram = await peer.recvFrom()
  assert.equal(datagram.data.toString(), 'ping')
  await answer(peer, datagram, 'pong')
  await io.stdout.until('pong')
  await new Promise(setImmediate)
  mock.timers.tick(1000)
  assert.deepEqual(await end, {
    code: 0,
    how: 'idle',
    sent: { datagrams: 1, bytes: 4 },
    received: { datagrams: 1, bytes: 4 },
  })
  assert.equal(io.stdout.text, 'pong')
  await peer.close()
})

test('exchangeDatagrams goes on after the input as long as something comes', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const io = fakeIo()
  const { peer, end } = await talk(io, { idleMs: 1000 })
  io.stdin.end('ping')
  const datagram = await peer.recvFrom()
  for (const text of ['one', 'two', 'three']) {
    await new Promise(setImmediate) // the input has ended
    mock.timers.tick(900)
    await answer(peer, datagram, text)
    await io.stdout.until(text)
  }
  await new Promise(setImmediate)
  mock.timers.tick(1000)
  assert.equal((await end).received.datagrams, 3)
  await peer.close()
})

test('exchangeDatagrams fails when nothing at all comes, since that proves nothing', async () => {
  const io = fakeIo()
  const { peer, end } = await talk(io)
  io.stdin.end('ping')
  await assert.rejects(end, (error) => {
    assert.ok(error instanceof CommandError)
    assert.equal(error.exitCode, 5)
    assert.equal(error.message, 'no answer from udp peer:1.')
    assert.equal(error.networkCode, 'timeout')
    assert.match(error.hints.join(), /no proof of delivery/)
    return true
  })
  await peer.close()
})

test('exchangeDatagrams sends nothing for an empty input, and misses no answer then', async () => {
  const io = fakeIo()
  const { peer, end } = await talk(io)
  io.stdin.end()
  const { code, how, sent } = await end
  assert.deepEqual([code, how, sent.datagrams], [0, 'idle', 0])
  assert.equal(peer.waiting, 0)
  await peer.close()
})

test('exchangeDatagrams leaves quitAfterMs after the input, whatever comes', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const io = fakeIo()
  const { peer, end } = await talk(io, { idleMs: 1000, quitAfterMs: 600 })
  io.stdin.end('ping')
  await answer(peer, await peer.recvFrom(), 'pong')
  await io.stdout.until('pong')
  await new Promise(setImmediate)
  mock.timers.tick(600)
  assert.equal((await end).how, 'quit-after')
  await peer.close()
})

test('exchangeDatagrams says that nobody listens', async () => {
  const io = fakeIo()
  const { peer, end } = await talk(io, { facts: { port: 1 } })
  await peer.close()
  io.stdin.write('ping')
  await assert.rejects(end, (error) => {
    assert.ok(error instanceof CommandError)
    assert.equal(error.exitCode, 4)
    assert.equal(error.message, 'nobody is listening on udp peer:1 (connection refused).')
    assert.deepEqual(error.facts, { port: 1 })
    return true
  })
})

test('exchangeDatagrams splits what is too long for one datagram, and sends CR LF when it is told', async () => {
  const stdin = Readable.from([Buffer.alloc(65_508, 'x'), Buffer.from('a\nb\r\n')])
  const { peer, end } = await talk({ ...fakeIo(), stdin }, { crlf: true })
  const failed = assert.rejects(end, { exitCode: 5 })
  const lengths = [await peer.recvFrom(), await peer.recvFrom()].map(({ data }) => data.length)
  assert.deepEqual(lengths, [65_507, 1])
  assert.equal((await peer.recvFrom()).data.toString(), 'a\r\nb\r\n')
  await failed
  await peer.close()
})

test('exchangeDatagrams leaves with the code of the signal, and quietly when nobody reads any more', async () => {
  const stopped = fakeIo()
  const first = await talk(stopped)
  stopped.stop('SIGTERM')
  assert.equal((await first.end).code, 143)
  const unread = fakeIo()
  const second = await talk(unread)
  unread.stdout.destroy(new Error('write EPIPE'))
  assert.deepEqual([(await second.end).code, (await second.end).how], [0, 'left'])
  const third = await talk({ ...fakeIo(), signal: AbortSignal.abort('SIGINT') })
  assert.equal((await third.end).code, 130)
  for (const { peer } of [first, second, third]) await peer.close()
})

test('exchangeDatagrams fails when the input cannot be read', async () => {
  const stdin = new PassThrough()
  const { peer, end } = await talk({ ...fakeIo(), stdin })
  stdin.destroy(new Error('EISDIR'))
  await assert.rejects(end, { exitCode: 1, message: 'cannot read the input: EISDIR.' })
  await peer.close()
})

describe('exchangeDatagrams at a terminal', () => {
  onXterm()

  test('exchangeDatagrams at a terminal sends each line, and shows each datagram on a line of its own', async ({
    mock,
  }) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
    const io = { ...fakeIo({ TERM: 'xterm' }), stdin, stdout: new Transcript(true) }
    const { peer, end } = await talk(io, { idleMs: 1000 })
    stdin.write('hello\r')
    const datagram = await peer.recvFrom()
    assert.equal(datagram.data.toString(), 'hello\n')
    await answer(peer, datagram, '\u001b[31mone')
    await answer(peer, datagram, 'two\n')
    await io.stdout.until(/␛\[31mone\n[^\n]*two\n/)
    stdin.write('\u0004')
    await new Promise(setImmediate)
    mock.timers.tick(1000)
    assert.equal((await end).how, 'idle')
    const { peer: other, end: interrupted } = await talk(io)
    stdin.write('\u0003')
    assert.equal((await interrupted).code, 130)
    for (const socket of [peer, other]) await socket.close()
  })
})
