import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TcpListener, type TcpSocket, UdpSocket } from '@partyline/sockets'
import { freePort } from '../check/free-port.ts'
import { main } from '../main.ts'
import { type FakeIo, fakeIo, Transcript } from '../testing/fake-io.ts'
import { onXterm } from '../testing/xterm.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-connect-'))
after(() => rmSync(folder, { recursive: true }))

const CERTIFICATE = fixture('localhost.cert.pem')

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../sockets/src/testing/fixtures/${name}`, import.meta.url))
}

/** A server that sends everything back, and ends when the client has. */
async function echo(socket: TcpSocket): Promise<void> {
  for await (const chunk of socket) await socket.send(chunk)
}

function portOf({ address }: TcpListener): string {
  return 'port' in address ? String(address.port) : ''
}

/** A port on which nobody listens. */
async function closedPort(): Promise<string> {
  return String(await freePort('tcp', '127.0.0.1'))
}

/** Runs a command line with this input. */
async function run(argv: readonly string[], input = ''): Promise<FakeIo & { code: number }> {
  const io = fakeIo()
  io.stdin.end(input)
  return { ...io, code: await main(['connect', ...argv], io) }
}

test('connect takes HOST PORT, HOST:PORT and [HOST]:PORT, and says how it ended', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve(echo)
  const port = portOf(listener)
  for (const words of [
    ['127.0.0.1', port],
    [`127.0.0.1:${port}`],
    ['localhost', port],
    [`[127.0.0.1]:${port}`],
  ]) {
    const { code, stdout, stderr } = await run(words, 'hello\n')
    assert.deepEqual([code, stdout.text], [0, 'hello\n'], stderr.text)
    assert.match(stderr.text, /^\* closed by \S+ after [\d.]+ m?s \(sent 6 B, received 6 B\)\n$/)
  }
})

test('connect says more with -v and nothing with -q', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve(echo)
  const port = portOf(listener)
  const verbose = await run(['-v', 'localhost', port, '-4'])
  assert.match(verbose.stderr.text, /^\* connected to localhost:\d+ \(127\.0\.0\.1:\d+\)\n\* closed by /)
  const quiet = await run(['-q', '127.0.0.1', port], 'hello')
  assert.deepEqual([quiet.stdout.text, quiet.stderr.text], ['hello', ''])
})

test('connect sends CR LF with -C, and keeps its side open with --no-half-close', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const io = fakeIo()
  io.stdin.end('one\ntwo\n')
  const code = main(['connect', '-C', '--no-half-close', '127.0.0.1', portOf(listener)], io)
  const server = await listener.accept()
  assert.equal((await server.recvExactly(10)).toString(), 'one\r\ntwo\r\n')
  assert.equal(server.tryRecv(), undefined)
  await server.close()
  assert.equal(await code, 0)
})

test('connect fails with 5 when nothing comes within -w', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve(async (socket) => void (await socket.recv()))
  // The same time is for connecting, which must not take as long on a machine that stands still for a moment.
  const { code, stderr } = await run(['--no-half-close', '-w', '2', '127.0.0.1', portOf(listener)])
  assert.equal(code, 5)
  assert.match(stderr.text, /^partyline: no answer from 127\.0\.0\.1:\d+ within 2 s\.\n$/)
})

test('connect leaves with 0 when nothing more comes within -w, and with --quit-after', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  for (const [flag, words] of [
    ['-w3', 'nothing more came from 127.0.0.1:PORT: left after'],
    ['--quit-after=3', 'left 127.0.0.1:PORT after'],
  ] as const) {
    const port = portOf(listener)
    const io = fakeIo()
    const code = main(['connect', flag, '--no-half-close', '127.0.0.1', port], io)
    const server = await listener.accept()
    await server.send('hello\n')
    await io.stdout.until('hello\n')
    io.stdin.end()
    await new Promise(setImmediate)
    mock.timers.tick(3000)
    assert.equal(await code, 0)
    assert.ok(io.stderr.text.startsWith(`* ${words.replace('PORT', port)} `), io.stderr.text)
    await server.close()
  }
})

test('connect comes from the port of -p and the address of -s', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const own = await closedPort()
  const io = fakeIo()
  const code = main(['connect', '-p', own, '-s', '127.0.0.1', '127.0.0.1', portOf(listener)], io)
  const server = await listener.accept()
  assert.deepEqual(server.remote, { host: '127.0.0.1', port: Number(own), family: 4 })
  await server.close()
  assert.equal(await code, 0)
})

test('connect says when the port of -p or the address of -s cannot be had', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const taken = portOf(listener)
  const port = await run(['-p', taken, '-s', '127.0.0.1', '127.0.0.1', taken])
  assert.equal(port.code, 7)
  assert.ok(port.stderr.text.startsWith(`partyline: port ${taken} is taken.\n`), port.stderr.text)
  const address = await run(['-s', '192.0.2.1', '127.0.0.1', taken])
  assert.equal(address.code, 7)
  assert.ok(address.stderr.text.startsWith('partyline: 192.0.2.1 is not an address of this machine.\n'))
})

test('connect speaks TLS with --tls, and does not trust a stranger', async () => {
  const tls = { cert: readFileSync(CERTIFICATE), key: readFileSync(fixture('localhost.key.pem')) }
  await using listener = await TcpListener.listen(0, '127.0.0.1', { tls })
  void listener.serve(echo)
  const port = portOf(listener)
  const stranger = await run(['--tls', 'localhost', port, '-4'])
  assert.equal(stranger.code, 8)
  assert.match(stranger.stderr.text, /^partyline: the certificate of localhost port \d+ is not trusted \(/)
  assert.match(stranger.stderr.text, /--ca FILE.*--insecure/)
  const known = await run(['--ssl', '--ca', CERTIFICATE, '-v', 'localhost', port, '-4'], 'hello')
  assert.deepEqual([known.code, known.stdout.text], [0, 'hello'], known.stderr.text)
  assert.match(known.stderr.text, /^\* connected to localhost:\d+ \(127\.0\.0\.1:\d+\), TLSv1\.3\n/)
  const other = ['--tls', '--ca', CERTIFICATE, '--servername', 'example.org', 'localhost', port]
  const wrong = await run(other)
  assert.equal(wrong.code, 8)
  assert.match(wrong.stderr.text, /^partyline: the certificate of localhost port \d+ is for another name\.\n/)
  const careless = await run(['--insecure', '-v', ...other], 'hello')
  assert.deepEqual([careless.code, careless.stdout.text], [0, 'hello'])
  assert.match(careless.stderr.text, /\* the certificate was not checked/)
  const missing = await run(['--tls', '--ca', '/nowhere.pem', 'localhost', port])
  assert.equal(missing.code, 2)
  assert.match(missing.stderr.text, /^partyline: cannot read --ca \/nowhere\.pem \(ENOENT\)\.$/m)
})

test('connect goes to a Unix-domain socket with -U', async () => {
  const path = join(folder, 'echo.sock')
  await using listener = await TcpListener.listen({ path })
  void listener.serve(echo)
  const { code, stdout, stderr } = await run(['-U', path], 'hello')
  assert.deepEqual([code, stdout.text], [0, 'hello'])
  assert.match(stderr.text, /^\* closed by \S+echo\.sock after/)
  const nobody = await run(['-U', join(folder, 'nobody.sock')])
  assert.equal(nobody.code, 4)
  assert.match(nobody.stderr.text, /^partyline: nobody is listening on \S+nobody\.sock \(ENOENT\)\.\n/)
})

test('connect -u talks in datagrams', async ({ mock }) => {
  await using server = await UdpSocket.bind()
  const port = String(server.local.port)
  mock.timers.enable({ apis: ['setTimeout'] })
  const io = fakeIo()
  io.stdin.end('ping')
  const answered = main(['connect', '-u', '127.0.0.1', port], io)
  const { data, from } = await server.recvFrom()
  await server.sendTo(data, from.port, from.host)
  await io.stdout.until('ping')
  await new Promise(setImmediate)
  mock.timers.tick(1000)
  mock.timers.reset()
  assert.equal(await answered, 0)
  const words = `nothing more came from udp 127.0.0.1:${port} (sent 1 datagram, 4 B; received 1 datagram, 4 B)`
  assert.equal(io.stderr.text, `* ${words}\n`)
  const silent = await run(['-u', '-w', '0.01', '127.0.0.1', port], 'ping')
  assert.equal(silent.code, 5)
  assert.match(
    silent.stderr.text,
    /^partyline: no answer from udp 127\.0\.0\.1:\d+\.\n {2}UDP gives no proof of delivery/,
  )
  await server.close()
  const nobody = String(await freePort('udp', '127.0.0.1'))
  const refused = await run(['-u', '127.0.0.1', nobody], 'ping')
  assert.equal(refused.code, 4)
  assert.match(
    refused.stderr.text,
    /^partyline: nobody is listening on udp 127\.0\.0\.1:\d+ \(connection refused\)\.\n/,
  )
})

test('connect -z sees whether a port is open, and sends nothing', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const accepted = listener.accept()
  const open = await run(['-z', '-v', '127.0.0.1', portOf(listener)], 'never sent')
  assert.equal(open.code, 0)
  assert.match(open.stderr.text, /^\* 127\.0\.0\.1 port \d+ is open \(\d+\.\d ms\)\n$/)
  assert.equal(await (await accepted).recv(), null)
  const quiet = await run(['-z', '127.0.0.1', portOf(listener)])
  assert.deepEqual([quiet.code, quiet.stderr.text], [0, ''])
  const closed = await run(['-z', '127.0.0.1', await closedPort()])
  assert.equal(closed.code, 4)
  assert.match(closed.stderr.text, /^partyline: nobody is listening on/)
})

test('connect -z tells of each of several ports, and fails when one of them is closed', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const [open, closed] = [portOf(listener), await closedPort()]
  const both = await run(['-z', '127.0.0.1', open, closed])
  assert.equal(both.code, 4)
  const lines = both.stderr.text.split('\n')
  assert.match(lines[0] ?? '', new RegExp(`^\\* 127\\.0\\.0\\.1 port ${open} is open \\(`))
  assert.equal(lines[1], `* 127.0.0.1 port ${closed} is closed (connection refused)`)
  assert.equal((await run(['-z', '127.0.0.1', `${open}-${open}`, open])).code, 0)
})

test('connect -z -u says what can be known', async () => {
  const server = await UdpSocket.bind()
  const port = String(server.local.port)
  const answered = run(['-zu', '-v', '-w', '60', '127.0.0.1', port])
  const { data, from } = await server.recvFrom()
  assert.equal(data.length, 0)
  await server.sendTo('here', from.port, from.host)
  const open = await answered
  assert.deepEqual([open.code, open.stderr.text], [0, `* 127.0.0.1 port ${port} is open: it answered\n`])
  const unknown = await run(['-zu', '-w', '0.01', '127.0.0.1', port])
  assert.equal(unknown.code, 5)
  assert.match(
    unknown.stderr.text,
    /^partyline: no answer from udp 127\.0\.0\.1:\d+, and no refusal either\.\n/,
  )
  await server.close()
  const nobody = String(await freePort('udp', '127.0.0.1'))
  assert.equal((await run(['-zu', '-w', '60', '127.0.0.1', nobody])).code, 4)
})

test('connect -n looks no names up', async () => {
  const { code, stderr } = await run(['-n', 'localhost', '80'])
  assert.equal(code, 2)
  assert.equal(stderr.text, 'partyline: localhost is a name, and -n looks none up. Give its address.\n')
})

test('connect refuses what cannot be meant', async () => {
  for (const [argv, sentence] of [
    [[], 'no host was given. Say HOST, HOST:PORT or HOST PORT, like 127.0.0.1:5000 or [::1]:5000.'],
    [['127.0.0.1', '99999'], '99999 is not a port. Ports go from 1 to 65535.'],
    [['127.0.0.1', 'abc'], 'abc is not a port. Ports go from 1 to 65535.'],
    [['127.0.0.1', '80', '81'], 'connect has no use for "81".'],
    [['-4', '-6', '127.0.0.1', '80'], 'there is no address that is both IPv4 and IPv6: give -4 or -6.'],
    [['-u', '--tls', '127.0.0.1', '80'], '--udp and --tls mean nothing together.'],
    [['--insecure', '127.0.0.1', '80'], '--insecure needs --tls.'],
    [['-U', '/x.sock', '127.0.0.1'], 'connect --unix has no use for "127.0.0.1".'],
    [
      ['-s', 'localhost', '127.0.0.1', '80'],
      '--source localhost is not an address of this machine, like 192.168.1.7.',
    ],
    [['-q', '1', '127.0.0.1', '80'], '-q is --quiet here and takes no value. Did you mean --quit-after 1?'],
    [['-z', '127.0.0.1', '30-20'], '30-20 is no range of ports: 30 is more than 20.'],
  ] as const) {
    const { code, stdout, stderr } = await run(argv)
    assert.equal(code, 2, argv.join(' '))
    assert.equal(stderr.text, `partyline: ${sentence}\n`)
    assert.equal(stdout.text, '')
  }
})

test('connect with --json fails with an object that names host and port', async () => {
  const port = await closedPort()
  const { code, stdout, stderr } = await run(['--json', '127.0.0.1', port])
  assert.equal(code, 4)
  const last: unknown = JSON.parse(stdout.text.trimEnd().split('\n').at(-1) ?? '')
  assert.partialDeepStrictEqual(last, {
    error: 'refused',
    exitCode: 4,
    host: '127.0.0.1',
    port: Number(port),
  })
  assert.equal(stderr.text, '')
})

test('connect gives up when it is stopped before anybody answered', async () => {
  for (const flags of [[], ['-u'], ['-z']]) {
    const io = { ...fakeIo(), signal: AbortSignal.abort('SIGTERM') }
    assert.equal(await main(['connect', ...flags, '127.0.0.1', '1'], io), 143)
  }
})

test('connect --wire shows the bytes on standard error, with --color in colours', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve(echo)
  const plain = await run(['--wire', '127.0.0.1', portOf(listener)], 'hello\n')
  assert.match(plain.stderr.text, /^> .*\|hello␊\|$/m)
  assert.match(plain.stderr.text, /^< .*\|hello␊\|$/m)
  assert.doesNotMatch(plain.stderr.text, /^\* closed by/m) // the wire has said so
  const coloured = await run(['-x', '--color', '127.0.0.1', portOf(listener)], 'hello\n')
  assert.ok(coloured.stderr.text.includes('\u001b[33m> '), coloured.stderr.text)
  for (const { stdout } of [plain, coloured]) assert.equal(stdout.text, 'hello\n')
})

describe('connect at a terminal', () => {
  onXterm()

  test('connect at a terminal says which keys leave, and finds lines of the last run with Up', async () => {
    await using listener = await TcpListener.listen(0, '127.0.0.1')
    const port = portOf(listener)
    for (const keys of ['hello\r', '\u001b[A\r']) {
      const io = terminalIo()
      const code = main(['connect', '127.0.0.1', port], io)
      const server = await listener.accept()
      await io.stdout.until('> ')
      io.stdin.write(keys)
      assert.equal(await server.readLine(), 'hello')
      await server.close()
      assert.equal(await code, 0)
      const [first, last] = io.stderr.text.split('\n')
      assert.equal(first, `* connected to 127.0.0.1:${port} (Ctrl-D ends your side, Ctrl-C leaves)`)
      assert.match(last ?? '', /^\* closed by /)
    }
  })

  test('connect --raw gives a terminal the bytes themselves, and leaves the typing to it', async () => {
    await using listener = await TcpListener.listen(0, '127.0.0.1')
    const io = terminalIo()
    const code = main(['connect', '--raw', '127.0.0.1', portOf(listener)], io)
    const server = await listener.accept()
    io.stdin.write('typed\n')
    assert.equal(await server.readLine(), 'typed')
    await server.send('\u001b[31mred')
    await server.close()
    assert.equal(await code, 0)
    assert.equal(io.stdout.text, '\u001b[31mred')
    assert.doesNotMatch(io.stderr.text, /Ctrl-D/)
  })
})

function terminalIo(): FakeIo {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
  const env = { TERM: 'xterm', XDG_STATE_HOME: folder }
  return { ...fakeIo(env), stdin, stdout: new Transcript(true), stderr: new Transcript(true) }
}
