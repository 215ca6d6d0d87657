import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import test, { type TestContext } from 'node:test'
import { type ListenOptions, TcpListener, TcpSocket, UdpSocket } from '@partyline/sockets'
import { parseCommandLine } from '../flags.ts'
import { COLOR_FLAG, JSON_FLAG, WIRE_FLAG } from '../socket-flags.ts'
import { type FakeIo, fakeIo } from '../testing/fake-io.ts'
import { withWire } from './around-command.ts'
import { openView, startWire } from './view.ts'

const FIXTURES = new URL('../../../sockets/src/testing/fixtures/', import.meta.url)
const cert = readFileSync(new URL('localhost.cert.pem', FIXTURES))
const key = readFileSync(new URL('localhost.key.pem', FIXTURES))

/** A server that plays `handler` with each client, until the test is over; its port. */
async function serving(
  t: TestContext,
  handler: (socket: TcpSocket) => Promise<void>,
  options: ListenOptions = {},
): Promise<number> {
  const listener = await TcpListener.listen(options)
  const served = listener.serve(handler, { onError: () => {} })
  t.after(async () => {
    await listener.close({ drain: 0 })
    await served
  })
  assert.ok('port' in listener.address)
  return listener.address.port
}

async function hello(socket: TcpSocket): Promise<void> {
  await socket.send('hello\n')
  for await (const bytes of socket) await socket.send(bytes)
}

/** Does `task` under a text view; its lines, with times and ports that are none of the test's taken out. */
async function watched(task: () => Promise<void>, ...known: readonly number[]): Promise<string[]> {
  const io = fakeIo()
  const wire = await startWire([{ io, form: 'text', to: 'stderr' }])
  try {
    await wire.run(task)
  } finally {
    await wire.stop()
  }
  return io.stderr.text
    .replaceAll(/(?<=^[*<>] )\d+\.\d{3}/gm, 'TIME')
    .replaceAll(/(?<=127\.0\.0\.1:)\d+/g, (port) => (known.includes(Number(port)) ? 'PORT' : 'OTHER'))
    .replaceAll(/\d+\.\d ms/g, 'N ms')
    .trimEnd()
    .split('\n')
}

test('startWire shows a client from its first attempt to the last end', async (t) => {
  const port = await serving(t, hello)
  const lines = await watched(async () => {
    await using socket = await TcpSocket.connect(port)
    assert.equal(await socket.readLine(), 'hello')
    await socket.send('hi\r\n')
    await socket.shutdown()
    assert.equal(await socket.readLine(), 'hi')
    assert.equal(await socket.recv(), null)
    await socket.close()
    await socket.closed
  }, port)
  const resolved = lines.shift()
  assert.match(resolved ?? '', /^\* TIME resolved localhost: .*127\.0\.0\.1.* \(N ms\)$/)
  assert.deepEqual(
    lines.filter((line) => !line.includes('::1')),
    [
      '* TIME connecting to 127.0.0.1:PORT',
      '* TIME connected from 127.0.0.1:OTHER',
      `< TIME   6 B  68 65 6c 6c 6f 0a${' '.repeat(31)}|hello␊|`,
      `> TIME   4 B  68 69 0d 0a${' '.repeat(37)}|hi␍␊|`,
      '* TIME sent FIN (end of our input)',
      `< TIME   4 B  68 69 0d 0a${' '.repeat(37)}|hi␍␊|`,
      '* TIME got FIN: closed by 127.0.0.1:PORT (sent 4 B, received 10 B)',
    ],
  )
})

test('startWire shows a reset, ours and theirs, and an attempt that fails', async (t) => {
  const port = await serving(t, async (socket) => {
    await socket.recv()
    socket.abort()
  })
  const closed = await TcpListener.listen(0)
  assert.ok('port' in closed.address)
  const nobody = closed.address.port
  await closed.close()
  const lines = await watched(
    async () => {
      const [first, second] = [
        await TcpSocket.connect(port, '127.0.0.1'),
        await TcpSocket.connect(port, '127.0.0.1'),
      ]
      await first.send('x')
      await assert.rejects(first.recv(), { code: 'reset' })
      await first.closed
      second.abort()
      await second.closed
      await assert.rejects(TcpSocket.connect(nobody, '127.0.0.1'), { code: 'refused' })
    },
    port,
    nobody,
  )
  assert.deepEqual(lines.slice(-5), [
    `> TIME #1   1 B  78${' '.repeat(46)}|x|`,
    '* TIME #1 got RST: broken off by 127.0.0.1:PORT (sent 1 B, received 0 B)',
    '* TIME #2 sent RST: broken off by us (sent 0 B, received 0 B)',
    '* TIME connecting to 127.0.0.1:PORT',
    '* TIME connecting to 127.0.0.1:PORT failed: nothing is listening there',
  ])
})

