import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { ListenOptions } from './listen-options.ts'
import { TcpSocket } from './tcp-socket.ts'
import { channels, type Telemetry } from './telemetry.ts'
import { fails } from './testing/checks/check.ts'
import { cert, key, listening, localPair, until } from './testing/local-pair.ts'
import { deadPort } from './testing/own-host.ts'
import { UdpSocket } from './udp-socket.ts'

/** What was published: the channel's name and the message. */
type Entry = { [Name in keyof Telemetry]: readonly [Name, Telemetry[Name]] }[keyof Telemetry]

/** Everything that is published during a test. */
function record(t: TestContext): Entry[] {
  const entries: Entry[] = []
  for (const name of Object.keys(channels) as (keyof Telemetry)[]) {
    const listen = (message: unknown): void => {
      entries.push([name, message] as Entry)
    }
    channels[name].subscribe(listen)
    t.after(() => channels[name].unsubscribe(listen))
  }
  return entries
}

/** What was published about one socket, in short. */
function storyOf(socket: TcpSocket, entries: readonly Entry[]): string[] {
  return entries.flatMap(([name, message]) => {
    if (!('socket' in message) || message.socket !== socket) return []
    if ('data' in message) return [`${name} ${Buffer.from(message.data).toString()}`]
    if ('by' in message) return [`${name} by ${message.by}`]
    return 'via' in message ? [`${name} via ${message.via}`] : [name]
  })
}

for (const kind of ['TCP', 'Unix-domain']) {
  test(`TcpSocket over ${kind} publishes what comes and goes and both ends, in their order`, (t) =>
    tellsBothStories(t, kind === 'TCP' ? {} : { path: socketPath(t) }))
}

function socketPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'partyline-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'socket')
}

async function tellsBothStories(t: TestContext, listen: ListenOptions): Promise<void> {
  const entries = record(t)
  const [client, server] = await localPair(t, listen)
  await client.send('hi')
  assert.equal(String(await server.recv()), 'hi')
  await server.send('yes?')
  assert.equal(String(await client.recv()), 'yes?')
  await client.shutdown()
  assert.equal(await server.recv(), null)
  await server.close()
  assert.equal(await client.recv(), null)
  await client.close()
  await Promise.all([server.closed, client.closed])
  assert.deepEqual(storyOf(client, entries), [
    'open via connect',
    'sent hi',
    'received yes?',
    'ended by us',
    'ended by peer',
    'close',
  ])
  assert.deepEqual(storyOf(server, entries), [
    'open via accept',
    'received hi',
    'sent yes?',
    'ended by peer',
    'ended by us',
    'close',
  ])
}

test('TcpSocket publishes the sends of one turn as what they are: one write', async (t) => {
  const entries = record(t)
  const [client, server] = await localPair(t)
  for (const part of ['one ', 'two ', 'three']) void client.send(part)
  await client.send(['\n', Buffer.from('again')])
  assert.equal(String(await server.recvExactly(19)), 'one two three\nagain')
  assert.deepEqual(storyOf(client, entries).slice(1), ['sent one two three\nagain'])
  const large = Buffer.alloc(100_000, 'x')
  const [received] = await Promise.all([server.recvExactly(large.length), client.send(large)])
  assert.deepEqual(received, large)
  const parts = entries.flatMap(([name, message]) =>
    name === 'received' && message.socket === server ? [message.data] : [],
  )
  assert.equal(Buffer.concat(parts).length, 19 + large.length)
  assert.equal(storyOf(client, entries).length, 3)
})

test('TcpSocket publishes nothing of a write that an abort threw away, but the reset', async (t) => {
  const entries = record(t)
  const [client, server] = await localPair(t)
  void client.send('never seen')
  client.abort()
  await Promise.all([client.closed, fails(server.recv(), 'reset'), server.closed])
  assert.deepEqual(storyOf(client, entries), ['open via connect', 'reset', 'close'])
  assert.deepEqual(storyOf(server, entries), ['open via accept', 'close'])
  const [closed] = entries.flatMap(([name, message]) =>
    name === 'close' && message.socket === server ? [message.info] : [],
  )
  assert.equal(closed?.error?.code, 'reset')
})

test('TcpSocket publishes under TLS what is inside, and how long connecting took', async (t) => {
  const entries = record(t)
  const [client, server] = await localPair(
    t,
    { tls: { cert, key } },
    { host: 'localhost', family: 4, tls: { ca: cert } },
  )
  await client.send('secret')
  assert.equal(String(await server.recv()), 'secret')
  assert.deepEqual(storyOf(client, entries), ['open via connect', 'sent secret'])
  assert.deepEqual(storyOf(server, entries), ['open via accept', 'received secret'])
  const [open] = entries.flatMap(([name, message]) =>
    name === 'open' && message.socket === client ? [message] : [],
  )
  assert.ok(open?.ms !== undefined && open.ms >= 0)
})

test('TcpSocket.connect publishes the addresses of a name, and each attempt with its failure', async (t) => {
  const port = deadPort(t)
  const entries = record(t)
  const lookup = async (): Promise<{ address: string; family: number }[]> => [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ]
  await fails(TcpSocket.connect({ host: 'x', port, lookup }), 'refused')
  const remotes = ['127.0.0.1', '127.0.0.2'].map((host) => ({ host, port, family: 4 }))
  const ofConnecting = ['resolve', 'attempt', 'attemptFailed'] // a socket of another test may close meanwhile
  assert.deepEqual(
    entries
      .filter(([name]) => ofConnecting.includes(name))
      .map(([name, message]) => [
        name,
        'remote' in message ? message.remote : 'addresses' in message && message.addresses,
      ]),
    [
      ['resolve', remotes],
      ['attempt', remotes[0]],
      ['attemptFailed', remotes[0]],
      ['attempt', remotes[1]],
      ['attemptFailed', remotes[1]],
    ],
  )
})

test('TcpListener publishes that it listens, once', async (t) => {
  const entries = record(t)
  const listener = await listening(t)
  listener.suspend()
  await listener.resume()
  assert.deepEqual(
    entries.filter(([name]) => name === 'listening'),
    [['listening', { listener }]],
  )
})

test('UdpSocket publishes each datagram with the other end, also what is then dropped', async (t) => {
  const entries = record(t)
  await using server = await UdpSocket.bind(0, '127.0.0.1', { queue: 1 })
  await using client = await UdpSocket.bind(0, '127.0.0.1')
  await client.connect(server.local.port, '127.0.0.1')
  await client.send('one')
  await client.send(Buffer.from('two'))
  const of = (wanted: keyof Telemetry): unknown[] =>
    entries.flatMap(([name, message]) => {
      if (name !== wanted || !('data' in message)) return []
      return [
        [
          Buffer.from(message.data).toString(),
          'to' in message ? message.to : 'from' in message && message.from,
        ],
      ]
    })
  await until(() => of('datagramReceived').length === 2)
  assert.deepEqual(
    entries.filter(([name]) => name === 'bound'),
    [
      ['bound', { socket: server }],
      ['bound', { socket: client }],
    ],
  )
  assert.deepEqual(of('datagramSent'), [
    ['one', server.local],
    ['two', server.local],
  ])
  assert.deepEqual(of('datagramReceived'), [
    ['one', client.local],
    ['two', client.local],
  ])
  assert.equal(server.dropped, 1)
})
