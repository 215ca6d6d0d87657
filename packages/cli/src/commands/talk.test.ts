import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { freePort } from '../check/free-port.ts'
import type { Environment } from '../io.ts'
import { main } from '../main.ts'
import { type FakeIo, fakeIo, Transcript } from '../testing/fake-io.ts'
import { onXterm } from '../testing/xterm.ts'

/** An io with a terminal at both ends. */
function terminalIo(env: Environment = { TERM: 'xterm' }): FakeIo {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
  return { ...fakeIo(env), stdin, stdout: new Transcript(true), stderr: new Transcript(true) }
}

interface Talking {
  readonly io: FakeIo
  readonly code: Promise<number>
  readonly port: number
}

/** Runs `partyline talk --listen` until it says what the other one must type. */
async function waiting(io: FakeIo, ...flags: string[]): Promise<Talking> {
  const code = main(['talk', '--listen', '0', ...flags], io)
  await io.stderr.until(/nc \S+ \d+\n/)
  return { io, code, port: Number(/nc \S+ (\d+)/.exec(io.stderr.text)?.[1]) }
}

test('talk --listen says what the other one types, lets in one, and shows Received: TEXT', async () => {
  const { io, code, port } = await waiting(fakeIo())
  assert.equal(
    io.stderr.text,
    `* waiting on 127.0.0.1:${port}; the other one types:\n` +
      `*     partyline talk 127.0.0.1:${port}\n*     nc 127.0.0.1 ${port}\n`,
  )
  await using other = await TcpSocket.connect(port, '127.0.0.1')
  await io.stderr.until('has come, nobody else can')
  await assert.rejects(TcpSocket.connect(port, '127.0.0.1'), { code: 'refused' })
  await other.send('hello\n')
  await io.stdout.until('Received: hello\n')
  io.stdin.write('hi there\n')
  assert.equal(await other.readLine(), 'hi there')
  await other.close()
  assert.equal(await code, 0)
  assert.match(io.stderr.text, /\* the other one left\n$/)
  assert.equal(io.stdout.text, 'Received: hello\n')
})

test('talk HOST:PORT joins, ends its side after its input, and shows what still comes', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in listener.address ? listener.address.port : 0
  const io = fakeIo()
  const code = main(['talk', `127.0.0.1:${port}`], io)
  await using other = await listener.accept()
  io.stdin.end('hi\r\nthe last line')
  assert.equal(await other.readLine(), 'hi')
  assert.equal(await other.readLine(), 'the last line')
  assert.equal(await other.readLine(), null)
  await other.send('goodbye')
  await other.close()
  assert.equal(await code, 0)
  assert.equal(io.stdout.text, 'Received: goodbye\n')
  assert.equal(io.stderr.text, `* connected to 127.0.0.1:${port}\n* the other one left\n`)
})

test('talk --turns in a pipe sends one line for each that comes', async () => {
  const { io, code, port } = await waiting(fakeIo(), '--turns')
  io.stdin.end('one\ntwo\n')
  await using other = await TcpSocket.connect(port, '127.0.0.1')
  await other.send('question')
  assert.equal(await other.readLine(), 'one')
  await other.send('another')
  assert.equal(await other.readLine(), 'two')
  assert.equal(await other.readLine(), null)
  await other.close()
  assert.equal(await code, 0)
  assert.equal(io.stdout.text, 'Received: question\nReceived: another\n')
})

test('talk --json leaves the words to the events, and --quiet says nothing', async () => {
  const silent = fakeIo()
  const quiet = fakeIo()
  for (const [io, flag] of [
    [silent, '--json'],
    [quiet, '--quiet'],
  ] as const) {
    await using listener = await TcpListener.listen(0, '127.0.0.1')
    const code = main(['talk', `${'port' in listener.address ? listener.address.port : 0}`, flag], io)
    await using other = await listener.accept()
    await other.send('hello\n')
    await other.close()
    assert.equal(await code, 0)
    assert.equal(io.stderr.text, '')
  }
  assert.doesNotMatch(silent.stdout.text, /Received/)
  assert.equal(quiet.stdout.text, 'Received: hello\n')
})

