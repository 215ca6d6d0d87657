import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TcpSocket } from '@partyline/sockets'
import { freePort } from '../check/free-port.ts'
import { all, startListening, terminalIo } from '../listen/testing/listening.ts'
import { main } from '../main.ts'
import { fakeIo } from '../testing/fake-io.ts'
import { NO_NAME } from '../testing/no-name.ts'

const FIXTURES = fileURLToPath(new URL('../../../sockets/src/testing/fixtures', import.meta.url))
const [CERT, KEY] = [join(FIXTURES, 'localhost.cert.pem'), join(FIXTURES, 'localhost.key.pem')]

/** What it says when it cannot, and the exit code. */
async function refusal(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const io = fakeIo()
  const code = await main(['listen', ...args], io)
  assert.equal(io.stdout.text, '')
  return { code, lines: io.stderr.text.split('\n').slice(0, -1) }
}

test('listen refuses what cannot be meant', async () => {
  for (const [args, sentence] of [
    [[], 'the port is missing. Say PORT, HOST PORT or HOST:PORT, like 5000 or [::1]:5000.'],
    [['99999'], '99999 is not a port. Ports go from 1 to 65535; 0 picks a free one.'],
    [['abc'], 'abc is not a port. Ports go from 1 to 65535; 0 picks a free one.'],
    [['0', '--echo', '--chat'], '--echo and --chat do not go together: choose one.'],
    [['0', '--reply', 'x', '--exec', 'y'], '--reply and --exec do not go together: choose one.'],
    [['0', '--reply', '\\q'], '--reply does not know \\q.'],
    [['0', '--chat', '--once'], '--chat with --once would be a chat of one.'],
    [['localhost', '0', '-n'], 'localhost is a name, and --numeric takes addresses only.'],
    [['0', '--max', '0'], '--max 0 is not a whole number from 1 to 65535.'],
    [['0', '-4', '-6'], 'there is no address that is both IPv4 and IPv6: give -4 or -6.'],
    [['0', '--tls-cert', CERT], 'TLS needs a certificate and its key: --tls-key is missing.'],
    [['0', '--tls-cert', '/none', '--tls-key', KEY], 'cannot read --tls-cert /none (ENOENT).'],
    [['-u', '0', '--tls-cert', CERT, '--tls-key', KEY], 'TLS does not go with --udp.'],
    [['-U', '/tmp/x', '5000'], '--unix is a path instead of a port: give one or the other.'],
    [['5000', '-p', '5000'], 'the port is given twice: 5000 and --port 5000.'],
    [
      ['0.0.0.0', '0', '--exec', 'cat'],
      '--exec on 0.0.0.0 would run that program for everybody who can reach this machine.',
    ],
  ] as const) {
    const { code, lines } = await refusal(...args)
    assert.deepEqual([code, lines[0]], [2, `partyline: ${sentence}`])
  }
})

test('listen says that a certificate cannot be used', async () => {
  const { code, lines } = await refusal('0', '--tls-cert', KEY, '--tls-key', KEY)
  assert.equal(code, 2)
  assert.match(lines[0] ?? '', /^partyline: the certificate or its key cannot be used: /)
})

test('listen says that it cannot listen: 7 for the port and the address, 3 for the name', async (t) => {
  const { port } = await startListening(t)
  assert.deepEqual(await refusal(String(port)), {
    code: 7,
    lines: [
      `partyline: port ${port} is taken.`,
      `  Use another:  partyline listen ${port === 65_535 ? 5000 : port + 1}`,
      `  See who has it:  ${process.platform === 'linux' ? 'ss -ltnp' : 'netstat -an'}`,
    ],
  })
  assert.deepEqual(await refusal('192.0.2.1', '0'), {
    code: 7,
    lines: [
      'partyline: cannot listen: 192.0.2.1:0: that address is not one of this machine.',
      '  Give an address of this machine, or 0.0.0.0 for all of them.',
    ],
  })
  assert.deepEqual(await refusal('-6', '127.0.0.1', '0'), {
    code: 3,
    lines: [
      'partyline: no address found: 127.0.0.1: that is not an IPv6 address.',
      '  To see what the resolver says:  partyline resolve 127.0.0.1',
    ],
  })
})