test('startWire shows what a server of ours does, and only ours', async (t) => {
  const other = await serving(t, hello)
  let port = 0
  let client: Promise<void> | undefined
  const talk = async (): Promise<void> => {
    await using socket = await TcpSocket.connect(port, '127.0.0.1')
    assert.equal(await socket.readLine(), 'hello')
    await using another = await TcpSocket.connect(other, '127.0.0.1')
    assert.equal(await another.readLine(), 'hello')
    await socket.shutdown()
    assert.equal(await socket.recv(), null)
  }
  // The client is told from outside the view when to begin: what it does is not the view's.
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  client = begun.then(talk)
  const lines = await watched(async () => {
    const listener = await TcpListener.listen(0)
    assert.ok('port' in listener.address)
    port = listener.address.port
    const served = listener.serve(hello)
    begin()
    await client
    await listener.close()
    await served
  }, port)
  assert.deepEqual(lines, [
    '* TIME listening on 127.0.0.1:OTHER',
    '* TIME accepted 127.0.0.1:OTHER',
    `> TIME   6 B  68 65 6c 6c 6f 0a${' '.repeat(31)}|hello␊|`,
    '* TIME got FIN from 127.0.0.1:OTHER',
    '* TIME sent FIN: closed by us (sent 6 B, received 0 B)',
  ])
})

test('startWire shows under TLS what was agreed on, and the bytes inside', async (t) => {
  const port = await serving(t, hello, { tls: { cert, key } })
  const lines = await watched(async () => {
    const tls = { ca: cert, servername: 'localhost' }
    await using socket = await TcpSocket.connect({ host: '127.0.0.1', port, tls })
    assert.equal(await socket.readLine(), 'hello')
  }, port)
  assert.deepEqual(lines.slice(0, 4), [
    '* TIME connecting to 127.0.0.1:PORT',
    '* TIME connected from 127.0.0.1:OTHER',
    '* TIME TLSv1.3, TLS_AES_128_GCM_SHA256, certificate of localhost',
    `< TIME   6 B  68 65 6c 6c 6f 0a${' '.repeat(31)}|hello␊|`,
  ])
})

test('startWire shows datagrams with the other end, whoever sends them', async (t) => {
  await using server = await UdpSocket.bind(0, '127.0.0.1')
  const { promise, resolve } = Promise.withResolvers<UdpSocket>()
  // As a key press does, this send comes from outside what the view runs.
  const sent = promise.then((client) => client.sendTo('ping', server.local.port, '127.0.0.1'))
  t.after(() => sent)
  const lines = await watched(async () => {
    await using client = await UdpSocket.bind(0, '127.0.0.1')
    resolve(client)
    const { from } = await server.recvFrom()
    await server.sendTo('', from.port, from.host)
    await client.recvFrom()
  }, server.local.port)
  assert.deepEqual(lines, [
    '* TIME bound to 127.0.0.1:OTHER (UDP)',
    `> TIME 127.0.0.1:PORT   4 B  70 69 6e 67${' '.repeat(37)}|ping|`,
    '< TIME 127.0.0.1:PORT   0 B',
  ])
})

const COMMAND = { flags: [WIRE_FLAG, JSON_FLAG, COLOR_FLAG], json: 'events' } as const

/** Runs what a command with these flags would, under the views that they ask for. */
async function withFlags(io: FakeIo, port: number, ...args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine(COMMAND.flags, args, io.env)
  await withWire(COMMAND, values, io, async () => {
    await using socket = await TcpSocket.connect(port, '127.0.0.1')
    assert.equal(await socket.readLine(), 'hello')
  })
}

