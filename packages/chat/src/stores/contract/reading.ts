/** The store contract: pages, edits and deletes, gaps, rooms, read positions. */
import assert from 'node:assert/strict'
import type { HistoryQuery, RoomRecord, Store } from '../../core/store.ts'
import {
  ANN,
  BOB,
  type Contract,
  deleted,
  edited,
  idsOf,
  numbered,
  range,
  said,
  seqsOf,
  topic,
} from './events.ts'

async function page(store: Store, query: Omit<HistoryQuery, 'room'>): Promise<readonly number[]> {
  return seqsOf(await store.history({ room: '#lobby', ...query }))
}

/** Ten messages at the times 100, 200 and so on; another room has some at the same times. */
async function tenMessages(store: Store, setNow: (now: number) => void): Promise<void> {
  for (const [index, message] of numbered(10).entries()) {
    setNow((index + 1) * 100)
    await store.append([message, said(`den-${index + 1}`, { room: '#den' })])
  }
}

const PAGES: Contract = {
  'history without a point gives the newest messages, oldest first': async (store) => {
    const all = await store.append([...numbered(5), ...numbered(2, '#den')])
    assert.deepEqual(await store.history({ room: '#lobby', count: 3 }), all.slice(2, 5))
    assert.deepEqual(await store.history({ room: '#lobby', count: 100 }), all.slice(0, 5))
    assert.deepEqual(await page(store, { count: 0 }), [])
    assert.deepEqual(await page(store, { count: -1 }), [])
    assert.deepEqual(await store.history({ room: '#nowhere', count: 10 }), [])
  },
  'history before a point gives the newest of the earlier ones': async (store, setNow) => {
    await tenMessages(store, setNow)
    for (const before of [{ seq: 6 }, { id: '#lobby-6' }, { time: 600 }, { time: 501 }]) {
      assert.deepEqual(await page(store, { before, count: 3 }), [3, 4, 5])
    }
    assert.deepEqual(await page(store, { before: { seq: 3 }, count: 10 }), [1, 2])
    assert.deepEqual(await page(store, { before: { time: 5000 }, count: 2 }), [9, 10])
    assert.deepEqual(await page(store, { before: { seq: 1 }, count: 10 }), [])
  },
  'history after a point gives the oldest of the later ones': async (store, setNow) => {
    await tenMessages(store, setNow)
    for (const after of [{ seq: 6 }, { id: '#lobby-6' }, { time: 600 }, { time: 699 }]) {
      assert.deepEqual(await page(store, { after, count: 3 }), [7, 8, 9])
    }
    assert.deepEqual(await page(store, { after: { time: 0 }, count: 2 }), [1, 2])
    assert.deepEqual(await page(store, { after: { seq: 10 }, count: 10 }), [])
    assert.deepEqual(await page(store, { after: { time: 5000 }, count: 2 }), [])
  },
  'history around a point gives half before it and the rest from it on': async (store, setNow) => {
    await tenMessages(store, setNow)
    for (const around of [{ seq: 6 }, { id: '#lobby-6' }, { time: 600 }, { time: 501 }]) {
      assert.deepEqual(await page(store, { around, count: 5 }), [4, 5, 6, 7, 8])
    }
    assert.deepEqual(await page(store, { around: { seq: 1 }, count: 4 }), [1, 2])
    assert.deepEqual(await page(store, { around: { seq: 10 }, count: 4 }), [8, 9, 10])
    assert.deepEqual(await page(store, { around: { time: 5000 }, count: 4 }), [9, 10])
    assert.deepEqual(await page(store, { around: { seq: 5 }, count: 1 }), [5])
  },
  "history at an id that is unknown, or another room's, is empty": async (store, setNow) => {
    await tenMessages(store, setNow)
    for (const id of ['unknown', 'den-5']) {
      assert.deepEqual(await page(store, { before: { id }, count: 3 }), [])
      assert.deepEqual(await page(store, { after: { id }, count: 3 }), [])
      assert.deepEqual(await page(store, { around: { id }, count: 3 }), [])
    }
  },
  'history gives messages only, and counts only them': async (store) => {
    await store.append([
      said('a'),
      topic('b', 'tea'),
      edited('c', 'a', 'x'),
      said('d'),
      deleted('e', 'd'),
      said('f'),
    ])
    assert.deepEqual(await page(store, { count: 2 }), [4, 6])
    assert.deepEqual(await page(store, { before: { id: 'c' }, count: 2 }), [1])
    assert.deepEqual(await page(store, { after: { id: 'b' }, count: 1 }), [4])
  },
  'history and since give at most a thousand': async (store) => {
    await store.append(numbered(1005))
    assert.deepEqual(await page(store, { count: 5000 }), range(6, 1005))
    assert.deepEqual(seqsOf(await store.since('#lobby', 0, 5000)), range(1, 1000))
  },
}

