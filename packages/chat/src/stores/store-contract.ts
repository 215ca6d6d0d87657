/**
 * What the chat relies on in a store, as tests: the rules stand in contract/. Every implementation calls
 * `storeContract` in its own test file.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Retention, Store } from '../core/store.ts'
import { APPENDING } from './contract/appending.ts'
import { ANN, type Contract, deleted, foundIds, numbered, said, seqsOf, topic } from './contract/events.ts'
import { PAGING } from './contract/paging.ts'
import { REACTIONS } from './contract/reactions.ts'
import { READING } from './contract/reading.ts'
import { SEARCHING } from './contract/searching.ts'
import { UNREAD } from './contract/unread.ts'

/** Runs the contract. `open` makes an empty store that takes its time from `now`; the tests close it. */
export function storeContract(name: string, open: (now: () => number) => Promise<Store>): void {
  run(name, open, { ...APPENDING, ...READING, ...PAGING, ...UNREAD, ...REACTIONS, ...SEARCHING })
}

/** Runs the contract of the ability to forget what is old, in the same way. */
export function retentionContract(
  name: string,
  open: (now: () => number) => Promise<Store & Retention>,
): void {
  let forgetting: Retention | undefined
  const openAndRemember = async (now: () => number): Promise<Store> => {
    const store = await open(now)
    forgetting = store
    return store
  }
  run(name, openAndRemember, {
    'purge forgets what was kept before a time, and goes on counting': async (store, setNow) => {
      setNow(100)
      await store.append([...numbered(3), ...numbered(2, '#den')])
      setNow(200)
      await store.append([said('late', { text: 'tea' }), deleted('gone', '#lobby-1')])
      assert.equal(await forgetting?.purge(200), 5)
      assert.deepEqual(seqsOf(await store.since('#lobby', 0, 100)), [4, 5])
      assert.deepEqual(seqsOf(await store.history({ room: '#lobby', count: 10 })), [4])
      assert.deepEqual(await foundIds(store, ''), ['late'])
      assert.deepEqual(await foundIds(store, 'text'), [])
      assert.deepEqual(await store.since('#den', 0, 100), [])
      assert.equal((await store.room('#den'))?.messages, 0)
      assert.deepEqual(seqsOf(await store.append([said('next'), said('den', { room: '#den' })])), [6, 3])
    },
    'purge leaves the topic, and who set it': async (store, setNow) => {
      setNow(100)
      await store.append([topic('t', 'tea')])
      setNow(200)
      await store.append([said('late')])
      assert.equal(await forgetting?.purge(200), 1)
      assert.deepEqual(await store.room('#lobby'), {
        room: '#lobby',
        topic: 'tea',
        topicFrom: ANN,
        topicTime: 100,
        lastSeq: 2,
        lastTime: 200,
        messages: 1,
      })
    },
    'purge of nothing is fine': async (store) => {
      await store.append(numbered(3))
      assert.equal(await forgetting?.purge(-1), 0)
      assert.equal((await store.room('#lobby'))?.messages, 3)
    },
  })
}

function run(name: string, open: (now: () => number) => Promise<Store>, contract: Contract): void {
  for (const [sentence, rule] of Object.entries(contract)) {
    test(`${name} store: ${sentence}`, async () => {
      let now = 0
      const store = await open(() => now)
      try {
        await rule(store, (time) => {
          now = time
        })
      } finally {
        await store.close()
      }
    })
  }
}
