import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Socket as NodeSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type ListenOptions, TcpListener, TcpSocket, UdpSocket } from '@partyline/sockets'
import { freePort } from '../check/free-port.ts'
import { main } from '../main.ts'
import { type FakeIo, fakeIo } from '../testing/fake-io.ts'
import { NO_NAME } from '../testing/no-name.ts'

const FIXTURES = new URL('../../../sockets/src/testing/fixtures/', import.meta.url)
const cert = readFileSync(new URL('localhost.cert.pem', FIXTURES))
const key = readFileSync(new URL('localhost.key.pem', FIXTURES))

/** A tap that runs until the test is over, or until it is stopped. */
interface Running {
  readonly io: FakeIo
  readonly port: number
  readonly code: Promise<number>
  /** Asks it to stop, as Ctrl-C does; its exit code. */
  stop(): Promise<number>
  /** What it shows, without its first line and with times taken out. */
  lines(): string[]
}

async function tapping(t: TestContext, ...args: readonly string[]): Promise<Running> {
  const io = fakeIo()
  const code = main(['tap', '0', ...args], io)
  const stop = (): Promise<number> => {
    io.stop('SIGINT')
    return code
  }
  t.after(stop)
  await Promise.race([io.stderr.until(' passing on to '), io.stdout.until('"listening"'), code])
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(io.stderr.text + io.stdout.text) ?? []
  assert.ok(port !== undefined, io.stderr.text)
  const lines = (): string[] =>
    io.stderr.text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) =>
        line.replace(/(?<=^[*<>] )\d+\.\d{3}/, 'TIME').replaceAll(/(?<=127\.0\.0\.1:)\d+/g, 'PORT'),
      )
  return { io, port: Number(port), code, stop, lines }
}

/** A target, until the test is over. */
async function target(t: TestContext, options: ListenOptions = {}): Promise<[TcpListener, string]> {
  const listener = await TcpListener.listen(options)
  t.after(async () => {
    for (const socket of listener.connections) socket.abort()
    await listener.close({ drain: 0 })
  })
  assert.ok('port' in listener.address)
  return [listener, String(listener.address.port)]
}

/** A client, and the connection that the tap made for it. */
async function through(t: TestContext, { port }: Running, to: TcpListener): Promise<[TcpSocket, TcpSocket]> {
  const pair = await Promise.all([TcpSocket.connect(port, '127.0.0.1'), to.accept()])
  t.after(() => Promise.all(pair.map((socket) => socket.close({ linger: 0 }))))
  return pair
}

test('tap shows each byte of both programs once, and passes an end on as an end', async (t) => {
  const [listener, port] = await target(t)
  const tap = await tapping(t, port)
  assert.match(tap.io.stderr.text, /^\* listening on 127\.0\.0\.1:\d+, passing on to 127\.0\.0\.1:\d+\n$/)
  const [client, server] = await through(t, tap, listener)
  await client.send('hi\r\n')
  assert.equal(String(await server.recvExactly(4)), 'hi\r\n')
  await client.shutdown()
  assert.equal(await server.recv(), null)
  await server.send('still here')
  assert.equal(String(await client.recvExactly(10)), 'still here')
  await server.shutdown()
  assert.equal(await client.recv(), null)
  await tap.io.stderr.until(': closed (')
  assert.deepEqual(tap.lines(), [
    '* TIME accepted 127.0.0.1:PORT',
    '* TIME connected to 127.0.0.1:PORT from 127.0.0.1:PORT',
    `> TIME   4 B  68 69 0d 0a${' '.repeat(37)}|hi␍␊|`,
    '* TIME the client sent FIN',
    `< TIME  10 B  73 74 69 6c 6c 20 68 65 72 65${' '.repeat(19)}|still here|`,
    '* TIME the target sent FIN: closed (client sent 4 B, target sent 10 B)',
  ])
  assert.equal(await tap.stop(), 0, 'a tap that is stopped has done its work')
  assert.equal(tap.io.stdout.text, '')
})

test('tap passes a reset on as a reset, in both directions', async (t) => {
  const [listener, port] = await target(t)
  const tap = await tapping(t, port)
  const [client, server] = await through(t, tap, listener)
  client.abort()
  await assert.rejects(server.recv(), { code: 'reset' })
  const [second, its] = await through(t, tap, listener)
  await second.send('x')
  assert.equal(String(await its.recv()), 'x') // only now is it certain that the tap knows it is connected
  its.abort()
  await assert.rejects(second.recv(), { code: 'reset' })
  await tap.io.stderr.until('the target sent RST')
  assert.deepEqual(
    tap.lines().filter((line) => line.includes('RST')),
    [
      '* TIME the client sent RST (client sent 0 B, target sent 0 B)',
      '* TIME #2 the target sent RST (client sent 1 B, target sent 0 B)',
    ],
  )
})

