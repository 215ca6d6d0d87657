import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { TcpSocket, UdpSocket } from '@partyline/sockets'
import { type OpenService, openService, type ServiceOptions } from './open-service.ts'
import type { ServiceName } from './table.ts'
import { collect } from './testing/collect.ts'
import type { LogRecord } from './udp-log.ts'

/** A service on a free port, until the test is over, and what it announces. */
async function opened(
  t: TestContext,
  name: ServiceName,
  options: ServiceOptions = {},
): Promise<{ service: OpenService; port: number; lines: string[] }> {
  const lines: string[] = []
  const service = await openService(name, { port: 0, announce: (line) => lines.push(line), ...options })
  t.after(() => service.close())
  return { service, port: service.address.port, lines }
}

/** What a client gets that sends this and then nothing more. */
async function exchange(port: number, input: string): Promise<string> {
  await using socket = await TcpSocket.connect(port, '127.0.0.1')
  await socket.send(input)
  await socket.shutdown()
  return Buffer.concat(await collect(socket)).toString()
}

const verify = async (name: string, password: string): Promise<boolean> =>
  name === 'admin' && password === '12345'

test('openService says where it listens, with the real port, and serves', async (t) => {
  for (const [name, input, answer] of [
    ['hello', 'hi', 'hello\nhi'],
    ['echo', 'hi', 'hi'],
    ['greeter', 'ann\n', 'Hi ann\n'],
    ['login', 'admin\n12345\n', 'hello admin, welcome to the server\n'],
    ['commands', 'x\n', 'wrong option selected\n'],
  ] as const) {
    const { port, lines } = await opened(t, name, { verify })
    assert.deepEqual(lines, [`Listening on 127.0.0.1:${port}`])
    assert.equal(await exchange(port, input), answer)
  }
})

test('openService serves clients of the tutorial, which send no newline and wait', async (t) => {
  const { port } = await opened(t, 'greeter')
  await using socket = await TcpSocket.connect(port, '127.0.0.1')
  await socket.send('ann')
  assert.equal((await socket.recv())?.toString(), 'Hi ann\n')
})

test('openService serves everybody while one never sends, one never reads and one resets', async (t) => {
  const { port } = await opened(t, 'echo')
  await using silent = await TcpSocket.connect(port, '127.0.0.1')
  const deaf = await TcpSocket.connect(port, '127.0.0.1', { recvHighWater: 1 })
  for (let n = 0; n < 100; n += 1) deaf.trySend(Buffer.alloc(64 * 1024))
  const rude = await TcpSocket.connect(port, '127.0.0.1')
  await rude.send('x')
  rude.abort()
  const texts = Array.from({ length: 50 }, (_, n) => `client ${n}`)
  assert.deepEqual(await Promise.all(texts.map((text) => exchange(port, text))), texts)
  assert.equal(silent.state, 'open')
  deaf.abort()
})

test('openService.close refuses new callers, ends those who wait, and loses no answer', async (t) => {
  // Where it can be, an address of our own: nobody else comes to listen on the port that is free then.
  const host = process.platform === 'linux' ? `127.${randomInt(1, 255)}.${randomInt(256)}.1` : '127.0.0.1'
  const { service, port } = await opened(t, 'echo', { host })
  await using socket = await TcpSocket.connect(port, host)
  const large = Buffer.alloc(1_000_000, 'x')
  const sent = socket.send(large)
  await socket.recvExactly(1000)
  await sent
  await socket.recvExactly(large.length - 1000)
  const closed = service.close()
  assert.equal(await socket.recv(), null) // an end, no reset
  await socket.close()
  await closed
  await service.closed
  await assert.rejects(TcpSocket.connect(port, host), { code: 'refused' })
  await service.close()
})

test('openService.close does not wait for a wrong login to be slow', async (t) => {
  const asked = Promise.withResolvers<void>()
  const { service, port } = await opened(t, 'login', {
    async verify() {
      asked.resolve()
      return false
    },
  })
  await using socket = await TcpSocket.connect(port, '127.0.0.1')
  await socket.send('admin\nwrong\n')
  await asked.promise
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate) // now it takes its time
  const closed = service.close()
  assert.equal(await socket.recv(), null)
  await socket.close()
  await closed
})

