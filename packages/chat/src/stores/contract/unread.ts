/** The store contract: what somebody has not read yet. */
import assert from 'node:assert/strict'
import { STORE_LIMITS, type Unread } from '../../core/store.ts'
import { BOB, type Contract, deleted, edited, said, topic } from './events.ts'

/** What bob has not read of the lobby. */
const BOBS = { reader: 'bob', persons: [BOB.id], room: '#lobby' } as const

function counts({ messages, mentions }: Unread): readonly number[] {
  return [messages, mentions]
}

const MENTIONED = { mentions: ['p-x', BOB.id] }

export const UNREAD: Contract = {
  'unread is nothing in a room that never was': async (store) => {
    assert.deepEqual(await store.unread(BOBS), { read: 0, newest: 0, messages: 0, mentions: 0 })
  },
  'unread counts the messages of others after the read position, and those that mention one': async (
    store,
  ) => {
    await store.append([said('a', MENTIONED), said('b'), said('c', { kind: 'action', ...MENTIONED })])
    await store.append([said('d', { room: '#den', ...MENTIONED }), said('e', { mentions: ['p-x'] })])
    assert.deepEqual(await store.unread(BOBS), { read: 0, newest: 4, messages: 4, mentions: 2 })
    await store.setReadPosition('bob', '#lobby', 2)
    assert.deepEqual(await store.unread(BOBS), { read: 2, newest: 4, messages: 2, mentions: 1 })
    await store.setReadPosition('bob', '#lobby', 4)
    assert.deepEqual(await store.unread(BOBS), { read: 4, newest: 4, messages: 0, mentions: 0 })
    assert.deepEqual(counts(await store.unread({ ...BOBS, room: '#den' })), [1, 1])
  },
  "unread passes over one's own messages, deleted ones, edits, deletions and topics": async (store) => {
    await store.append([said('a'), said('b', MENTIONED), said('c', { from: BOB, ...MENTIONED })])
    await store.append([edited('d', 'a', 'x'), deleted('e', 'b'), topic('f', 'tea')])
    assert.deepEqual(await store.unread(BOBS), { read: 0, newest: 6, messages: 1, mentions: 0 })
  },
  'unread knows somebody under several ids, and nobody under none': async (store) => {
    await store.append([said('a', MENTIONED), said('b', { mentions: ['p-new', BOB.id] })])
    await store.append([said('c', { from: { id: 'p-new', name: 'bob' } }), said('d')])
    assert.deepEqual(counts(await store.unread({ ...BOBS, persons: [BOB.id, 'p-new'] })), [3, 2])
    assert.deepEqual(counts(await store.unread({ ...BOBS, persons: ['p-new'] })), [3, 1])
    assert.deepEqual(counts(await store.unread({ ...BOBS, persons: [] })), [4, 0])
  },
  'unread counts the newest thousand at most': async (store) => {
    await store.append([said('first', MENTIONED)])
    await store.append(Array.from({ length: STORE_LIMITS.unread }, (_, index) => said(`m${index}`)))
    assert.deepEqual(counts(await store.unread(BOBS)), [STORE_LIMITS.unread, 0])
    await store.append([said('last', MENTIONED)])
    assert.deepEqual(counts(await store.unread(BOBS)), [STORE_LIMITS.unread, 1])
  },
  'unread looks at the newest events only, whatever they are': async (store) => {
    await store.append([said('first', MENTIONED)])
    await store.append(own(1, STORE_LIMITS.unreadEvents - 1))
    assert.deepEqual(counts(await store.unread(BOBS)), [1, 1])
    await store.append(own(STORE_LIMITS.unreadEvents, STORE_LIMITS.unreadEvents))
    assert.deepEqual(counts(await store.unread(BOBS)), [0, 0])
  },
}

/** What bob says himself. */
function own(first: number, last: number): ReturnType<typeof said>[] {
  return Array.from({ length: last - first + 1 }, (_, index) => said(`own${first + index}`, { from: BOB }))
}
