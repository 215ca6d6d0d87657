/** The memory store: the contract that all stores pass, and what is its own, its limits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../core/events.ts'
import { range, seqsOf } from './contract/events.ts'
import { MemoryStore } from './memory.ts'
import { retentionContract, storeContract } from './store-contract.ts'

storeContract('memory', async (now) => new MemoryStore({ now }))
retentionContract('memory', async (now) => new MemoryStore({ now }))

let made = 0

function messages(count: number, room: string, text = 'x'): Message[] {
  return Array.from({ length: count }, () => {
    made += 1
    return { kind: 'said', id: String(made), room, from: { id: 'p', name: 'ann' }, text }
  })
}

async function kept(store: MemoryStore, room: string): Promise<readonly number[]> {
  return seqsOf(await store.since(room, 0, 1000))
}

test('MemoryStore keeps the newest events of a room and goes on counting', async () => {
  const store = new MemoryStore({ now: () => 0, roomEvents: 10 })
  for (let round = 0; round < 25; round += 1) await store.append(messages(1, '#a'))
  assert.deepEqual(await kept(store, '#a'), range(16, 25))
  assert.equal((await store.room('#a'))?.messages, 10)
  assert.deepEqual(seqsOf(await store.history({ room: '#a', before: { seq: 18 }, count: 5 })), [16, 17])
  assert.deepEqual(seqsOf(await store.history({ room: '#a', after: { seq: 3 }, count: 2 })), [16, 17])
})

test('MemoryStore forgets the room that has been quiet longest, and its numbers never go backwards', async () => {
  const store = new MemoryStore({ now: () => 0, rooms: 2 })
  await store.append([...messages(3, '#a'), ...messages(1, '#b'), ...messages(1, '#a'), ...messages(1, '#c')])
  assert.equal(await store.room('#b'), undefined)
  assert.equal((await store.room('#a'))?.messages, 4)
  await store.append([...messages(1, '#c'), ...messages(1, '#d')])
  assert.equal(await store.room('#a'), undefined)
  const [again] = await store.append(messages(1, '#a'))
  assert.ok(again !== undefined && again.seq > 4 && again.time > 4)
})

test('MemoryStore holds a bounded number of bytes, at the cost of the room that holds most', async () => {
  const store = new MemoryStore({ now: () => 0, bytes: 6000 })
  await store.append(messages(2, '#quiet', 'y'.repeat(50)))
  for (let round = 0; round < 100; round += 1) await store.append(messages(1, '#flood', 'x'.repeat(100)))
  assert.deepEqual(await kept(store, '#quiet'), [1, 2])
  assert.deepEqual(await kept(store, '#flood'), range(95, 100))
})

test('MemoryStore forgets ids and client ids with their messages', async () => {
  const store = new MemoryStore({ now: () => 0, roomEvents: 1 })
  const [first, second] = messages(2, '#a')
  assert.ok(first !== undefined && second !== undefined)
  await store.append([{ ...first, clientId: 'x' }, second])
  const [again] = await store.append([{ ...first, id: 'new', clientId: 'x' }])
  assert.equal(again?.id, 'new')
  assert.deepEqual(seqsOf(await store.append([first])), [4])
})

test('MemoryStore forgets the read position that was set longest ago', async () => {
  const store = new MemoryStore({ now: () => 0, readPositions: 2 })
  for (const [reader, seq] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const) {
    await store.setReadPosition(reader, '#a', seq)
  }
  const positions = await Promise.all(['a', 'b', 'c'].map((reader) => store.readPosition(reader, '#a')))
  assert.deepEqual(positions, [3, 0, 4])
})

test('MemoryStore lets others have their turn during a long search', async () => {
  const store = new MemoryStore({ now: () => 0 })
  await store.append(messages(9000, '#a', 'tea'))
  let turns = 0
  let searching = true
  const count = (): void => {
    turns += 1
    if (searching) setImmediate(count)
  }
  setImmediate(count)
  const found = await store.search({
    words: [{ text: 'milk', phrase: false }],
    conversations: 'all',
    count: 10,
  })
  searching = false
  assert.deepEqual(found, [])
  assert.ok(turns >= 3)
})
