import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError, TcpListener, TcpSocket } from '@partyline/sockets'
import { main } from '../main.ts'
import { type FakeIo, fakeIo } from '../testing/fake-io.ts'
import { openAt } from './serve.ts'

/** Runs a command line that serves; resolves when it listens. */
async function start(io: FakeIo, ...argv: string[]): Promise<{ port: number; code: Promise<number> }> {
  const code = main(argv, io)
  await io.stderr.until('Ctrl-C stops.')
  return { port: Number(/^Listening on :(\d+)\n/.exec(io.stdout.text)?.[1]), code }
}

async function banner(port: number): Promise<string> {
  await using socket = await TcpSocket.connect(port, '127.0.0.1')
  const bytes = await socket.recvUntil('name:\n', { max: 1000, keep: true })
  return bytes.toString()
}

test('serve says where it listens, and ends with 0 when it is asked to stop', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const io = fakeIo()
    const { port, code } = await start(io, 'serve', '--text-port', '0')
    assert.match(await banner(port), /^-{37}\nWelcome to Partyline\n-{37}\nPlease enter your screen name:\n$/)
    await io.stdout.until('client disconnecting\n')
    io.stop(signal)
    assert.equal(await code, 0)
    assert.equal(io.stdout.text, `Listening on :${port}\nIncoming Connection\nclient disconnecting\n`)
    await assert.rejects(TcpSocket.connect(port, '127.0.0.1'), { code: 'refused' })
  }
})

test('serve tells on standard error how to join', async () => {
  const io = fakeIo()
  const { port, code } = await start(io, 'serve', '--host', '127.0.0.1', '--port', '0', '--name', 'Our Club')
  assert.match(await banner(port), /Welcome to Our Club\n/)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
  assert.ok(
    io.stderr.text.startsWith(
      [
        '  Our Club is open. To join, paste one of these into another terminal:',
        `    nc 127.0.0.1 ${port}`,
        `    telnet 127.0.0.1 ${port}`,
        `    npx partyline chat 127.0.0.1:${port}`,
        '  This machine only: add --host 0.0.0.0 to let others in.',
        '  Ctrl-C stops.',
        '',
      ].join('\n'),
    ),
    io.stderr.text,
  )
})

test('serve is what partyline does alone, and takes its settings from the environment', async () => {
  const io = fakeIo({ PARTYLINE_HOST: '127.0.0.1', PARTYLINE_TEXT_PORT: '0', PARTYLINE_NAME: 'Our Club' })
  const { port, code } = await start(io)
  assert.match(await banner(port), /Welcome to Our Club\n/)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('serve hands its input to the operator, and quit ends it', async () => {
  const io = fakeIo()
  const { code } = await start(io, 'serve', '--text-port', '0')
  io.stdin.write(`hello\r\n${'x'.repeat(5000)}\nquit\n`)
  assert.equal(await code, 0)
  assert.match(io.stdout.text, /^Listening on :\d+\nconsole: hello\nconsole: quit\n$/)
  assert.match(io.stderr.text, /^a console line of 5000 bytes was ignored: too long$/m)
})

test('serve goes on when its input ends', async () => {
  const io = fakeIo()
  const { port, code } = await start(io, 'serve', '--text-port', '0')
  io.stdin.end('last words')
  await io.stdout.until('console: last words\n')
  assert.match(await banner(port), /Welcome/)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('serve does not read its input with --no-console, or with PARTYLINE_NO_CONSOLE', async () => {
  for (const [io, ...flags] of [
    [fakeIo(), '--no-console'],
    [fakeIo({ PARTYLINE_NO_CONSOLE: 'true' })],
  ] as const) {
    const { port, code } = await start(io, 'serve', '--text-port', '0', ...flags)
    io.stdin.write('quit\n')
    assert.match(await banner(port), /Welcome/)
    assert.equal(io.stdin.readableLength, 5)
    io.stop('SIGTERM')
    assert.equal(await code, 0)
    assert.doesNotMatch(io.stdout.text, /console:/)
  }
})

test('serve ends at once when it was asked to stop before it listened', async () => {
  const io = fakeIo()
  io.stop('SIGINT')
  assert.equal(await main(['serve', '--text-port', '0'], io), 0)
})

test('serve says that the port is taken', async () => {
  await using other = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in other.address ? other.address.port : 0
  const io = fakeIo()
  assert.equal(await main(['serve', '--host', '127.0.0.1', '--text-port', String(port)], io), 7)
  assert.equal(io.stdout.text, '')
  const [sentence, hint] = io.stderr.text.split('\n')
  assert.equal(sentence, `partyline: port ${port} is taken (text door).`)
  assert.equal(hint, `  Use another:  partyline serve --text-port ${port + 1}`)
})

test('serve says that an address is not one of this machine', async () => {
  const io = fakeIo()
  assert.equal(await main(['serve', '--host', '192.0.2.1', '--text-port', '0'], io), 7) // RFC 5737: nobody's
  assert.match(
    io.stderr.text,
    /^partyline: cannot listen: .*192\.0\.2\.1.*\n {2}Give addresses of this machine/,
  )
})

test('openAt takes the next free port where it may, and says so', async () => {
  const taken = new SocketError('address-in-use', { op: 'listen' })
  const tried: number[] = []
  const said: string[] = []
  const openPort = async (port: number): Promise<string> => {
    tried.push(port)
    if (port < 5003) throw taken
    return `open at ${port}`
  }
  assert.equal(await openAt(openPort, { port: 5000, tries: 10 }, (line) => said.push(line)), 'open at 5003')
  assert.deepEqual(tried, [5000, 5001, 5002, 5003])
  assert.deepEqual(said, [
    'ATTENTION: port 5000 is taken, so this chat is on port 5003. --text-port picks another.',
  ])
  assert.equal(await openAt(openPort, { port: 5003, tries: 1 }, (line) => said.push(line)), 'open at 5003')
  assert.equal(said.length, 1)
})

test('openAt gives up with a sentence about the port that was wanted', async () => {
  const silent = (): void => {}
  const fails = (code: 'address-in-use' | 'permission') => (): Promise<never> =>
    Promise.reject(new SocketError(code, { op: 'listen' }))
  for (const tries of [1, 10]) {
    await assert.rejects(openAt(fails('address-in-use'), { port: 5000, tries }, silent), {
      exitCode: 7,
      message: 'port 5000 is taken (text door).',
    })
  }
  await assert.rejects(openAt(fails('permission'), { port: 80, tries: 10 }, silent), { exitCode: 7 })
})
