import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Lookup, SocketError, TcpListener, TcpSocket } from '@partyline/sockets'
import { CommandError } from '../failure.ts'
import { parseCommandLine } from '../flags.ts'
import { main } from '../main.ts'
import { fakeIo } from '../testing/fake-io.ts'
import { resolveBy } from './resolve.ts'

const MIXED = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '192.0.2.1']

function knowing(...addresses: string[]): Lookup {
  return async (_host, family) =>
    addresses
      .map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      .filter((found) => family === 0 || found.family === family)
}

const failing =
  (code: string): Lookup =>
  async () => {
    throw Object.assign(new Error(`getaddrinfo ${code}`), { code })
  }

interface Outcome {
  readonly code?: number
  readonly error?: CommandError
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command with a resolver of the test. */
async function resolving(lookup: Lookup, ...args: string[]): Promise<Outcome> {
  const io = fakeIo()
  const command = resolveBy(lookup)
  const { values, words } = parseCommandLine(command.flags, args, {})
  try {
    const code = await command.run(values, words, io)
    return { code, stdout: io.stdout.text, stderr: io.stderr.text }
  } catch (error) {
    assert.ok(error instanceof CommandError, String(error))
    return { error, stdout: io.stdout.text, stderr: io.stderr.text }
  }
}

test('resolve prints the addresses in the order in which a connection tries them', async () => {
  const { code, stdout, stderr } = await resolving(knowing(...MIXED), 'example.com')
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(stdout, '2001:db8::1  IPv6\n192.0.2.1    IPv4\n2001:db8::2  IPv6\n2001:db8::3  IPv6\n')
})

test('resolve has the order of TcpSocket.connect', async () => {
  const closed = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in closed.address ? closed.address.port : 0
  await closed.close()
  const lookup = knowing('127.0.0.1', '127.0.0.2', '127.0.0.3', '::1')
  const { stdout } = await resolving(lookup, 'example.com', String(port))
  const error = await TcpSocket.connect({ host: 'example.com', port, lookup }).catch(
    (failed: unknown) => failed,
  )
  assert.ok(SocketError.is(error))
  const tried = error.attempts?.map(({ remote }) =>
    remote !== undefined && 'host' in remote ? remote.host : '',
  )
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    tried,
  )
})

test('resolve prints the port of a service, by name or number, for TCP or with -u for UDP', async () => {
  const lookup = knowing('192.0.2.1')
  for (const [args, line] of [
    [['example.com', 'http'], '192.0.2.1  IPv4  tcp port 80'],
    [['example.com', '5000'], '192.0.2.1  IPv4  tcp port 5000'],
    [['example.com:http'], '192.0.2.1  IPv4  tcp port 80'],
    [['-u', 'example.com', 'ntp'], '192.0.2.1  IPv4  udp port 123'],
    [['[::1]:https'], '::1  IPv6  tcp port 443'],
    [['::1', 'https'], '::1  IPv6  tcp port 443'],
    [['127.0.0.1'], '127.0.0.1  IPv4'],
  ] as const) {
    const { stdout } = await resolving(lookup, ...args)
    assert.equal(stdout, `${line}\n`, args.join(' '))
  }
})

test('resolve -4 and -6 ask for one family', async () => {
  const lookup = knowing(...MIXED)
  assert.equal((await resolving(lookup, '-4', 'example.com')).stdout, '192.0.2.1  IPv4\n')
  assert.equal((await resolving(lookup, '-6', 'example.com')).stdout.split('\n').length, 4)
})

test('resolve -v says who was asked and how long it took', async () => {
  const lookup = knowing(...MIXED)
  assert.match(
    (await resolving(lookup, '-v', 'example.com')).stderr,
    /^\* the resolver gave 4 addresses in [\d.]+ ms\n$/,
  )
  assert.match((await resolving(lookup, '-4v', 'example.com')).stderr, /gave 1 address in/)
  assert.equal((await resolving(lookup, '-v', '::1')).stderr, '* ::1 is an address: nobody was asked\n')
  assert.equal((await resolving(lookup, '-qv', '::1')).stderr, '')
})

