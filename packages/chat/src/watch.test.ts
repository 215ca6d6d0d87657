import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError } from '@partyline/sockets'
import { StatusDoorError } from './doors/status/error.ts'
import { askHttp } from './testing/ask-http.ts'
import { Watch, type Watched } from './watch.ts'

const NUMBERS = {
  sessions: 4,
  isFull: false,
  accepted: 9,
  refused: { full: 0, 'many-at-once': 0, 'many-new': 0 },
  deliveries: 1,
  queuedBytes: 2,
  slowReadersCut: 0,
  faults: 0,
}
const DOOR = { stats: () => NUMBERS }

async function open(health: Watched['chat']['health'], port = 0, door: Watched['door'] = DOOR) {
  const watch = new Watch(() => {})
  watch.committed({ ms: 3, messages: 5, failed: false })
  await watch.open(port, { chat: { health, population: 3, rooms: () => [] }, door })
  await watch.start()
  const own = watch.addresses[0]?.port ?? 0
  const get = async (path: string): Promise<string> => {
    const { status, body } = await askHttp(own, path)
    return `${status} ${body}`
  }
  return { watch, get, port: own, [Symbol.asyncDispose]: () => watch.close() }
}

test('Watch is red while messages cannot be saved, and while the server shuts down', async () => {
  const health = { storing: true, spooled: 0, lost: 0 }
  await using stage = await open(health)
  assert.equal(await stage.get('/healthz'), '200 ok\n')
  Object.assign(health, { storing: false, spooled: 12, lost: 1 })
  assert.equal(
    await stage.get('/healthz'),
    '503 messages cannot be saved: 12 events wait for the store, 1 are lost\n',
  )
  Object.assign(health, { storing: true, spooled: 0 })
  assert.equal(await stage.get('/healthz'), '200 ok\n')
  stage.watch.closing()
  assert.equal(await stage.get('/healthz'), '503 the server is shutting down\n')
})

test('Watch is red while the server is full, and green when there is room', async () => {
  let isFull = true
  const door = { stats: () => ({ ...NUMBERS, isFull }) }
  await using stage = await open({ storing: true, spooled: 0, lost: 0 }, 0, door)
  assert.equal(await stage.get('/healthz'), '503 full: no more connections are let in\n')
  isFull = false
  assert.equal(await stage.get('/healthz'), '200 ok\n')
})

test('Watch tells in its metrics how it is with the chat and its door, and of commits before it was open', async () => {
  await using stage = await open({ storing: false, spooled: 12, lost: 1 })
  const metrics = await stage.get('/metrics')
  for (const line of [
    'people 3',
    'sessions 4',
    'queued_bytes 2',
    'spooled_events 12',
    'lost_events_total 1',
  ]) {
    assert.ok(metrics.includes(`\npartyline_${line}\n`), line)
  }
})

test('Watch.open rejects with a StatusDoorError when its port is taken', async () => {
  await using stage = await open({ storing: true, spooled: 0, lost: 0 })
  await assert.rejects(open({ storing: true, spooled: 0, lost: 0 }, stage.port), (error) => {
    return error instanceof StatusDoorError && error.port === stage.port && SocketError.is(error.cause)
  })
})
