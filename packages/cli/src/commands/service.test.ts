import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyPassword } from '@partyline/chat'
import { TcpListener, TcpSocket, UdpSocket } from '@partyline/sockets'
import { main } from '../main.ts'
import { type FakeIo, fakeIo } from '../testing/fake-io.ts'

/** Runs a service; resolves when it listens. */
async function start(io: FakeIo, ...args: string[]): Promise<{ port: number; code: Promise<number> }> {
  const code = main(['service', ...args], io)
  await Promise.race([io.stdout.until('\n'), code])
  const port = /(?:Listening on (?:udp )?127\.0\.0\.1:|"port":)(\d+)/.exec(io.stdout.text)?.[1]
  assert.notEqual(port, undefined, `${io.stdout.text}${io.stderr.text}`)
  return { port: Number(port), code }
}

async function exchange(port: number, input: string): Promise<string> {
  await using socket = await TcpSocket.connect(port, '127.0.0.1')
  await socket.send(input)
  await socket.shutdown()
  const pieces: Buffer[] = []
  for await (const piece of socket) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

test('service says where it listens, serves, and ends with 0 when it is asked to stop', async () => {
  for (const [name, signal, input, answer] of [
    ['hello', 'SIGINT', 'hi', 'hello\nhi'],
    ['echo', 'SIGTERM', 'hi', 'hi'],
    ['greeter', 'SIGINT', 'ann\r\n', 'Hi ann\n'],
    ['commands', 'SIGTERM', '?\n', 'wrong option selected\n'],
  ] as const) {
    const io = fakeIo()
    const { port, code } = await start(io, name, '0')
    assert.equal(await exchange(port, input), answer)
    io.stop(signal)
    assert.equal(await code, 0)
    assert.equal(io.stdout.text, `Listening on 127.0.0.1:${port}\n`)
    assert.equal(io.stderr.text, '')
    await assert.rejects(TcpSocket.connect(port, '127.0.0.1'), { code: 'refused' })
  }
})

test('service commands ends with 0 at E', async () => {
  const { port, code } = await start(fakeIo(), 'commands', '0')
  assert.equal(await exchange(port, 'E\n'), '')
  assert.equal(await code, 0)
})

test('service commands --allow-exit ends at E beyond loopback too', async () => {
  for (const [flags, answer] of [
    [[], 'this server is not to be ended from here\n'],
    [['--allow-exit'], ''],
  ] as const) {
    const io = fakeIo()
    const code = main(['service', 'commands', '0', '--host', '0.0.0.0', ...flags], io)
    await io.stdout.until(/^Listening on 0\.0\.0\.0:\d+\n$/)
    assert.equal(await exchange(Number(io.stdout.text.split(':')[1]), 'E\n'), answer)
    if (answer !== '') io.stop('SIGTERM')
    assert.equal(await code, 0)
  }
})

test('service login lets in one user, whose password comes from the environment', async () => {
  const io = fakeIo({ PARTYLINE_PASSWORD: '12345' })
  const { port, code } = await start(io, 'login', '0', '--user', 'admin')
  assert.equal(await exchange(port, 'admin\r\n12345\r\n'), 'hello admin, welcome to the server\n')
  io.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('service login lets in the users of a file that service login --hash helped to write', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-users-'))
  t.after(() => rm(folder, { recursive: true }))
  const maker = fakeIo()
  maker.stdin.end('open sesame\n')
  assert.equal(await main(['service', 'login', '--hash', '--user', 'ann'], maker), 0)
  const path = join(folder, 'users')
  await writeFile(path, `# the club\n${maker.stdout.text}`)
  await chmod(path, 0o644) // whatever the umask is
  const io = fakeIo()
  const { port, code } = await start(io, 'login', '0', '--users', path)
  assert.equal(await exchange(port, 'ann\nopen sesame\n'), 'hello ann, welcome to the server\n')
  io.stop('SIGTERM')
  assert.equal(await code, 0)
  if (process.platform !== 'win32') {
    assert.equal(io.stderr.text, `* others can read ${path}: chmod 600 ${path}\n`)
  }
})

test('service login --hash prints the hash alone, or an object', async () => {
  const io = fakeIo({ PARTYLINE_PASSWORD: 'open sesame' })
  assert.equal(await main(['service', 'login', '--hash'], io), 0)
  assert.equal(await verifyPassword('open sesame', io.stdout.text.trim()), true)
  const json = fakeIo({ PARTYLINE_PASSWORD: 'open sesame' })
  assert.equal(await main(['service', 'login', '--hash', '--user', 'ann', '--json'], json), 0)
  assert.match(json.stdout.text, /^\{"user":"ann","hash":"\$argon2id\$.*"\}\n$/)
})

test('service login ends with 130 when the person leaves instead of giving a password', async () => {
  const io = fakeIo()
  Object.assign(io.stdin, { isTTY: true })
  const code = main(['service', 'login', '0', '--user', 'ann'], io)
  await io.stderr.until('Password for ann: ')
  io.stdin.write('\u0003')
  assert.equal(await code, 130)
  assert.equal(io.stdout.text, '')
})

test('service udp-echo says to whom it echoes', async () => {
  const io = fakeIo()
  const { port, code } = await start(io, 'udp-echo', '0')
  await using client = await UdpSocket.bind()
  await client.sendTo('hello', port, '127.0.0.1')
  assert.equal((await client.recvFrom()).data.toString(), 'hello')
  await io.stdout.until(`\nEchoing data back to ('127.0.0.1', ${client.local.port})\n`)
  io.stop('SIGINT')
  assert.equal(await code, 0)
})

test('service udp-log prints each datagram as one line, or as an object', async () => {
  await using client = await UdpSocket.bind()
  for (const [flags, pattern] of [
    [[], /\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} udp_server {6}DEBUG\tb'\\x1b\[2Jhello\\n'\n$/],
    [
      ['--json'],
      /\n\{"event":"logged","time":"\S+Z","from":"127\.0\.0\.1:\d+","bytes":10,"text":"\\u001b\[2Jhello\\n"\}\n$/,
    ],
  ] as const) {
    const io = fakeIo()
    const { port, code } = await start(io, 'udp-log', '0', ...flags)
    await client.sendTo('\u001b[2Jhello\n', port, '127.0.0.1')
    await io.stdout.until(pattern)
    assert.equal(io.stdout.text.split('\n').length, 3)
    io.stop('SIGINT')
    assert.equal(await code, 0)
  }
})

test('service --json says where it listens as an object', async () => {
  const io = fakeIo()
  const { port, code } = await start(io, 'hello', '0', '--json')
  io.stop('SIGTERM')
  assert.equal(await code, 0)
  assert.deepEqual(JSON.parse(io.stdout.text), {
    event: 'listening',
    service: 'hello',
    transport: 'tcp',
    host: '127.0.0.1',
    port,
    family: 4,
  })
})

test('service ends at once when it was asked to stop before it listened', async () => {
  const io = fakeIo()
  io.stop('SIGINT')
  assert.equal(await main(['service', 'hello', '0'], io), 0)
})

test('service says that the port is taken', async () => {
  await using other = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in other.address ? other.address.port : 0
  const io = fakeIo()
  assert.equal(await main(['service', 'hello', String(port)], io), 7)
  assert.equal(io.stdout.text, '')
  const [sentence, hint] = io.stderr.text.split('\n')
  assert.equal(sentence, `partyline: port ${port} is taken.`)
  assert.equal(hint, `  Use another:  partyline service hello ${port + 1}`)
})

for (const { args, env, sentence } of [
  { args: [], sentence: 'which service? One of hello, echo, greeter, login, commands, udp-echo, udp-log.' },
  { args: ['hallo'], sentence: 'there is no service "hallo". Did you mean hello?' },
  { args: ['talk'], sentence: 'talk has a person at both ends, so it is a command of its own.' },
  {
    args: ['hello', '99999'],
    sentence: '99999 is not a port. Ports go from 1 to 65535; 0 picks a free one.',
  },
  {
    args: ['hello', 'no-such-service'],
    sentence: 'no-such-service is not a port. Ports go from 1 to 65535; 0 picks a free one.',
  },
  { args: ['hello', '--user', 'ann'], sentence: '--user is for login, not for hello.' },
  { args: ['echo', '--hash'], sentence: '--hash is for login, not for echo.' },
  { args: ['login', '--allow-exit'], sentence: '--allow-exit is for commands, not for login.' },
  {
    args: ['hello', '--host', '127.0.0.1,::1'],
    sentence: 'a service listens on one address. For all of them:  --host ::',
  },
  { args: ['login'], sentence: 'login needs somebody who may log in: --user NAME, or --users FILE.' },
  {
    args: ['login', '--user', 'ann'],
    sentence: 'there is no password, and no terminal to ask for one at: set PARTYLINE_PASSWORD.',
  },
  { args: ['login', '--user', 'a:b'], sentence: '--user a:b is no name: it has a colon, or begins with #.' },
  {
    args: ['login', '--user', 'ann', '--users', 'users'],
    sentence: 'give --user or --users, not both: put the user into the file.',
  },
  { args: ['login', '--users', '-'], sentence: '--users needs a file.' },
  {
    args: ['login', '--user', 'admin', '--host', '0.0.0.0'],
    env: { PARTYLINE_PASSWORD: '12345' },
    sentence: 'everybody knows the password 12345: not for other machines.',
  },
]) {
  test(`service ${args.join(' ')} says: ${sentence}`, async () => {
    const io = fakeIo(env)
    assert.equal(await main(['service', ...args], io), 2)
    assert.equal(io.stdout.text, '')
    assert.equal(io.stderr.text.split('\n')[0], `partyline: ${sentence}`)
  })
}

test('service login beyond loopback says that nothing is encrypted', async () => {
  const io = fakeIo({ PARTYLINE_PASSWORD: 'open sesame' })
  const code = main(['service', 'login', '0', '--user', 'ann', '--host', '0.0.0.0'], io)
  await io.stderr.until('* not encrypted: whoever is on the way can read names and passwords\n')
  io.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('service takes the name of a port', async () => {
  const io = fakeIo()
  const code = await main(['service', 'hello', 'http', '--host', '192.0.2.1'], io)
  assert.equal(code, 7)
  assert.match(io.stderr.text, /192\.0\.2\.1:80/)
})