test('withWire shows nothing unless it is asked to', async (t) => {
  const [io, port] = [fakeIo(), await serving(t, hello)]
  await withFlags(io, port)
  assert.deepEqual([io.stdout.text, io.stderr.text], ['', ''])
})

test('withWire --wire is text on standard error, with --color in colours', async (t) => {
  const [io, port] = [fakeIo(), await serving(t, hello)]
  await withFlags(io, port, '--wire')
  assert.match(io.stderr.text, /^\* .* connecting to .*\n\* .* connected .*\n< .*\|hello␊\|\n/)
  await withFlags(io, port, '--wire', '--color')
  assert.match(io.stderr.text.replaceAll('\u001b', 'ESC'), /ESC\[36m< [^\n]*\|hello␊\|ESC\[39m\n/)
  assert.equal(io.stdout.text, '')
})

test('withWire --json has one object a line on standard output, and --wire no second view', async (t) => {
  const [io, port] = [fakeIo(), await serving(t, hello)]
  await withFlags(io, port, '--json', '--wire')
  const events = io.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; text?: string })
  assert.deepEqual(
    events.slice(0, 3).map(({ event, text }) => [event, text]),
    [
      ['connecting', undefined],
      ['connected', undefined],
      ['received', 'hello\n'],
    ],
  )
  assert.equal(io.stderr.text, '')
})

test('withWire --wire=FILE appends to a file that only its owner may read, also when the command fails', async (t) => {
  const [io, port] = [fakeIo(), await serving(t, hello)]
  const file = join(newFolder(t), 'wire.txt')
  await withFlags(io, port, `--wire=${file}`)
  const { values } = parseCommandLine(COMMAND.flags, [`--wire=${file}`, '--json'], io.env)
  const failing = withWire(COMMAND, values, io, async () => {
    const socket = await TcpSocket.connect(port, '127.0.0.1')
    socket.abort()
    throw new RangeError('as it happens')
  })
  await assert.rejects(failing, RangeError)
  const lines = readFileSync(file, 'utf8').split('\n')
  assert.equal(lines.filter((line) => line.includes('|hello␊|')).length, 1)
  assert.equal(lines.filter((line) => line.includes('"event":"connected"')).length, 1)
  assert.equal(io.stderr.text, '')
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('withWire says why a file cannot be written, before anything is done', async (t) => {
  const [io, folder] = [fakeIo(), newFolder(t)]
  for (const [path, words] of [
    [folder, 'it is a folder'],
    [join(folder, 'none', 'file'), 'there is no such folder'],
  ] as const) {
    const { values } = parseCommandLine(COMMAND.flags, [`--wire=${path}`], io.env)
    const task = t.mock.fn(async () => {})
    const expected = { name: 'CommandError', exitCode: 1, message: `cannot write ${path}: ${words}.` }
    await assert.rejects(withWire(COMMAND, values, io, task), expected)
    assert.equal(task.mock.callCount(), 0)
  }
})

test('WireView leaves events out where nobody reads them, and says how many', async () => {
  const written: string[] = []
  let go = (): void => {}
  const slow = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      written.push(String(chunk))
      go = done
    },
  })
  const view = await openView({ io: { ...fakeIo(), stdout: slow }, form: 'json', to: 'stdout' })
  const data = Buffer.alloc(3_000_000, 'x')
  const show = (kind: 'sent' | 'received'): void =>
    view.show({ at: 0, news: { kind, connection: 1, peer: 'p', data } })
  for (let i = 0; i < 5; i++) show('sent')
  assert.equal(Math.floor(slow.writableLength / data.length), 3)
  let hasRoom = false
  const { signal } = new AbortController()
  await view.room(AbortSignal.abort())
  const room = view.room(signal).then(() => {
    hasRoom = true
  })
  assert.equal(hasRoom, false)
  while (slow.writableLength > 0) go()
  await room
  show('received')
  while (slow.writableLength > 0) go()
  assert.deepEqual(
    written.map((line) => /"event":"(\w+)"/.exec(line)?.[1]),
    ['sent', 'sent', 'sent', 'omitted', 'received'],
  )
  assert.equal(written[3], '{"event":"omitted","time":0,"events":2}\n')
})

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'partyline-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
