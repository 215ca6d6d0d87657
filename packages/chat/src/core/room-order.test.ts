/** The order of rooms that several chats share: gaps, doubles, late ones, and a store that cannot be asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../stores/memory.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { ChatEvent, Kept, Message } from './events.ts'
import { LIMITS } from './limits.ts'
import { STORE_PATIENCE } from './patience.ts'
import { RoomOrder } from './room-order.ts'

function message(id: string, room = '#lobby'): Message {
  return { kind: 'said', id, room, from: { id: 'p', name: 'ann' }, text: id }
}

async function open(count: number, room = '#lobby') {
  const clock = new FakeClock()
  const store = new MemoryStore({ now: () => 0 })
  const kept: Kept[] = []
  for (let made = 1; made <= count; made += 1) kept.push(...(await store.append([message(`m${made}`, room)])))
  const failures: unknown[] = []
  const order = new RoomOrder({
    store,
    clock,
    isHeard: (key) => key !== '#nobody',
    storeFails: (error) => failures.push(error),
  })
  const place = async (...events: (ChatEvent | undefined)[]): Promise<number[]> => {
    const placed = await order.place(events.filter((event) => event !== undefined))
    return placed.flatMap((event) => ('seq' in event ? [event.seq] : [0]))
  }
  return { clock, store, kept, order, failures, place }
}

test('RoomOrder.place fills a gap from the store, and passes over what comes twice or late', async () => {
  const { kept, order, place } = await open(6)
  await order.begin('#nowhere')
  assert.deepEqual(await place(kept[0]), [1])
  assert.deepEqual(await place(kept[3]), [2, 3, 4])
  assert.deepEqual(await place(kept[1], kept[3], kept[2]), [])
  assert.deepEqual(await place({ kind: 'notice', text: 'x' }, kept[5], kept[4]), [0, 5, 6])
})

test('RoomOrder.begin: what was said before somebody came is not heard, what comes after it is', async () => {
  const { kept, store, order, place } = await open(3)
  await order.begin('#lobby')
  assert.deepEqual(await place(kept[1]), [])
  const [four, five] = [...(await store.append([message('m4')])), ...(await store.append([message('m5')]))]
  assert.deepEqual(await place(five, four), [4, 5])
})

test('RoomOrder: a conversation is heard from its first message on', async () => {
  const { kept, place } = await open(3, '@a+b')
  assert.deepEqual(await place(kept[2]), [1, 2, 3])
})

test('RoomOrder remembers nothing of rooms that nobody hears', async () => {
  const { kept, order, place } = await open(2, '#nobody')
  assert.deepEqual(await place(kept[0]), [1])
  assert.deepEqual([...order.rooms()], [])
})

test('RoomOrder: after a long silence only the newest are heard', async () => {
  const { kept, place } = await open(LIMITS.resume + 10)
  assert.deepEqual((await place(kept[0], kept.at(-1))).slice(0, 3), [1, 10, 11])
})

test('RoomOrder: what was delivered without a number is passed over when it comes with one', async () => {
  const { kept, order, place } = await open(3)
  await place(kept[0])
  order.heardWithout([message('m2')])
  assert.deepEqual(await place(kept[2]), [3])
  assert.deepEqual(await place(kept[1]), [])
})

test('RoomOrder remembers so many that were delivered without a number, the oldest not', async () => {
  const { kept, order, place } = await open(2)
  order.heardWithout([message('m1'), message('m2')])
  order.heardWithout(Array.from({ length: LIMITS.spoolEvents - 1 }, (_, index) => message(`x${index}`)))
  assert.deepEqual(await place(...kept), [1])
})

test('RoomOrder: a store that rejects or hangs costs the missing ones, and nothing else', async () => {
  const { clock, kept, store, order, failures, place } = await open(6)
  await place(kept[0])
  store.since = () => Promise.reject(new Error('disk'))
  assert.deepEqual(await place(kept[2]), [3])
  store.since = () => new Promise(() => {})
  const placed = place(kept[5])
  await clock.advance(STORE_PATIENCE)
  assert.deepEqual(await placed, [6])
  store.room = () => Promise.reject(new Error('disk'))
  await order.begin('#den')
  assert.equal(failures.length, 3)
})
