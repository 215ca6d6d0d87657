/** docs/wire.md: its sessions are played, and its tables list what there is. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { tap } from '../packages/cli/src/commands/tap.ts'
import { COMMANDS } from '../packages/cli/src/commands.ts'
import { main } from '../packages/cli/src/main.ts'
import { type FakeIo, fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { MAX_SHOWN } from '../packages/cli/src/wire/format.ts'
import { MAX_CLIENTS } from '../packages/cli/src/wire/tap-datagrams.ts'
import { ROOT, samplesOf } from './samples.ts'

const PAGE = 'docs/wire.md'
const page = readFileSync(join(ROOT, PAGE), 'utf8')
const shown = samplesOf(PAGE)
  .filter(({ lang }) => lang !== 'sh')
  .map(({ code }) => code)

/** The server of the page: it says hello, and sends everything back at the end. */
async function serving(): Promise<{ readonly port: number; close(): Promise<void> } & AsyncDisposable> {
  const listener = await TcpListener.listen(0)
  void listener.serve(
    async (socket) => {
      await socket.send('hello\n')
      const all = []
      for await (const bytes of socket) all.push(bytes)
      await socket.send(Buffer.concat(all))
    },
    { onError: () => {} }, // a client of the page breaks off
  )
  assert.ok('port' in listener.address)
  const close = (): Promise<void> => listener.close({ drain: 0 })
  return { port: listener.address.port, close, [Symbol.asyncDispose]: close }
}

/** A session with what differs each time taken out: times, and ports that the system chose. */
function plain(session: string, ...known: readonly (readonly [port: number, shown: number])[]): string[] {
  const ports = new Map<number, number>([[8000, 8000], [7000, 7000], ...known])
  return session
    .trimEnd()
    .replaceAll(/(?<=127\.0\.0\.1:)\d+/g, (port) => String(ports.get(Number(port)) ?? 'PORT'))
    .replaceAll(/(?<=^[*<>] )\d+\.\d{3}/gm, 'TIME')
    .replaceAll(/(?<="(?:time|ms)":)[\d.]+/g, 'TIME')
    .split('\n')
}

async function connectWith(io: FakeIo, port: number, ...flags: readonly string[]): Promise<void> {
  const code = main(['connect', ...flags, '127.0.0.1', String(port)], io)
  await Promise.race([io.stderr.until('hello'), io.stdout.until('hello')])
  io.stdin.end('hi\r\n')
  assert.equal(await code, 0)
}

test('connect --wire shows what the page shows', async () => {
  await using server = await serving()
  const [io, { port }] = [fakeIo(), server]
  await connectWith(io, port, '-q', '--wire')
  assert.deepEqual(plain(io.stderr.text, [port, 8000]), plain(shown[0] ?? ''))
  assert.equal(io.stdout.text, 'hello\nhi\r\n')
})

test('connect --json prints what the page shows', async () => {
  await using server = await serving()
  const [io, { port }] = [fakeIo(), server]
  await connectWith(io, port, '--json')
  assert.deepEqual(plain(io.stdout.text, [port, 8000]), plain(shown[3] ?? ''))
  for (const line of io.stdout.text.trimEnd().split('\n')) assertListed(line)
})

/** An object of the view has the keys that the page gives to its event, and no other. */
function assertListed(line: string): void {
  const { event, ...facts } = JSON.parse(line) as Readonly<Record<string, unknown>>
  const keys = EVENTS.find(([name]) => name === `\`${String(event)}\``)?.[1] ?? ''
  const missing = Object.keys(facts).filter((key) => key !== 'time' && !keys.includes(`\`${key}\``))
  assert.deepEqual(missing, [], String(event))
}

test('tap shows what the page shows', async () => {
  await using server = await serving()
  const [io, { port }] = [fakeIo(), server]
  const code = main(['tap', '0', `127.0.0.1:${port}`], io)
  const own = await portOfTap(io)
  await using client = await TcpSocket.connect(own, '127.0.0.1')
  assert.equal(await client.readLine(), 'hello')
  await client.send('hi\r\n')
  await client.shutdown()
  assert.equal(await client.readLine(), 'hi')
  assert.equal(await client.recv(), null)
  await io.stderr.until(': closed (')
  io.stop('SIGINT')
  assert.equal(await code, 0)
  assert.deepEqual(plain(io.stderr.text, [port, 8000], [own, 7000]), plain(shown[1] ?? ''))
})

test('tap shows a client that breaks off and a target that is gone as the page does', async () => {
  const server = await serving()
  const [io, { port }] = [fakeIo(), server]
  const code = main(['tap', '0', `127.0.0.1:${port}`], io)
  const own = await portOfTap(io)
  const first = await TcpSocket.connect(own, '127.0.0.1')
  assert.equal(await first.readLine(), 'hello')
  first.abort()
  await io.stderr.until('RST')
  await server.close()
  const second = await TcpSocket.connect(own, '127.0.0.1')
  await assert.rejects(second.recv(), { code: 'reset' })
  io.stop('SIGINT')
  assert.equal(await code, 0)
  assert.deepEqual(plain(io.stderr.text, [port, 8000], [own, 7000]), plain(shown[2] ?? ''))
})

async function portOfTap(io: FakeIo): Promise<number> {
  await io.stderr.until('passing on to')
  return Number(/127\.0\.0\.1:(\d+)/.exec(io.stderr.text)?.[1])
}

const EVENTS = table('| event | keys | when |')

test('the table of events lists each kind of WireNews', () => {
  const source = readFileSync(join(ROOT, 'packages/cli/src/wire/events.ts'), 'utf8')
  const kinds = [...source.matchAll(/readonly kind: ((?:'[a-z-]+'(?: \| )?)+)/g)]
    .flatMap(([, names = '']) => names.split(' | '))
    .map((name) => name.replaceAll("'", '`'))
  assert.deepEqual(new Set(EVENTS.map(([name]) => name)), new Set(kinds))
  assert.equal(EVENTS.length, kinds.length)
})

test('the table of flags lists those of tap, and the limits are those of the code', () => {
  const flags = new Set(tap.flags.flatMap(({ name, short }) => [`--${name}`, `-${short}`]))
  const listed = table('| flag | what |').flatMap(([flag = '', what = '']) =>
    [...`${flag} ${what}`.matchAll(/`(-+[a-z]+)/g)].map(([, name = '']) => name),
  )
  assert.deepEqual(
    listed.filter((name) => !flags.has(name)),
    [],
  )
  assert.match(page, new RegExp(`more than ${MAX_SHOWN} bytes at once`))
  assert.match(page, new RegExp(`${MAX_CLIENTS} clients are remembered`))
})

test('the page names every command whose --json is events', async () => {
  const loaded = await Promise.all(COMMANDS.map(async ({ name, load }) => [name, await load()] as const))
  const names = loaded.filter(([, { json }]) => json === 'events').map(([name]) => `\`${name}\``)
  const [, sentence = ''] = /With `--json`, (.*) print these events/.exec(page) ?? []
  assert.deepEqual(new Set(sentence.match(/`[a-z]+`/g)), new Set(names))
})

/** The rows of a table of the page, by its first line. */
function table(head: string): string[][] {
  const rows = page.slice(page.indexOf(head)).split('\n\n', 1)[0]?.split('\n').slice(2) ?? []
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
