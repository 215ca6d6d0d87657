/** The flags that many commands share mean the same in each of them. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { main } from '../packages/cli/src/main.ts'
import { type FakeIo, fakeIo } from '../packages/cli/src/testing/fake-io.ts'

const HOST = '127.0.0.1'

/** A peer that sends back what comes, and closes after it. */
async function echo(): Promise<{ port: string } & AsyncDisposable> {
  const listener = await TcpListener.listen(0)
  void listener.serve(async (socket) => {
    const bytes = await socket.recv()
    if (bytes !== null) await socket.send(bytes)
  })
  const { address } = listener
  return {
    port: String('port' in address ? address.port : 0),
    [Symbol.asyncDispose]: () => listener.close({ drain: 0 }),
  }
}

interface Started {
  readonly io: FakeIo
  readonly code: Promise<number>
}

const { PATH } = process.env

function start(argv: readonly string[], input: string | undefined, env = {}): Started {
  const io = fakeIo({ PATH, ...env })
  if (input !== undefined) io.stdin.end(input)
  return { io, code: main(argv, io) }
}

/** Says something to a program that listens, as soon as it has said where; then it is asked to stop. */
async function visit({ io }: Started): Promise<void> {
  const where = /(?:listening on|waiting on|Listening on) \S*:(\d+)/
  await Promise.race([io.stderr.until(where), io.stdout.until(where)])
  const [, port] = where.exec(io.stderr.text + io.stdout.text) ?? []
  await using socket = await TcpSocket.connect(Number(port), HOST)
  await socket.send('hello\n')
  await socket.shutdown()
  while ((await socket.recv()) !== null);
}

// A command line for each command that opens sockets; those that listen are visited.
const LINES: ReadonlyMap<
  string,
  (port: string) => { args: readonly string[]; input?: string; visited?: true }
> = new Map([
  ['connect', (port: string) => ({ args: [HOST, port], input: 'hello\n' })],
  ['listen', () => ({ args: ['--echo', HOST, '0'], visited: true })],
  ['talk', () => ({ args: ['--listen', '0'], input: 'hi\n', visited: true })],
  ['service', () => ({ args: ['greeter', '0'], visited: true })],
  ['get', (port: string) => ({ args: [`http://${HOST}:${port}/`] })],
  ['resolve', () => ({ args: ['localhost', '80'] })],
  ['check', (port: string) => ({ args: ['hello', HOST, port, '--only', 'echoes', '-w', '0.5'] })],
  [
    'repl',
    (port: string) => ({ args: [], input: `const s = await TcpSocket.connect(${port}, '${HOST}')\n` }),
  ],
])

describe('--wire', { concurrency: 4 }, () => {
  for (const [name, line] of LINES) {
    test(`--wire=FILE of ${name} writes what happens on the wire, and nothing of it elsewhere`, async () => {
      await using peer = await echo()
      const folder = await mkdtemp(join(tmpdir(), 'partyline-'))
      const file = join(folder, 'wire')
      const { args, input, visited } = line(peer.port)
      const program = start([name, ...args, `--wire=${file}`], input)
      if (visited === true) {
        await visit(program)
        program.io.stop('SIGINT')
      }
      await program.code
      const events = await readFile(file, 'utf8')
      await rm(folder, { recursive: true })
      if (name === 'resolve') assert.match(events, /^\* \d+\.\d{3} resolved localhost: .*127\.0\.0\.1/)
      else assert.match(events, /^\* \d+\.\d{3} (?:connected from|accepted) 127\.0\.0\.1:\d+/m)
      assert.doesNotMatch(program.io.stderr.text, /^[*<>] \d+\.\d{3} /m)
    })
  }
})

test('--quiet of service leaves only what it is asked for', async () => {
  const program = start(['service', 'greeter', '0', '--quiet'], undefined)
  await visit(program)
  program.io.stop('SIGTERM')
  assert.equal(await program.code, 0)
  assert.equal(program.io.stderr.text, '')
})

describe('--color', () => {
  const COLOURED = '\u001b[33m> '
  for (const [flag, isColoured] of [
    ['--color', true],
    ['--no-color', false],
  ] as const) {
    test(`${flag} decides whether connect colours its wire view`, async () => {
      await using peer = await echo()
      const { io, code } = start(['connect', '-x', flag, HOST, peer.port], 'hello\n', { FORCE_COLOR: '' })
      assert.equal(await code, 0)
      assert.equal(io.stderr.text.includes(COLOURED), isColoured)
    })

    test(`${flag} decides whether tap colours its wire view`, async () => {
      await using peer = await echo()
      const program = start(['tap', flag, '0', peer.port], undefined)
      await visit(program)
      program.io.stop('SIGINT')
      assert.equal(await program.code, 0)
      assert.equal(program.io.stderr.text.includes(COLOURED), isColoured)
    })
  }
})

test('--ipv6 of tap finds no IPv4 address to pass on to', async () => {
  await using peer = await echo()
  const program = start(['tap', '-6', '0', `${HOST}:${peer.port}`], undefined)
  await assert.rejects(visit(program), { code: 'reset' })
  program.io.stop('SIGINT')
  await program.code
  assert.match(program.io.stderr.text, /not an IPv6 address|no address/)
})
