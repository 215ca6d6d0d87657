/** What the settings make of the whole server. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError, TcpListener, TcpSocket } from '@partyline/sockets'
import type { ServerConfig } from './config.ts'
import { SLOW } from './doors/slow-readers.ts'
import { StatusDoorError } from './doors/status/error.ts'
import { type ChatServer, openServer } from './server.ts'
import { askHttp } from './testing/ask-http.ts'
import { FakeClock } from './testing/fake-clock.ts'

const CONFIG: ServerConfig = { hosts: ['127.0.0.1'], textPort: 0, name: 'Lab' }
/** Of this test file only: a port that was free on it is free a moment later too, whatever else runs here. */
const OWN_HOST = '127.0.0.31'

async function open(settings: Partial<ServerConfig>) {
  const [clock, announced, log]: [FakeClock, string[], string[]] = [new FakeClock(), [], []]
  const server = await openServer(
    { ...CONFIG, ...settings },
    { clock, announce: (line) => announced.push(line), log: (line) => log.push(line) },
  )
  return { server, clock, announced, log, [Symbol.asyncDispose]: () => closed(server, clock) }
}

async function closed(server: ChatServer, clock: FakeClock): Promise<void> {
  const done = server.close()
  await clock.advance(20_000)
  await done
}

async function enter({ textPort }: ChatServer, name: string): Promise<TcpSocket> {
  const socket = await TcpSocket.connect(textPort, '127.0.0.1')
  await socket.send(`${name}\n`)
  await socket.recvUntil(`${name} logged in\n`, { max: 1000 })
  return socket
}

async function hear(socket: TcpSocket, messages: number): Promise<void> {
  for (let heard = 0; heard < messages; ) if ((await socket.readLine())?.includes('::')) heard += 1
}

/** The numbers of /metrics by their names, without `partyline_`. */
async function samples({ statusAddresses }: ChatServer): Promise<ReadonlyMap<string, number>> {
  const { body } = await askHttp(statusAddresses[0]?.port ?? 0, '/metrics')
  const lines = body.matchAll(/^partyline_(\S+) (\S+)$/gm)
  return new Map([...lines].map(([, name = '', value]) => [name, Number(value)]))
}

test('openServer slows nobody with rateLimit false', async () => {
  await using stage = await open({ rateLimit: false, commitWindow: 0 })
  await using ann = await TcpSocket.connect(stage.server.textPort, '127.0.0.1')
  await ann.send(`ann\n${'hello\n'.repeat(2000)}last\n`) // the time stands still: who must wait would wait for ever
  await ann.recvUntil('ann::last\n', { max: 1_000_000, timeout: 60_000 })
})

test('openServer lets in as many as maxConnections says', async () => {
  await using stage = await open({ maxConnections: 1 })
  await using first = await TcpSocket.connect(stage.server.textPort, '127.0.0.1')
  await first.recvUntil('name:\n', { max: 1000 })
  await using second = await TcpSocket.connect(stage.server.textPort, '127.0.0.1')
  assert.equal(await second.readLine(), '-- this server is full; try again later')
})

test('openServer answers for its health and counts what happens, at webPort', async () => {
  await using stage = await open({ webPort: 0, commitWindow: 0 })
  const { server } = stage
  await using ann = await enter(server, 'ann')
  await ann.send('hello\n')
  await ann.recvUntil('ann::hello\n', { max: 1000 })
  const { port } = server.statusAddresses[0] ?? { port: 0 }
  assert.equal((await askHttp(port, '/healthz')).status, 200)
  const numbers = await samples(server)
  for (const [name, value] of [
    ['sessions', 1],
    ['people', 1],
    ['rooms', 1],
    ['messages_total', 1],
    ['deliveries_total', 2],
    ['connections_total', 1],
    ['commit_seconds_count', 1],
  ] as const) {
    assert.equal(numbers.get(name), value, name)
  }
  assert.doesNotMatch((await askHttp(port, '/metrics')).body, /hello/)
})

test('openServer counts who was refused and who was cut off, and what is queued meanwhile', async () => {
  await using stage = await open({ webPort: 0, rateLimit: false, commitWindow: 0, maxConnections: 2 })
  const { server, clock, log } = stage
  await using ann = await enter(server, 'ann')
  await using slow = await enter(server, 'slow')
  await using third = await TcpSocket.connect(server.textPort, '127.0.0.1')
  assert.equal(await third.readLine(), '-- this server is full; try again later')
  slow.node.pause() // from here on it takes nothing
  const block = `${'x'.repeat(4000)}\n`.repeat(50)
  let queued = 0
  for (let rounds = 0; !log.some((line) => line.startsWith('cut off')) && rounds < 500; rounds += 1) {
    await Promise.all([ann.send(block), hear(ann, 50)])
    queued = Math.max(queued, (await samples(server)).get('queued_bytes') ?? 0)
    await clock.advance(1000)
  }
  assert.ok(queued > SLOW.bytes, `${queued}`)
  const after = await samples(server)
  assert.equal(after.get('slow_readers_cut_total'), 1)
  assert.equal(after.get('connections_refused_total{reason="full"}'), 1)
  assert.equal(after.get('queued_bytes'), 0)
  assert.equal(after.get('sessions'), 1)
  assert.equal(after.get('faults_total'), 0)
})

test('openServer has no status door unless there is a port for it', async () => {
  await using stage = await open({})
  assert.deepEqual(stage.server.statusAddresses, [])
})

test('openServer rejects with a StatusDoorError when webPort is taken, and leaves nothing open', async () => {
  await using other = await TcpListener.listen(0, '127.0.0.1')
  await using probe = await TcpListener.listen(0, OWN_HOST)
  const portOf = ({ address }: TcpListener): number => ('port' in address ? address.port : 0)
  const textPort = portOf(probe)
  await probe.close()
  await assert.rejects(open({ hosts: [OWN_HOST], textPort, webPort: portOf(other) }), (error) => {
    return error instanceof StatusDoorError && SocketError.is(error.cause, 'address-in-use')
  })
  await assert.rejects(TcpSocket.connect(textPort, OWN_HOST), (error) => SocketError.is(error, 'refused'))
})