test('tap carries a megabyte each way at once, unchanged, with --json and in a file', async (t) => {
  const [listener, port] = await target(t)
  const folder = mkdtempSync(join(tmpdir(), 'partyline-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'tap.jsonl')
  const tap = await tapping(t, port, '--json', `--wire=${file}`, '--once')
  const [client, server] = await through(t, tap, listener)
  const there = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7) % 251))
  const back = Buffer.from(there.map((byte) => 255 - byte))
  const got = await Promise.all([
    server.recvExactly(there.length),
    client.recvExactly(back.length),
    client.send(there).then(() => client.shutdown()),
    server.send(back).then(() => server.shutdown()),
  ])
  assert.ok(got[0].equals(there) && got[1].equals(back))
  assert.deepEqual([await client.recv(), await server.recv()], [null, null])
  assert.equal(await tap.code, 0, '--once ends with its connection')
  assert.equal(tap.io.stderr.text, '')
  assert.equal(readFileSync(file, 'utf8'), tap.io.stdout.text)
  const events = tap.io.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; text?: string; base64?: string })
  for (const [event, bytes] of [
    ['sent', there],
    ['received', back],
  ] as const) {
    const shown = events
      .filter((one) => one.event === event)
      .map(({ text, base64 = '' }) => Buffer.from(text ?? base64, text === undefined ? 'base64' : 'utf8'))
    assert.ok(Buffer.concat(shown).equals(bytes), event)
  }
})

test('tap holds a program back when the other one does not read', async (t) => {
  const [listener, port] = await target(t)
  const tap = await tapping(t, port)
  const [client, server] = await through(t, tap, listener)
  const piece = Buffer.alloc(1_000_000, 'x')
  let sent = 0
  const sending = (async () => {
    while (sent < 40) {
      await client.send(piece)
      sent++
    }
    await client.shutdown()
  })()
  let received = 0
  // Nobody reads for as long as it takes to look around: the kernels' buffers are all that can have filled.
  for (let i = 0; i < 200; i++) await new Promise(setImmediate)
  assert.ok(sent < 40, 'the client is held back')
  for await (const bytes of server) received += bytes.length
  await sending
  assert.equal(received, 40_000_000)
})

test('tap shows hostile bytes harmlessly, and passes them on as they are', async (t) => {
  const [listener, port] = await target(t)
  const tap = await tapping(t, port)
  const [client, server] = await through(t, tap, listener)
  const nasty = Buffer.from('\u001b]0;owned\u0007\u001b[2J\u202e\u0000\u00ff\r\n', 'utf8')
  await server.send(Buffer.concat([nasty, Buffer.of(0x9b, 0xff)]))
  assert.deepEqual(await client.recvExactly(nasty.length + 2), Buffer.concat([nasty, Buffer.of(0x9b, 0xff)]))
  await tap.stop()
  assert.doesNotMatch(tap.io.stderr.text, /[^\P{Cc}\n]|\p{Bidi_Control}/u)
  assert.match(tap.io.stderr.text, /\|␛\]0;owned␇␛\[2J··\|\n.*\|·␀ÿ␍␊··\|\n/)
  assert.equal(tap.lines().at(-1), '* TIME closed by the tap (client sent 0 B, target sent 24 B)')
})

test('tap resets a client whose target refuses, and says so', async (t) => {
  const port = await freePort('tcp', '127.0.0.1') // one of the system's own could become that of the tap
  const tap = await tapping(t, String(port))
  const client = await TcpSocket.connect(tap.port, '127.0.0.1')
  await assert.rejects(client.recv(), { code: 'reset' })
  assert.deepEqual(tap.lines(), [
    '* TIME accepted 127.0.0.1:PORT',
    '* TIME connecting to 127.0.0.1:PORT failed: nothing is listening there; 127.0.0.1:PORT is reset',
  ])
})

test('tap -w breaks off a connection on which nothing moves', async (t) => {
  const [listener, port] = await target(t)
  // The same time is for connecting, which must not take as long on a machine that stands still for a moment.
  const tap = await tapping(t, port, '-w', '2')
  const [client, server] = await through(t, tap, listener)
  await assert.rejects(client.recv(), { code: 'reset' })
  await assert.rejects(server.recv(), { code: 'reset' })
  await tap.io.stderr.until('nothing came or went for too long (client sent 0 B, target sent 0 B)')
})

test('tap --servername is the name that the certificate must have', async (t) => {
  const [, port] = await target(t, { tls: { cert, key } })
  const ca = fileURLToPath(new URL('localhost.cert.pem', FIXTURES))
  const flags = ['-4', '--tls', '--ca', ca, '--servername', 'example.org']
  const tap = await tapping(t, `localhost:${port}`, ...flags)
  await using refused = await TcpSocket.connect(tap.port, '127.0.0.1')
  await assert.rejects(refused.recv(), { code: 'reset' })
  assert.match(tap.lines()[1] ?? '', /failed: .*example\.org/)
})