/** Containers often have none. */
const HAS_IPV6 = Object.values(networkInterfaces()).some((own) =>
  own?.some(({ address }) => address === '::1'),
)
const IPV6_PLACES = [
  [['-6', '0'], /^\* listening on \[::1\]:\d+\n$/],
  [['[::1]:0'], /^\* listening on \[::1\]:\d+\n$/],
] as const

test('listen understands the flags of nc, and listens where it is told', async (t) => {
  const { code } = await refusal(NO_NAME, '0')
  assert.equal(code, 3)
  for (const [args, where] of [
    [['-lkvnp', '0'], /^\* listening on 127\.0\.0\.1:\d+\n$/],
    [['-l', '-N', '-s', '127.0.0.1', '-p0'], /^\* listening on 127\.0\.0\.1:\d+\n$/],
    [['127.0.0.1:0'], /^\* listening on 127\.0\.0\.1:\d+\n$/],
    ...(HAS_IPV6 ? IPV6_PLACES : []),
    [['0.0.0.0', '0', '-e', 'cat', '--exec-for-anyone'], /^\* listening on 0\.0\.0\.0:\d+\n$/],
  ] as const) {
    const io = fakeIo()
    t.after(() => io.stop('SIGINT'))
    const code = main(['listen', ...args], io)
    await io.stderr.until('\n')
    assert.match(io.stderr.text, where)
    io.stop('SIGINT')
    assert.equal(await code, 0)
  }
})

test('listen speaks TLS, and says whose handshake failed', async (t) => {
  const { io, port, connect } = await startListening(t, ['--tls-cert', CERT, '--tls-key', KEY])
  assert.match(io.stderr.text, /^\* listening on 127\.0\.0\.1:\d+ \(TLS\)\n$/)
  const plain = await connect()
  await plain.send('GET / HTTP/1.0\r\n\r\n')
  await io.stderr.until(/127\.0\.0\.1:\d+ could not come in: the TLS handshake failed.*\n/)
  const tls = { rejectUnauthorized: false, servername: 'localhost' }
  await using client = await TcpSocket.connect(port, '127.0.0.1', { tls })
  await client.send('secret')
  await io.stdout.until('secret')
})

test('listen --unix listens on a path, whose clients have numbers for names', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-'))
  const path = join(folder, 'socket')
  const io = fakeIo()
  t.after(async () => {
    io.stop('SIGINT')
    await code
    await rm(folder, { recursive: true })
  })
  const code = main(['listen', '--unix', path, '--echo'], io)
  await io.stderr.until(`* listening on ${path}\n`)
  await using client = await TcpSocket.connect({ path })
  await client.send('hello\n')
  assert.equal(await client.readLine(), 'hello')
  await io.stderr.until('* client 1 connected (1 here)\n')
  const second = await refusal('-U', path)
  assert.equal(second.code, 7)
  assert.match(second.lines[0] ?? '', /another program listens there/)
})

test('listen --quiet says nothing, and --json leaves standard output to the events', async (t) => {
  for (const flag of ['--quiet', '--json']) {
    const port = await freePort('tcp', '127.0.0.1')
    const io = fakeIo()
    t.after(() => io.stop('SIGINT'))
    const code = main(['listen', String(port), flag], io)
    const client = await connectSoon(port)
    io.stdin.write('hello\n')
    assert.equal(await client.readLine(), 'hello')
    await client.send('payload')
    await client.shutdown()
    assert.equal(await all(client), '')
    io.stop('SIGINT')
    assert.equal(await code, 0)
    assert.equal(io.stderr.text, '')
    if (flag === '--quiet') assert.equal(io.stdout.text, 'payload')
    else assert.doesNotMatch(io.stdout.text, /^(?!\{)./m)
  }
})

/** Connects to a listener that does not say when it is there. */
async function connectSoon(port: number): Promise<TcpSocket> {
  for (;;) {
    const socket = await TcpSocket.connect(port, '127.0.0.1').catch(() => undefined)
    if (socket !== undefined) return socket
  }
}

test("listen --raw hands a client's bytes to the terminal as they are; otherwise controls are shown", async (t) => {
  for (const [flags, shown] of [
    [['--raw'], '\u001b[31mred\n'],
    [[], '␛[31mred'],
  ] as const) {
    const { io, connect } = await startListening(t, flags, terminalIo())
    const client = await connect()
    await client.send('\u001b[31mred\n')
    await io.stdout.until(shown)
    assert.equal(io.stdout.text.includes('\u001b[31mred'), flags.length > 0)
  }
})