test('resolve --json writes an object for each address', async () => {
  const { stdout } = await resolving(knowing('192.0.2.1', '2001:db8::1'), '--json', 'example.com', 'http')
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const facts = { host: 'example.com', type: 'tcp', port: 80, ms: objects[0].ms }
  assert.deepEqual(objects, [
    { ...facts, address: '192.0.2.1', family: 4 },
    { ...facts, address: '2001:db8::1', family: 6 },
  ])
  assert.deepEqual(Object.keys(JSON.parse((await resolving(knowing(), '--json', '::1')).stdout)), [
    'host',
    'address',
    'family',
    'type',
    'ms',
  ])
})

for (const [name, lookup, args, exitCode, sentence, hint] of [
  [
    'an unknown name',
    failing('ENOTFOUND'),
    ['nobody.invalid'],
    3,
    'no address found for "nobody.invalid".',
    'Nobody knows that name (ENOTFOUND). Check the spelling.',
  ],
  [
    'a name server that is away',
    failing('EAI_AGAIN'),
    ['a.example'],
    3,
    'no address found for "a.example".',
    'Is this machine on a network, and does its name server answer? (EAI_AGAIN)',
  ],
  [
    'a name without addresses',
    knowing(),
    ['a.example'],
    3,
    'no address found for "a.example".',
    'Nobody knows that name. Check the spelling.',
  ],
  [
    'a name without addresses of a family',
    knowing('192.0.2.1'),
    ['-6', 'a.example'],
    3,
    'no IPv6 address found for "a.example".',
    'It has IPv4 addresses: try without -6.',
  ],
  [
    'an address of the other family',
    knowing(),
    ['-4', '::1'],
    3,
    'no IPv4 address found for "::1".',
    'It has IPv6 addresses: try without -4.',
  ],
  [
    'a URL',
    failing('ENOTFOUND'),
    ['http://a.example/'],
    3,
    'no address found for "http://a.example/".',
    'That is a URL: only the host in it has addresses.',
  ],
  [
    'an unknown service',
    knowing('192.0.2.1'),
    ['a.example', 'no-such-service'],
    3,
    'no service of TCP is called "no-such-service".',
    'Say its port instead.',
  ],
  [
    'a service of UDP',
    knowing('192.0.2.1'),
    ['a.example', 'tftp'],
    3,
    'no service of TCP is called "tftp".',
    'There is one of UDP: try with --udp.',
  ],
  [
    'a service of TCP',
    knowing('192.0.2.1'),
    ['-u', 'a.example', 'telnet'],
    3,
    'no service of UDP is called "telnet".',
    'There is one of TCP: try without --udp.',
  ],
  [
    'a number that is no port',
    knowing('192.0.2.1'),
    ['a.example', '99999'],
    2,
    '99999 is not a port. Ports go from 1 to 65535.',
    undefined,
  ],
  ['no name', knowing(), [], 2, 'no name was given.', 'partyline resolve NAME [SERVICE]'],
  ['an empty name', knowing(), [''], 2, 'no name was given.', 'partyline resolve NAME [SERVICE]'],
  ['a service alone', knowing(), [':http'], 2, 'no name was given.', 'partyline resolve NAME [SERVICE]'],
  [
    'a resolver that does not answer',
    () => new Promise<never>(() => {}),
    ['-w', '0.02', 'a.example'],
    5,
    'the resolver has not answered about "a.example" for 0.02 s.',
    'Is this machine on a network, and does its name server answer?',
  ],
  [
    'a resolver that fails',
    failing('EMFILE'),
    ['a.example'],
    1,
    'cannot resolve: a.example: too many open files and sockets.',
    undefined,
  ],
] as const) {
  test(`resolve ends with ${exitCode} for ${name}`, async () => {
    const { error, stdout } = await resolving(lookup, ...args)
    assert.deepEqual([error?.exitCode, error?.message, error?.hints[0]], [exitCode, sentence, hint])
    assert.equal(stdout, '')
  })
}

test('resolve is a command, and asks the system', async () => {
  const io = fakeIo()
  assert.equal(await main(['resolve', '-4', 'localhost', 'https'], io), 0)
  assert.equal(io.stdout.text, '127.0.0.1  IPv4  tcp port 443\n')
})

test('resolve leaves with the code of the signal that stops it', async () => {
  const io = fakeIo()
  const command = resolveBy(async () => {
    io.stop('SIGINT')
    return []
  })
  const { values, words } = parseCommandLine(command.flags, ['a.example'], {})
  assert.equal(await command.run(values, words, io), 130)
})