test('tap --tls shows what is inside: the client speaks without', async (t) => {
  const [listener, port] = await target(t, { tls: { cert, key } })
  const ca = fileURLToPath(new URL('localhost.cert.pem', FIXTURES))
  const tap = await tapping(t, `localhost:${port}`, '-4', '--tls', '--ca', ca)
  const [client, server] = await through(t, tap, listener)
  await client.send('secret')
  assert.equal(String(await server.recv()), 'secret')
  await tap.io.stderr.until('|secret|')
  assert.equal(tap.lines()[2], '* TIME TLSv1.3, TLS_AES_128_GCM_SHA256, certificate of localhost')
  const distrustful = await tapping(t, `localhost:${port}`, '-4', '--tls')
  const refused = await TcpSocket.connect(distrustful.port, '127.0.0.1')
  await assert.rejects(refused.recv(), { code: 'reset' })
  assert.match(distrustful.lines()[1] ?? '', /^\* TIME connecting to localhost:\d+ failed: .*certificate/)
})

test('tap -u gives each client its answers', async (t) => {
  await using server = await UdpSocket.bind(0, '127.0.0.1')
  const tap = await tapping(t, '-u', String(server.local.port))
  assert.match(tap.io.stderr.text, /^\* listening on udp 127\.0\.0\.1:\d+, passing on to 127\.0\.0\.1:\d+\n$/)
  await using ann = await UdpSocket.bind(0, '127.0.0.1')
  await using bob = await UdpSocket.bind(0, '127.0.0.1')
  for (const [client, words] of [
    [ann, 'from ann'],
    [bob, 'from bob'],
    [ann, ''],
  ] as const) {
    await client.sendTo(words, tap.port, '127.0.0.1')
    const { data, from } = await server.recvFrom()
    assert.equal(String(data), words)
    await server.sendTo(`${words}!`, from.port, from.host)
    assert.equal(String((await client.recvFrom()).data), `${words}!`)
  }
  assert.equal(await tap.stop(), 0)
  assert.deepEqual(tap.lines().slice(-2), [
    '> TIME 127.0.0.1:PORT   0 B',
    `< TIME 127.0.0.1:PORT   1 B  21${' '.repeat(46)}|!|`,
  ])
})

test('tap -u goes on when the target refuses, and says so', async (t) => {
  const tap = await tapping(t, '-u', String(await freePort('udp', '127.0.0.1')))
  await using client = await UdpSocket.bind(0, '127.0.0.1')
  await client.sendTo('anybody?', tap.port, '127.0.0.1')
  await tap.io.stderr.until('nothing is listening there')
  assert.equal(await tap.stop(), 0)
})

test('tap says in a sentence what it cannot do', async (t) => {
  const [, port] = await target(t)
  const fails = async (...args: readonly string[]): Promise<readonly [code: number, said: string]> => {
    const io = fakeIo()
    const code = await main(['tap', ...args], io)
    return [code, io.stderr.text.split('\n')[0] ?? '']
  }
  assert.deepEqual(await fails(), [2, 'partyline: nothing was said about where to listen.'])
  assert.deepEqual(await fails('7000'), [2, 'partyline: no target was given.'])
  assert.deepEqual(await fails('x', port), [2, 'partyline: x is not where one can listen.'])
  assert.deepEqual(await fails('70000', port), [2, 'partyline: 70000 is not where one can listen.'])
  assert.deepEqual(await fails('-u', '--tls', '0', port), [2, 'partyline: --tls is not for datagrams (-u).'])
  const [code, said] = await fails('--tls', '--ca', 'no-such-file.pem', '0', port)
  assert.deepEqual([code, said.startsWith('partyline: cannot read --ca no-such-file.pem')], [2, true])
  assert.deepEqual(await fails('--insecure', '0', port), [2, 'partyline: --insecure needs --tls.'])
  assert.deepEqual(await fails(port, port), [7, `partyline: port ${port} is taken.`])
  assert.deepEqual(await fails('-u', '0', `${NO_NAME}:1`), [
    3,
    `partyline: no address found for "${NO_NAME}".`,
  ])
})

test('tap that is stopped before it begins, or before anybody came, ends well', async (t) => {
  const [, port] = await target(t)
  for (const flag of ['--once', '--udp', '--json']) {
    const io = fakeIo()
    io.stop('SIGTERM')
    assert.equal(await main(['tap', flag, '0', port], io), 0)
    assert.equal(await (await tapping(t, flag, port)).stop(), 0)
  }
})

test('tap carries a client of node:net that ends before the target has answered', async (t) => {
  const sockets = new Set<NodeSocket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.resume()
    socket.on('end', () => socket.end('the answer'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const tap = await tapping(t, String(address.port), '--once')
  await using client = await TcpSocket.connect(tap.port, '127.0.0.1')
  await client.shutdown()
  assert.equal(String(await client.recvExactly(10)), 'the answer')
  assert.equal(await client.recv(), null)
  assert.equal(await tap.code, 0)
})
