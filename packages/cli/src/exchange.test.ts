import assert from 'node:assert/strict'
import { PassThrough, Readable, Writable } from 'node:stream'
import { test } from 'node:test'
import { type ByteStream, TcpListener, TcpSocket } from '@partyline/sockets'
import { memoryPair } from '@partyline/sockets/testing'
import { type ExchangeEnd, type ExchangeOptions, exchange } from './exchange.ts'
import { CommandError } from './failure.ts'
import type { Io } from './io.ts'
import { fakeIo, Transcript } from './testing/fake-io.ts'

const PLAIN: ExchangeOptions = { crlf: false, halfClose: true, raw: false, silent: false }

interface Talk<Streams extends Io> {
  readonly io: Streams
  /** The other end, which the test plays. */
  readonly peer: ByteStream
  readonly end: Promise<ExchangeEnd>
}

function talk<Streams extends Io>(io: Streams, options: Partial<ExchangeOptions> = {}): Talk<Streams> {
  const [ours, peer] = memoryPair()
  return { io, peer, end: exchange(ours, io, { ...PLAIN, ...options }) }
}

/** Over the network, where connections can be reset. */
async function talkOverTcp(io: Io, options: Partial<ExchangeOptions> = {}): Promise<Talk<Io>> {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in listener.address ? listener.address.port : 0
  const ours = await TcpSocket.connect(port, '127.0.0.1')
  return { io, peer: await listener.accept(), end: exchange(ours, io, { ...PLAIN, ...options }) }
}

/** Everything to the end. */
async function readAll(stream: ByteStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

test('exchange ends our side with the input, and waits for the answer', async () => {
  const { io, peer, end } = talk(fakeIo())
  io.stdin.end('question')
  assert.equal(await readAll(peer), 'question')
  await peer.send('answer')
  await peer.close()
  const { code, how, info } = await end
  assert.deepEqual([code, how, info.bytesIn, info.bytesOut], [0, 'peer', 6, 8])
  assert.equal(io.stdout.text, 'answer')
  assert.equal(io.stderr.text, '')
})

test('exchange ends our side at once where there is no input', async () => {
  const { io, peer, end } = talk(fakeIo())
  io.stdin.end()
  assert.equal(await readAll(peer), '')
  await peer.close()
  assert.equal((await end).how, 'peer')
})

test('exchange with halfClose off keeps our side open after the input', async () => {
  const { io, peer, end } = talk(fakeIo(), { halfClose: false })
  io.stdin.end('question')
  assert.equal((await peer.recvExactly(8)).toString(), 'question')
  await peer.send('answer')
  await io.stdout.until('answer')
  assert.equal(peer.tryRecv(), undefined)
  await peer.shutdown()
  assert.equal((await end).how, 'peer')
})

test('exchange leaves quitAfterMs after the end of the input', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { io, peer, end } = talk(fakeIo(), { quitAfterMs: 2000 })
  io.stdin.end('question')
  assert.equal(await readAll(peer), 'question')
  mock.timers.tick(2000)
  assert.deepEqual(pick(await end), { code: 0, how: 'quit-after' })
})

test('exchange ends with the peer although the input goes on, when that is silent', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { io, peer, end } = talk(fakeIo())
  await peer.send('bye')
  await peer.close()
  await io.stdout.until('bye')
  await new Promise(setImmediate) // the end comes after the bytes
  mock.timers.tick(100)
  assert.deepEqual(pick(await end), { code: 0, how: 'peer' })
  assert.equal(io.stdin.isPaused(), true)
})