const CHANGES: Contract = {
  'history gives an edited message with its last text, at its place': async (store) => {
    const [a, b] = await store.append([said('a', { replyTo: 'x' }), said('b')])
    const [first, last] = await store.append([edited('c', 'a', 'one'), edited('d', 'a', 'two')])
    assert.ok(first !== undefined && last !== undefined)
    assert.deepEqual(await store.history({ room: '#lobby', count: 10 }), [
      { ...a, text: 'two', editedAt: last.time },
      b,
    ])
  },
  'history gives a deleted message without its text, at its place': async (store) => {
    const [a, b] = await store.append([said('a'), said('b')])
    const [gone] = await store.append([deleted('c', 'a'), edited('d', 'a', 'back'), deleted('e', 'a')])
    const expected = [{ ...a, text: '', deletedAt: gone?.time }, b]
    assert.deepEqual(await store.history({ room: '#lobby', count: 10 }), expected)
    assert.equal((await store.room('#lobby'))?.messages, 2)
  },
  'edits and deletes of what is not a message of the room change nothing': async (store) => {
    const [a] = await store.append([said('a'), topic('t', 'tea')])
    await store.append([
      edited('b', 'a', 'x', { room: '#den' }),
      deleted('c', 'a', { room: '#den' }),
      edited('d', 't', 'coffee'),
      edited('e', 'unknown', 'x'),
      deleted('f', 'f'),
    ])
    assert.deepEqual(await store.history({ room: '#lobby', count: 10 }), [a])
    assert.equal((await store.room('#lobby'))?.topic, 'tea')
  },
  'since gives everything after a number, in order, as it happened': async (store) => {
    const batch = [said('a'), edited('b', 'a', 'new'), deleted('c', 'a'), topic('d', 'tea'), said('e')]
    const kept = await store.append([...batch, ...numbered(2, '#den')])
    assert.deepEqual(await store.since('#lobby', 0, 100), kept.slice(0, 5))
    assert.deepEqual(await store.since('#lobby', 2, 2), kept.slice(2, 4))
    assert.deepEqual(await store.since('#lobby', 5, 100), [])
    assert.deepEqual(await store.since('#lobby', 99, 100), [])
    assert.deepEqual(await store.since('#nowhere', 0, 100), [])
  },
}

const ROOMS: Contract = {
  'room knows the topic, the last event and how many messages there are': async (store, setNow) => {
    assert.equal(await store.room('#lobby'), undefined)
    setNow(100)
    await store.append([said('a'), said('b'), topic('c', 'tea'), edited('d', 'a', 'x')])
    const record = { room: '#lobby', topic: 'tea', lastSeq: 4, lastTime: 103, messages: 2 }
    assert.deepEqual(await store.room('#lobby'), { ...record, topicFrom: ANN, topicTime: 102 })
    await store.append([topic('e', '')])
    assert.deepEqual(await store.room('#lobby'), { ...record, topic: '', lastSeq: 5, lastTime: 104 })
  },
  'room and rooms know who set the topic last, and when': async (store, setNow) => {
    await store.append([said('a', { room: '#den' }), topic('b', 'tea')])
    setNow(100)
    await store.append([topic('c', 'coffee', { from: BOB }), said('d')])
    const of = (record: RoomRecord | undefined): unknown[] => [
      record?.topic,
      record?.topicFrom,
      record?.topicTime,
    ]
    assert.deepEqual(of(await store.room('#lobby')), ['coffee', BOB, 100])
    assert.deepEqual((await store.rooms()).map(of), [
      ['coffee', BOB, 100],
      ['', undefined, undefined],
    ])
    await store.append([topic('e', 'a\ud800', { from: { id: 'p', name: 'n\udc00' } })])
    assert.deepEqual(of(await store.room('#lobby')), ['a\ufffd', { id: 'p', name: 'n\ufffd' }, 102])
  },
  'rooms gives the rooms that have a name, the latest first': async (store, setNow) => {
    assert.deepEqual(await store.rooms(), [])
    for (const [index, room] of ['#a', '#b', '@x+y', '#c', '#a'].entries()) {
      setNow(index * 100)
      await store.append([said(`m${index}`, { room })])
    }
    assert.deepEqual(
      (await store.rooms()).map(({ room, messages }) => [room, messages]),
      [
        ['#a', 2],
        ['#c', 1],
        ['#b', 1],
      ],
    )
  },
  'readPosition is 0 until it is set, and one for each reader and room': async (store) => {
    assert.equal(await store.readPosition('ann', '#lobby'), 0)
    await store.setReadPosition('ann', '#lobby', 7)
    assert.equal(await store.readPosition('ann', '#lobby'), 7)
    assert.equal(await store.readPosition('ann', '#den'), 0)
    assert.equal(await store.readPosition('bob', '#lobby'), 0)
  },
  'setReadPosition never moves backwards': async (store) => {
    await Promise.all([5, 9, 7].map((seq) => store.setReadPosition('ann', '#lobby', seq)))
    await store.setReadPosition('ann', '#lobby', 3)
    assert.equal(await store.readPosition('ann', '#lobby'), 9)
  },
}