test('talk fails with a sentence: refused, taken, broken, too quiet', async ({ mock }) => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in listener.address ? listener.address.port : 0
  const taken = fakeIo()
  assert.equal(await main(['talk', '-l', `${port}`], taken), 7)
  assert.match(
    taken.stderr.text,
    /^partyline: port \d+ is taken\.\n {2}Use another: {2}partyline talk --listen \d+\n/,
  )

  const broken = fakeIo()
  const code = main(['talk', `${port}`], broken)
  const other = await listener.accept()
  await broken.stderr.until('connected')
  other.abort()
  assert.equal(await code, 6)
  assert.match(broken.stderr.text, /partyline: the connection to 127\.0\.0\.1:\d+ broke \(reset\)\.\n/)

  mock.timers.enable({ apis: ['setTimeout'] }) // of connecting, which is not what takes too long here
  const quiet = fakeIo()
  assert.equal(await main(['talk', `${port}`, '-w', '0.01'], quiet), 5)
  assert.match(
    quiet.stderr.text,
    /partyline: nothing was said for too long, so 127\.0\.0\.1:\d+ was left\.\n/,
  )

  mock.timers.reset()
  const refused = fakeIo()
  const nobody = String(await freePort('tcp', '127.0.0.1'))
  assert.equal(await main(['talk', '127.0.0.1', nobody], refused), 4)
  assert.match(refused.stderr.text, /^partyline: nobody is listening on 127\.0\.0\.1 port \d+ /)
})

test('talk refuses what cannot be meant', async () => {
  for (const [args, sentence] of [
    [['--listen', '127.0.0.1:5001'], 'the one who waits gives a port only, and the address with --host.'],
    [['--listen', '--host', '127.0.0.1,::1'], 'talk waits at one address: 127.0.0.1 or ::1, not both.'],
    [
      ['127.0.0.1', '--host', '0.0.0.0'],
      '--host is for the one who waits: give --listen, or no address to connect to.',
    ],
    [['-4', '-6', '127.0.0.1'], 'there is no address that is both IPv4 and IPv6: give -4 or -6.'],
  ] as const) {
    const io = fakeIo()
    assert.equal(await main(['talk', ...args], io), 2)
    assert.equal(io.stderr.text.split('\n')[0], `partyline: ${sentence}`)
  }
})

test('talk ends with the code of the signal, waiting or talking', async () => {
  const before = await waiting(fakeIo())
  before.io.stop('SIGTERM')
  assert.equal(await before.code, 143)
  await assert.rejects(TcpSocket.connect(before.port, '127.0.0.1'), { code: 'refused' })

  const { io, code, port } = await waiting(fakeIo())
  await using other = await TcpSocket.connect(port, '127.0.0.1')
  await io.stderr.until('has come')
  io.stop('SIGINT')
  assert.equal(await other.recv(), null)
  assert.equal(await code, 130)
})

describe('talk at a terminal', () => {
  onXterm()

  test('talk at a terminal keeps the line that is being typed, and leaves with Ctrl-D and Ctrl-C', async () => {
    for (const [key, exitCode] of [
      ['\u0004', 0],
      ['\u0003', 130],
    ] as const) {
      const { io, code, port } = await waiting(terminalIo())
      await using other = await TcpSocket.connect(port, '127.0.0.1')
      await io.stderr.until('Ctrl-D or Ctrl-C leaves')
      io.stdin.write('half')
      await io.stdout.until(/half/)
      await other.send('\u001b[31mhello\n')
      await io.stdout.until('Received: ␛[31mhello')
      io.stdin.write(' a line\r')
      assert.equal(await other.readLine(), 'half a line')
      io.stdin.write(key)
      assert.equal(await other.recv(), null)
      await other.close()
      assert.equal(await code, exitCode)
    }
  })
})