test('exchange still sends the rest of a pipe to a peer that has shut down only its own side', async () => {
  const input = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(50_000)}\n`)
  const io = { ...fakeIo(), stdin: Readable.from(input) }
  const { peer, end } = talk(io)
  await peer.shutdown()
  assert.equal(await readAll(peer), input.join(''))
  assert.deepEqual(pick(await end), { code: 0, how: 'peer' })
})

test('exchange gives a peer that has shut down its own side the time that it needs', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const input = Array.from({ length: 10 }, () => 'x'.repeat(100_000))
  const { io, peer, end } = talk({ ...fakeIo(), stdin: Readable.from(input) })
  assert.equal((await peer.recv())?.length, 65_536) // and no more yet: what follows waits
  await peer.send('enough said')
  await io.stdout.until('enough said')
  await peer.shutdown()
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise(setImmediate)
    mock.timers.tick(100)
  }
  assert.equal(await readAll(peer), 'x'.repeat(1_000_000 - 65_536))
  assert.deepEqual(pick(await end), { code: 0, how: 'peer' })
})

test('exchange fails when the peer ends and then does not take the rest of the input', async () => {
  const stdin = new PassThrough()
  const { peer, end } = await talkOverTcp({ ...fakeIo(), stdin })
  const failed = assert.rejects(end, (error) =>
    isFailure(error, 6, /^the other side closed before it had taken/),
  )
  await peer.shutdown()
  stdin.write('first')
  assert.equal((await peer.recvExactly(5)).toString(), 'first')
  peer.abort()
  await peer.closed
  Readable.from(endless()).pipe(stdin)
  await failed
  stdin.destroy()
})

test('exchange says that the connection was reset, after what had come before', async () => {
  const io = fakeIo()
  const { peer, end } = await talkOverTcp(io, { peer: '127.0.0.1:7', facts: { port: 7 } })
  await peer.send('hel')
  await io.stdout.until('hel')
  peer.abort()
  await assert.rejects(end, (error) => {
    assert.ok(error instanceof CommandError)
    assert.deepEqual(error.facts, { port: 7 })
    return isFailure(error, 6, /^127\.0\.0\.1:7 reset the connection\.$/)
  })
})

test('exchange leaves with the code of the signal, also while the peer takes nothing', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const io = fakeIo()
    const { peer, end } = talk(io)
    io.stdin.write(Buffer.alloc(1_000_000))
    await peer.recv()
    io.stop(signal)
    assert.deepEqual(pick(await end), { code, how: 'left' })
  }
})

test('exchange leaves at once when it was stopped before it began', async () => {
  const { end } = talk({ ...fakeIo(), signal: AbortSignal.abort('SIGTERM') })
  assert.deepEqual(pick(await end), { code: 143, how: 'left' })
})

test('exchange leaves quietly when nobody reads its output any more', async () => {
  const io = fakeIo()
  const { peer, end } = talk(io)
  await peer.send('line\n')
  await io.stdout.until('line\n')
  io.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  assert.deepEqual(pick(await end), { code: 0, how: 'left' })
  assert.equal(io.stderr.text, '')
})

test('exchange fails when nothing comes within idleMs, and ends when nothing more comes', async ({
  mock,
}) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const silent = talk(fakeIo(), { idleMs: 2500 })
  mock.timers.tick(2500)
  await assert.rejects(silent.end, (error) =>
    isFailure(error, 5, /^no answer from the other side within 2\.5 s\.$/),
  )
  const answered = talk(fakeIo(), { idleMs: 2500 })
  mock.timers.tick(2400)
  await answered.peer.send('answer')
  await answered.io.stdout.until('answer')
  await new Promise(setImmediate)
  mock.timers.tick(2500)
  assert.deepEqual(pick(await answered.end), { code: 0, how: 'idle' })
})

test('exchange does not take a slow reader of ours for a silent peer', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const stdout = new Narrow()
  const { peer, end } = talk({ ...fakeIo(), stdout }, { idleMs: 1000 })
  await peer.send('one')
  await stdout.written
  mock.timers.tick(5000)
  stdout.proceed()
  await peer.send('two')
  await peer.close()
  await stdout.written
  stdout.proceed()
  await new Promise(setImmediate)
  mock.timers.tick(100)
  assert.deepEqual(pick(await end), { code: 0, how: 'peer' })
  assert.equal(stdout.text, 'onetwo')
})

test('exchange fails when the input cannot be read, and does not tell the peer that this was all', async () => {
  const stdin = new PassThrough()
  const { peer, end } = talk({ ...fakeIo(), stdin })
  stdin.write('half')
  assert.equal((await peer.recvExactly(4)).toString(), 'half')
  stdin.destroy(new Error('EISDIR: illegal operation on a directory, read'))
  await assert.rejects(end, (error) => isFailure(error, 1, /^cannot read the input: EISDIR/))
  await assert.rejects(readAll(peer), { code: 'reset' })
})

test('exchange takes a terminal that went away for the end of the input', async () => {
  const stdin = new PassThrough()
  const { peer, end } = talk({ ...fakeIo(), stdin })
  stdin.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' }))
  assert.equal(await readAll(peer), '')
  await peer.close()
  assert.deepEqual(pick(await end), { code: 0, how: 'peer' })
})

test('exchange leaves bytes untouched in both directions, and neither waits for the other', async () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const stdout = new Collector()
  const { peer, end } = talk({ ...fakeIo(), stdin: Readable.from([every, every]), stdout })
  await peer.send(every)
  assert.equal(await readAll(peer), Buffer.concat([every, every]).toString('latin1'))
  await peer.send(every)
  await peer.close()
  await end
  assert.deepEqual(Buffer.concat(stdout.chunks), Buffer.concat([every, every]))
})

test('exchange with crlf sends each LF as CR LF, over chunks that are cut anywhere', async () => {
  const io = {
    ...fakeIo(),
    stdin: Readable.from(['one\ntwo\r', '\n', '\nthree'].map((text) => Buffer.from(text))),
  }
  const { peer, end } = talk(io, { crlf: true })
  assert.equal(await readAll(peer), 'one\r\ntwo\r\n\r\nthree')
  await peer.close()
  await end
})

test('exchange with silent shows nothing of the peer', async () => {
  const { io, peer, end } = talk(fakeIo(), { silent: true })
  await peer.send('secret')
  io.stdin.end()
  await peer.close()
  assert.equal((await end).info.bytesIn, 6)
  assert.equal(io.stdout.text, '')
})

test('exchange makes the peer harmless on a terminal without an input line, but with raw it does not', async () => {
  for (const [raw, shown] of [
    [false, '␛[31mred\n'],
    [true, '\u001b[31mred'],
  ] as const) {
    const io = { ...fakeIo(), stdout: new Transcript(true) }
    const { peer, end } = talk(io, { raw })
    io.stdin.end()
    await peer.send('\u001b[31mred')
    await peer.close()
    await end
    assert.equal(io.stdout.text, shown)
  }
})

/** An output that keeps bytes. */
class Collector extends Writable {
  readonly chunks: Buffer[] = []

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk)
    done()
  }
}

/** An output that has no room until it is told to proceed. */
class Narrow extends Writable {
  text = ''
  #arrived = Promise.withResolvers<void>()
  #done: (() => void) | undefined

  constructor() {
    super({ highWaterMark: 1 })
  }

  /** Resolves when something was written and waits. */
  get written(): Promise<void> {
    return this.#arrived.promise
  }

  proceed(): void {
    this.#arrived = Promise.withResolvers()
    this.#done?.()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += String(chunk)
    this.#done = done
    this.#arrived.resolve()
  }
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536)
}

function pick({ code, how }: ExchangeEnd): Pick<ExchangeEnd, 'code' | 'how'> {
  return { code, how }
}

function isFailure(error: unknown, exitCode: number, sentence: RegExp): boolean {
  assert.ok(error instanceof CommandError, String(error))
  assert.equal(error.exitCode, exitCode)
  assert.match(error.message, sentence)
  return true
}
