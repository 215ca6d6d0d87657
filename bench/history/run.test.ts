import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openHistory } from '../../packages/chat/src/stores/open-history.ts'
import { scratchFolder } from '../scratch.ts'
import { buildHistory } from './build.ts'
import { measureSearches, measureStarts, measureTalks } from './measure.ts'
import { formatGoals, formatRounds, formatSearches } from './report.ts'
import { kindsOf } from './searches.ts'
import { nameOf, roomOf, sayings } from './texts.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'needs all of 127.0.0.0/8' }
const SIZE = { messages: 3000, rooms: 5, people: 50 }
const NEWEST = Date.UTC(2026, 10, 20)

const under = scratchFolder()
after(() => rmSync(under, { recursive: true }))
const place = { data: join(under, 'data'), under }
const file = join(place.data, 'history.db')
mkdirSync(place.data, { mode: 0o700 })
await buildHistory(file, SIZE, NEWEST)

test('buildHistory keeps every message, each room in the order of its times', () => {
  const history = openHistory(file)
  try {
    const messages = [...history.messages()]
    assert.equal(messages.length, SIZE.messages)
    const rooms = Map.groupBy(messages, ({ room }) => room)
    assert.equal(rooms.size, SIZE.rooms)
    for (const said of rooms.values())
      assert.ok(said.every(({ time }, i) => time > (said[i - 1]?.time ?? 0) && time < NEWEST + 1000))
  } finally {
    history.close()
  }
})

test('sayings says the same again, and the first of rooms and people most', () => {
  const count = (room: string): number => all.filter((one) => one.room === room).length
  const all = [...sayings(SIZE, 1, () => 'id')]
  assert.deepEqual([...sayings(SIZE, 1, () => 'id')], all)
  assert.ok(count(roomOf(0)) > count(roomOf(4)))
  assert.equal(new Set(Array.from({ length: 2000 }, (_, rank) => nameOf(rank))).size, 2000)
})

test('measureStarts, measureSearches and measureTalks measure a server, in small', ON_LINUX, async () => {
  const kinds = kindsOf(NEWEST)
  const starts = await measureStarts(place, 1)
  const searches = await measureSearches(place, kinds, 1)
  const commonest = searches.find(({ kind }) => kind.title === 'one common word')
  assert.ok(commonest !== undefined && commonest.found > commonest.took.length)
  const few = { senders: 2, messages: 10, perSecond: 100 }
  const words = kinds.flatMap((kind) => kind.searches)
  const rounds = await measureTalks(place, words, { people: 6, warmUp: few, talks: [few] }, 1)
  for (const { quiet, beside, busy, searches: took } of rounds) {
    assert.ok(quiet.p99 > 0 && beside.p99 > 0 && busy.p99 > 0 && took.length > 0)
  }
  assert.equal(formatSearches(searches).split('\n').length, 2 + kinds.length)
  assert.equal(formatRounds(rounds).split('\n').length, 3)
  assert.equal(formatGoals({ starts, searches, rounds }).split('\n').length, 6)
})