test('openService ends with E at the command server on loopback', async (t) => {
  const { service, port } = await opened(t, 'commands')
  await using other = await TcpSocket.connect(port, '127.0.0.1')
  assert.equal(await exchange(port, 'E\n'), '')
  assert.equal(await other.recv(), null)
  await other.close()
  await service.closed
})

test('openService does not end with E beyond loopback, unless that is allowed', async (t) => {
  const { service, port } = await opened(t, 'commands', { host: '0.0.0.0' })
  assert.equal(await exchange(port, 'E'), 'this server is not to be ended from here\n')
  assert.equal(await exchange(port, '?'), 'wrong option selected\n')
  await service.close()
  const allowed = await opened(t, 'commands', { host: '0.0.0.0', allowExit: true })
  assert.equal(await exchange(allowed.port, 'E'), '')
  await allowed.service.closed
})

test('openService checks two passwords at once, and everybody gets an answer', async (t) => {
  const two = Promise.withResolvers<void>()
  let running = 0
  const { port } = await opened(t, 'login', {
    async verify() {
      running += 1
      assert.ok(running <= 2)
      if (running === 2) two.resolve()
      await two.promise
      running -= 1
      return true
    },
  })
  const answers = await Promise.all(Array.from({ length: 30 }, () => exchange(port, 'ann\nx\n')))
  assert.deepEqual(new Set(answers), new Set(['hello ann, welcome to the server\n']))
})

test('openService reports a fault of its own, and serves the next one', async (t) => {
  const log: string[] = []
  const { port } = await opened(t, 'login', {
    verify: (name) => (name === 'ann' ? Promise.reject(new Error('broken')) : Promise.resolve(true)),
    log: (line) => log.push(line),
  })
  await assert.rejects(exchange(port, 'ann\nx\n'), { code: 'reset' })
  assert.equal(await exchange(port, 'bob\nx\n'), 'hello bob, welcome to the server\n')
  assert.equal(log[0], 'a connection ended by a fault of the server:')
  assert.match(log[1] ?? '', /^Error: broken$/)
})

test('openService echoes datagrams', async (t) => {
  const { service, port, lines } = await opened(t, 'udp-echo')
  await using client = await UdpSocket.bind()
  await client.sendTo('hello', port, '127.0.0.1')
  assert.equal((await client.recvFrom()).data.toString(), 'hello')
  await service.close()
  await service.closed
  assert.deepEqual(lines, [
    `Listening on 127.0.0.1:${port}`,
    `Echoing data back to ('127.0.0.1', ${client.local.port})`,
  ])
})

test('openService logs datagrams, as lines or as the caller likes', async (t) => {
  const first = Promise.withResolvers<string>()
  const lines: string[] = []
  const { port } = await opened(t, 'udp-log', {
    announce: (line) => {
      lines.push(line)
      if (lines.length === 2) first.resolve(line)
    },
  })
  await using client = await UdpSocket.bind()
  await client.sendTo('hello', port, '127.0.0.1')
  assert.match(await first.promise, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} udp_server {6}DEBUG\tb'hello'$/)
  assert.equal(lines[0], `Listening on udp 127.0.0.1:${port}`)

  const record = Promise.withResolvers<LogRecord>()
  const other = await opened(t, 'udp-log', { onRecord: record.resolve })
  await client.sendTo('hello', other.port, '127.0.0.1')
  assert.equal((await record.promise).from.port, client.local.port)
  assert.equal(other.lines.length, 1)
})

test('openService rejects when it cannot listen, and for what nobody can serve', async (t) => {
  const { port } = await opened(t, 'hello')
  await assert.rejects(openService('echo', { port }), { code: 'address-in-use' })
  const udp = await opened(t, 'udp-log')
  await assert.rejects(openService('udp-echo', { port: udp.port }), { code: 'address-in-use' })
  await assert.rejects(openService('talk', { port: 0 }), TypeError)
  await assert.rejects(openService('login', { port: 0 }), TypeError)
})
