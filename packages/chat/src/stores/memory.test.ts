/** The memory store: the contract that all stores pass, and what is its own, its limits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeptMessage, Message } from '../core/events.ts'
import { MemoryStore } from './memory.ts'
import { storeContract } from './store-contract.ts'

storeContract('memory', async (now) => new MemoryStore({ now }))

let made = 0

function messages(count: number, room: string, text = 'x'): Message[] {
  return Array.from({ length: count }, () => {
    made += 1
    return { kind: 'said', id: String(made), room, from: { id: 'p', name: 'ann' }, text }
  })
}

function seqs(kept: readonly KeptMessage[]): number[] {
  return kept.map(({ seq }) => seq)
}

test('MemoryStore keeps the newest messages of a room and goes on counting', async () => {
  const store = new MemoryStore({ now: () => 0, roomMessages: 10 })
  for (let round = 0; round < 25; round += 1) await store.append(messages(1, '#a'))
  assert.deepEqual(seqs(await store.latest('#a', 100)), [16, 17, 18, 19, 20, 21, 22, 23, 24, 25])
  assert.equal(await store.count('#a'), 10)
  assert.deepEqual(seqs(await store.latest('#a', 2)), [24, 25])
})

test('MemoryStore forgets the room that has been quiet longest, and its numbers never go backwards', async () => {
  const store = new MemoryStore({ now: () => 0, rooms: 2 })
  await store.append([...messages(3, '#a'), ...messages(1, '#b'), ...messages(1, '#a'), ...messages(1, '#c')])
  assert.equal(await store.count('#b'), 0)
  assert.equal(await store.count('#a'), 4)
  await store.append([...messages(1, '#c'), ...messages(1, '#d')])
  assert.equal(await store.count('#a'), 0)
  const [again] = await store.append(messages(1, '#a'))
  assert.ok(again !== undefined && again.seq > 4 && again.time > 4)
})

test('MemoryStore holds a bounded number of bytes, at the cost of the room that holds most', async () => {
  const store = new MemoryStore({ now: () => 0, bytes: 6000 })
  await store.append(messages(2, '#quiet', 'y'.repeat(50)))
  for (let round = 0; round < 100; round += 1) await store.append(messages(1, '#flood', 'x'.repeat(100)))
  assert.equal(await store.count('#quiet'), 2)
  const flood = await store.latest('#flood', 100)
  assert.ok(flood.length >= 7 && flood.length <= 8)
  assert.equal(flood.at(-1)?.seq, 100)
})

test('MemoryStore forgets client ids with their messages', async () => {
  const store = new MemoryStore({ now: () => 0, roomMessages: 1 })
  const [first] = messages(1, '#a')
  assert.ok(first !== undefined)
  await store.append([{ ...first, clientId: 'x' }, ...messages(1, '#a')])
  const [again] = await store.append([{ ...first, id: 'new', clientId: 'x' }])
  assert.equal(again?.id, 'new')
})
