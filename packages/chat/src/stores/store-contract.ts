/**
 * What the chat relies on in a store, as tests. Every implementation calls `storeContract` in its own test file.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../core/events.ts'
import type { Store } from '../core/store.ts'

const ANN = { id: 'p-ann', name: 'ann' }
const BOB = { id: 'p-bob', name: 'bob' }

function message(id: string, more: Partial<Message> = {}): Message {
  return { kind: 'said', id, room: '#lobby', from: ANN, text: `text ${id}`, ...more }
}

function numbered(count: number, room = '#lobby'): Message[] {
  return Array.from({ length: count }, (_, index) => message(`${room}-${index}`, { room }))
}

type Contract = Readonly<Record<string, (store: Store, setNow: (now: number) => void) => Promise<void>>>

const APPENDING: Contract = {
  'append gives each room its own numbers from 1, in the order given': async (store) => {
    const kept = await store.append([message('a'), message('b', { room: '#den' }), message('c')])
    assert.deepEqual(
      kept.map(({ id, room, seq }) => [id, room, seq]),
      [
        ['a', '#lobby', 1],
        ['b', '#den', 1],
        ['c', '#lobby', 2],
      ],
    )
    assert.deepEqual(
      (await store.append([message('d')])).map(({ seq }) => seq),
      [3],
    )
  },
  'append gives times that are never equal and never go backwards in a room': async (store, setNow) => {
    setNow(1_000_000)
    const first = await store.append(numbered(3))
    setNow(5)
    const later = await store.append([message('later')])
    const times = [...first, ...later].map(({ time }) => time)
    assert.deepEqual(times, [1_000_000, 1_000_001, 1_000_002, 1_000_003])
  },
  'append of many batches at once keeps the order of the calls': async (store) => {
    const batches = numbered(50).map((one) => store.append([one]))
    const kept = (await Promise.all(batches)).flat()
    assert.deepEqual(
      kept.map(({ seq }) => seq),
      kept.map((_, index) => index + 1),
    )
  },
  "append of the same person's same client id gives the earlier message again": async (store) => {
    const [first] = await store.append([message('a', { clientId: 'x' })])
    const [again, other] = await store.append([
      message('b', { clientId: 'x' }),
      message('c', { clientId: 'x', from: BOB }),
    ])
    assert.deepEqual(again, first)
    assert.equal(other?.id, 'c')
    assert.equal(await store.count('#lobby'), 2)
  },
  'append of the same client id twice in one batch keeps it once': async (store) => {
    const kept = await store.append([message('a', { clientId: 'x' }), message('b', { clientId: 'x' })])
    assert.deepEqual(
      kept.map(({ id }) => id),
      ['a', 'a'],
    )
  },
  'append of nothing gives nothing': async (store) => {
    assert.deepEqual(await store.append([]), [])
  },
}

const READING: Contract = {
  'latest returns the newest messages of a room, oldest first, whole': async (store) => {
    const all = await store.append([...numbered(5), ...numbered(2, '#den')])
    assert.deepEqual(await store.latest('#lobby', 3), all.slice(2, 5))
    assert.deepEqual(await store.latest('#lobby', 100), all.slice(0, 5))
    assert.deepEqual(await store.latest('#lobby', 0), [])
    assert.deepEqual(await store.latest('#nowhere', 10), [])
  },
  'latest returns any text as it came': async (store) => {
    const text = 'a\u0000\n\u001b[31m \u{1F600} \ud800 ::'
    await store.append([message('a', { kind: 'action', text, to: BOB, room: '@x+y' })])
    const [kept] = await store.latest('@x+y', 1)
    assert.equal(kept?.text, text)
    assert.deepEqual([kept.kind, kept.from, kept.to], ['action', ANN, BOB])
  },
  'count says how many messages of a room are kept': async (store) => {
    assert.equal(await store.count('#lobby'), 0)
    await store.append([...numbered(4), ...numbered(2, '#den')])
    assert.equal(await store.count('#lobby'), 4)
  },
}

const CLAIMING: Contract = {
  'claimName gives a key to one holder until it is released': async (store) => {
    assert.equal(await store.claimName(['name:ann', 'look:ann'], 'p1'), true)
    assert.equal(await store.claimName(['name:ann', 'look:other'], 'p2'), false)
    await store.releaseName('p1')
    assert.equal(await store.claimName(['name:ann', 'look:ann'], 'p2'), true)
  },
  'claimName claims nothing when one of the keys is taken': async (store) => {
    assert.equal(await store.claimName(['look:ann'], 'p1'), true)
    assert.equal(await store.claimName(['name:anm', 'look:ann'], 'p2'), false)
    assert.equal(await store.claimName(['name:anm'], 'p3'), true)
  },
  'claimName again by its holder is fine': async (store) => {
    assert.equal(await store.claimName(['name:ann'], 'p1'), true)
    assert.equal(await store.claimName(['name:ann'], 'p1'), true)
  },
  'claimName by many at once gives it to one of them': async (store) => {
    const claims = Array.from({ length: 20 }, (_, index) => store.claimName(['name:ann'], `p${index}`))
    assert.equal((await Promise.all(claims)).filter((won) => won).length, 1)
  },
  'releaseName of nothing is fine': async (store) => {
    await store.releaseName('nobody')
    assert.equal(await store.claimName(['name:ann'], 'p1'), true)
  },
}

/** Runs the contract. `open` makes an empty store that takes its time from `now`. */
export function storeContract(name: string, open: (now: () => number) => Promise<Store>): void {
  for (const [sentence, check] of Object.entries({ ...APPENDING, ...READING, ...CLAIMING })) {
    test(`${name} store: ${sentence}`, async () => {
      let now = 0
      const store = await open(() => now)
      try {
        await check(store, (time) => {
          now = time
        })
      } finally {
        await store.close()
      }
    })
  }
}