const CLAIMS: Contract = {
  'claimName gives a key to one holder until it is released': async (store) => {
    assert.equal(await store.claimName(['name:ann', 'look:ann'], 'p1', 1000), true)
    assert.equal(await store.claimName(['name:ann', 'look:other'], 'p2', 1000), false)
    await store.releaseName('p1')
    assert.equal(await store.claimName(['name:ann', 'look:ann'], 'p2', 1000), true)
  },
  'claimName claims nothing when one of the keys is taken': async (store) => {
    assert.equal(await store.claimName(['look:ann'], 'p1', 1000), true)
    assert.equal(await store.claimName(['name:anm', 'look:ann'], 'p2', 1000), false)
    assert.equal(await store.claimName(['name:anm'], 'p3', 1000), true)
  },
  'claimName gives a key to another when its time is over': async (store, setNow) => {
    assert.equal(await store.claimName(['name:ann'], 'p1', 1000), true)
    setNow(999)
    assert.equal(await store.claimName(['name:ann'], 'p2', 2000), false)
    setNow(1000)
    assert.equal(await store.claimName(['name:ann'], 'p2', 2000), true)
    await store.renewNames(['p1'], 9000)
    await store.releaseName('p1')
    assert.equal(await store.claimName(['name:ann'], 'p3', 3000), false)
  },
  'renewNames moves the end of all that its holders hold': async (store, setNow) => {
    await store.claimName(['name:ann', 'look:ann'], 'p1', 1000)
    await store.claimName(['name:bob'], 'p2', 1000)
    await store.renewNames(['p1', 'nobody'], 2000)
    setNow(1500)
    assert.equal(await store.claimName(['look:ann'], 'p3', 3000), false)
    assert.equal(await store.claimName(['name:bob'], 'p3', 3000), true)
  },
  'claimName again by its holder renews it': async (store, setNow) => {
    assert.equal(await store.claimName(['name:ann'], 'p1', 1000), true)
    assert.equal(await store.claimName(['name:ann'], 'p1', 2000), true)
    setNow(1500)
    assert.equal(await store.claimName(['name:ann'], 'p2', 3000), false)
  },
  'claimName by many at once gives it to one of them': async (store) => {
    const claims = range(1, 20).map((index) => store.claimName(['name:ann'], `p${index}`, 1000))
    assert.equal((await Promise.all(claims)).filter((won) => won).length, 1)
  },
  'releaseName of nothing is fine': async (store) => {
    await store.releaseName('nobody')
    assert.equal(await store.claimName(['name:ann'], 'p1', 1000), true)
  },
  'close waits for what was asked before, and may be called twice': async (store) => {
    const kept = store.append([said('a', { from: ANN })])
    await store.close()
    assert.deepEqual(idsOf(await kept), ['a'])
    await store.close()
  },
}

export const READING: Contract = { ...PAGES, ...CHANGES, ...ROOMS, ...CLAIMS }
