import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newest } from './select.ts'
import { fakeHistory, saidAs } from './testing/fake-history.ts'

const ANY = { room: undefined, words: [], from: undefined, since: undefined, until: undefined }

test('newest reads as many pages as it needs, and gives the oldest first', () => {
  const history = fakeHistory(Array.from({ length: 1000 }, (_, i) => saidAs(i + 1)))
  const seqs = (count: number): number[] => newest(history, { ...ANY, count }).map(({ seq }) => seq)
  assert.deepEqual(seqs(3), [998, 999, 1000])
  const many = seqs(450)
  assert.deepEqual([many.length, many[0], many.at(-1)], [450, 551, 1000])
  assert.deepEqual(history.asked, [3, 200, 200, 50])
  assert.equal(seqs(5000).length, 1000)
})

test('newest looks in the room that was named, or in all that are not private', () => {
  const history = fakeHistory([
    saidAs(1),
    saidAs(2, { room: '#den' }),
    saidAs(3, { room: '@p1+p2', to: { id: 'p2', name: 'bob' } }),
  ])
  const ids = (room: string | undefined): string[] =>
    newest(history, { ...ANY, room, count: 9 }).map(({ id }) => id)
  assert.deepEqual(ids('#den'), ['m2'])
  assert.deepEqual(ids(undefined), ['m1', 'm2'])
})

test('newest hands on everything that was asked', () => {
  const history = fakeHistory([])
  const queries: unknown[] = []
  const search = (query: unknown): [] => {
    queries.push(query)
    return []
  }
  const words = [{ text: 'tea', phrase: false }]
  newest({ ...history, search }, { room: '#den', words, from: 'ann', since: 5, until: 9, count: 10 })
  const wanted = { room: '#den', conversations: ['#den'], words, from: 'ann', after: 5, before: 9, count: 10 }
  assert.deepEqual(queries, [{ ...wanted, beforeId: undefined }])
})
