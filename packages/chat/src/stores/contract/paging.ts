/** The store contract: pages between two points, all of them compared with a model of ten lines. */
import assert from 'node:assert/strict'
import type { HistoryMessage, Kept } from '../../core/events.ts'
import type { HistoryQuery, Point, Store } from '../../core/store.ts'
import { type Contract, deleted, edited, idsOf, said, seqsOf, topic } from './events.ts'

/** Twelve events at the times 100, 200 and so on, eight of them messages; another room has some of its own. */
async function someEvents(store: Store, setNow: (now: number) => void): Promise<readonly Kept[]> {
  const before = [said('a'), said('b'), topic('c', 'tea'), said('d'), edited('e', 'b', 'new'), said('f')]
  const after = [said('g'), deleted('h', 'd'), said('i'), topic('j', ''), said('k'), said('l')]
  const kept: Kept[] = []
  for (const [index, event] of [...before, ...after].entries()) {
    setNow((index + 1) * 100)
    const [first] = await store.append([event, said(`den-${event.id}`, { room: '#den' })])
    if (first !== undefined) kept.push(first)
  }
  return kept
}

const SEQS = [0, 1, 5, 5.5, 11, 12, 40].map((seq) => ({ seq }))
const IDS = ['a', 'c', 'i', 'den-f', 'unknown'].map((id) => ({ id }))
const TIMES = [0, 600, 650, 5000].map((time) => ({ time }))
const POINTS: readonly (Point | undefined)[] = [undefined, ...SEQS, ...IDS, ...TIMES]

/** What a page should be: of the messages strictly between the points, `count` from one end. */
function expected(events: readonly Kept[], query: HistoryQuery): readonly string[] {
  const { after, before, count } = query
  for (const point of [after, before]) {
    if (point !== undefined && 'id' in point && !idsOf(events).includes(point.id)) return []
  }
  const lies = (event: Kept, point: Point): number => {
    if ('time' in point) return event.time - point.time
    return event.seq - ('seq' in point ? point.seq : (events.find(({ id }) => id === point.id)?.seq ?? 0))
  }
  const between = events
    .filter(({ kind }) => kind === 'said')
    .filter((event) => after === undefined || lies(event, after) > 0)
    .filter((event) => before === undefined || lies(event, before) < 0)
  const { end = after === undefined ? 'newest' : 'oldest' } = query
  return idsOf(end === 'oldest' ? between.slice(0, count) : between.slice(-count))
}

export const PAGING: Contract = {
  'history between two points gives what is between them, from the end asked for': async (store, setNow) => {
    const events = await someEvents(store, setNow)
    let given = 0
    for (const after of POINTS) {
      for (const before of POINTS) {
        for (const end of [undefined, 'oldest', 'newest'] as const) {
          for (const count of [1, 3, 100]) {
            const query: HistoryQuery = { room: '#lobby', after, before, end, count }
            const page = idsOf(await store.history(query))
            assert.deepEqual(page, expected(events, query), JSON.stringify(query))
            given += page.length
          }
        }
      }
    }
    assert.ok(given > 1000)
  },
  'history between points that are the same, or the wrong way round, is empty': async (store, setNow) => {
    await someEvents(store, setNow)
    const between = async (after: Point, before: Point): Promise<readonly HistoryMessage[]> =>
      store.history({ room: '#lobby', after, before, count: 10 })
    assert.deepEqual(await between({ id: 'f' }, { id: 'f' }), [])
    assert.deepEqual(await between({ id: 'l' }, { seq: 2 }), [])
    assert.deepEqual(await between({ time: 1000 }, { time: 100 }), [])
  },
  'history with a lower bound can be asked for its newest': async (store, setNow) => {
    await someEvents(store, setNow)
    const page = { room: '#lobby', after: { id: 'b' }, count: 2 } as const
    assert.deepEqual(idsOf(await store.history({ ...page, end: 'newest' })), ['k', 'l'])
    assert.deepEqual(idsOf(await store.history(page)), ['d', 'f'])
    const oldest = await store.history({ room: '#lobby', end: 'oldest', count: 2 })
    assert.deepEqual(seqsOf(oldest), [1, 2])
  },
  'history around a point stays between the other two': async (store, setNow) => {
    await someEvents(store, setNow)
    const around = { room: '#lobby', around: { id: 'g' }, count: 100 } as const
    assert.deepEqual(idsOf(await store.history({ ...around, after: { seq: 4 } })), ['f', 'g', 'i', 'k', 'l'])
    assert.deepEqual(idsOf(await store.history({ ...around, before: { id: 'g' } })), ['a', 'b', 'd', 'f'])
    assert.deepEqual(idsOf(await store.history({ ...around, after: { seq: 8 } })), ['i', 'k', 'l'])
  },
}
