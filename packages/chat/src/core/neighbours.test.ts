/** What a chat makes of the hints about presence that it hears. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalBus } from '../buses/local.ts'
import { words } from '../testing/chat-guests.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { Hint, Neighbour } from './bus.ts'
import { LIMITS } from './limits.ts'
import { Neighbours, PRESENCE_EVERY, SILENCE } from './neighbours.ts'

const BOB: Neighbour = { id: 'b', name: 'bob', rooms: ['#lobby'], since: 1, activeAt: 1 }

async function open() {
  const clock = new FakeClock()
  const bus = new LocalBus(clock)
  const [happened, told]: [string[], Hint[]] = [[], []]
  const neighbours: Neighbours = new Neighbours({
    bus,
    clock,
    chat: 'us',
    people: () => [],
    happened: (event) => {
      happened.push(words(event))
      if (event.kind !== 'notice') neighbours.apply(event) // as if it were delivered at once
    },
    reached: (room, seq) => happened.push(`${room} ${seq}`),
    appeared: () => happened.push('appeared'),
  })
  await clock.settle()
  bus.subscribe((hint) => {
    if (hint.chat === 'us') told.push(hint)
  })
  const present = async (version: number, ...people: Neighbour[]): Promise<void> => {
    bus.publish({ about: 'presence', chat: 'them', version, people, heads: [], reasons: [] })
    await clock.settle()
  }
  return { bus, clock, neighbours, happened, told, present }
}

test('Neighbours makes events of what changes, and none of what does not', async () => {
  const { happened, present, neighbours } = await open()
  await present(1, BOB)
  await present(2, BOB)
  await present(3, { ...BOB, name: 'bert', rooms: ['#lobby', '#den'] })
  await present(4, { ...BOB, name: 'bert', rooms: ['#lobby'], away: 'lunch' })
  assert.equal(neighbours.named('bob'), undefined)
  assert.equal(neighbours.named('bert')?.id, 'b')
  await present(5)
  assert.deepEqual(happened, [
    'bob logged-in',
    'appeared',
    'bob renamed bert',
    'bert joined',
    'bert left',
    'bert away lunch',
    'bert disconnected',
  ])
  assert.equal(neighbours.population, 0)
})

test('Neighbours passes over hints that come late, and what comes after the end', async () => {
  const { bus, clock, happened, present } = await open()
  await present(5, BOB)
  await present(4)
  await present(5)
  assert.deepEqual(happened, ['bob logged-in', 'appeared'])
  bus.publish({ about: 'end', chat: 'them' })
  await clock.settle()
  await present(6, BOB)
  assert.deepEqual(happened.slice(2), ['bob disconnected'])
})

test('Neighbours answers a chat that it did not know, so that this one knows it at once', async () => {
  const { told, present } = await open()
  await present(1)
  assert.equal(told.length, 1)
  await present(2)
  assert.equal(told.length, 1)
})

test('Neighbours tells how far its rooms are for a minute after something was kept, and of so many rooms', async () => {
  const { clock, neighbours, told } = await open()
  const event = { kind: 'said', id: 'm', from: BOB, text: 'x', time: 0 } as const
  neighbours.tellKept([
    { ...event, room: '#a', seq: 1 },
    { ...event, room: '#a', seq: 2 },
  ])
  const heads = (): unknown => told.flatMap((hint) => (hint.about === 'presence' ? [hint.heads] : [])).at(-1)
  await clock.advance(PRESENCE_EVERY)
  await clock.settle()
  assert.deepEqual(heads(), [['#a', 2]])
  for (let room = 0; room <= LIMITS.heads; room += 1)
    neighbours.tellKept([{ ...event, room: `#${room}`, seq: 1 }])
  await clock.advance(PRESENCE_EVERY)
  await clock.settle()
  assert.deepEqual((heads() as unknown[]).length, LIMITS.heads)
  await clock.advance(3 * SILENCE)
  assert.deepEqual(heads(), [])
})

test('Neighbours tells why people left for half a minute, the last reason for each room, and of so many', async () => {
  const { clock, neighbours, told } = await open()
  const reasons = (): unknown =>
    told.flatMap((hint) => (hint.about === 'presence' ? [hint.reasons] : [])).at(-1)
  const next = async (): Promise<unknown> => {
    await clock.advance(PRESENCE_EVERY)
    await clock.settle()
    return reasons()
  }
  neighbours.went({ kind: 'left', room: '#den', from: BOB, text: 'one' })
  neighbours.went({ kind: 'left', room: '#tea', from: BOB, text: 'two' })
  neighbours.went({ kind: 'left', room: '#den', from: BOB })
  neighbours.went({ kind: 'disconnected', from: BOB, rooms: [], text: 'three' })
  const expected = [
    { id: 'b', room: '#tea', text: 'two' },
    { id: 'b', room: undefined, text: 'three' },
  ]
  for (let times = 0; times < 3; times += 1) assert.deepEqual(await next(), expected)
  assert.deepEqual(await next(), [])
  for (let room = 0; room <= LIMITS.reasons; room += 1)
    neighbours.went({ kind: 'left', room: `#${room}`, from: BOB, text: 'x' })
  const many = await next()
  assert.ok(Array.isArray(many))
  assert.equal(many.length, LIMITS.reasons)
})

test('Neighbours: who is new is in their rooms, and away, when that has been heard; since when is as told', async () => {
  const { happened, present, neighbours } = await open()
  await present(1, { ...BOB, rooms: ['#lobby', '#den'], away: 'lunch', activeAt: 5 })
  assert.deepEqual(happened, ['bob logged-in', 'bob joined', 'bob away lunch', 'appeared'])
  const view = { id: 'b', name: 'bob', away: 'lunch', since: 1, activeAt: 5, rooms: ['#lobby', '#den'] }
  assert.deepEqual(neighbours.withId('b')?.view, view)
  await present(2, { ...BOB, rooms: ['#lobby', '#den'], away: 'lunch', activeAt: 9 })
  assert.equal(neighbours.like('BOB')?.activeAt, 9)
})

test('Neighbours.close says so, and leaves no timer', async () => {
  const { clock, neighbours, told, present, happened } = await open()
  neighbours.close()
  await clock.settle()
  assert.deepEqual(told.at(-1), { about: 'end', chat: 'us' })
  assert.equal(clock.pending, 0)
  await present(1, BOB)
  assert.deepEqual(happened, [])
})
