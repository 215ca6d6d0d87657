/** Searching the file: as the memory store does for any texts and words, in time, and by the index. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { said } from '../contract/events.ts'
import { MemoryStore } from '../memory.ts'
import { HistoryReading } from './reading.ts'
import { HistoryWriting } from './writing.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-search-'))
const file = join(folder, 'history.db')
const writing = new HistoryWriting(file, 'normal')
const reading = new HistoryReading(file)
const memory = new MemoryStore({ now: () => 0 })
after(() => {
  reading.close()
  writing.close()
  rmSync(folder, { recursive: true })
})

// Few characters, so that many texts hold many words; all that mean something to FTS5, LIKE and SQL.
const NASTY = [
  'a',
  'B',
  'b',
  'É',
  'é',
  'σ',
  'Σ',
  '好',
  '\u{1F600}',
  ' ',
  '"',
  "'",
  '*',
  '%',
  '_',
  '\\',
  '(',
  ':',
  '^',
  '-',
  '+',
]
const nastyText = fc.string({ unit: fc.constantFrom(...NASTY), maxLength: 12 })
const rooms = ['#a', '#b', '@x+y'] as const

const texts = fc.sample(nastyText, { numRuns: 400, seed: 1 })
const batch = texts.map((text, index) =>
  said(`m${index}`, {
    text,
    room: rooms[index % 3] ?? '#a',
    from: { id: `p${index % 4}`, name: `N${index % 4}` },
  }),
)
writing.append(batch, 0)
await memory.append(batch)

const anyQuery = fc.record({
  words: fc.array(fc.record({ text: nastyText, phrase: fc.boolean() }), { maxLength: 3 }),
  conversations: fc.constantFrom('all' as const, ['@x+y'], ['@x+z'], []),
  room: fc.constantFrom(undefined, undefined, '#a', '#none', '@x+y'),
  from: fc.constantFrom(undefined, undefined, 'n1', 'N2'),
  before: fc.constantFrom(undefined, undefined, 100),
  after: fc.constantFrom(undefined, undefined, 20),
  beforeId: fc.constantFrom(undefined, undefined, 'm200', 'none'),
  count: fc.constantFrom(1, 5, 200),
})

test('Search finds what the memory store finds, whatever is searched', async () => {
  let found = 0
  await fc.assert(
    fc.asyncProperty(anyQuery, async (query) => {
      const expected = await memory.search(query)
      found += expected.length
      assert.deepEqual(reading.search(query, Infinity), expected)
    }),
    { numRuns: 1000, seed: 1 },
  )
  assert.ok(found > 1000)
})

test('Search takes any characters at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), fc.uint16Array({ maxLength: 8 }), (one, two) => {
      const words = [one, String.fromCharCode(...two)].map((text) => ({ text, phrase: false }))
      return reading.search({ words, conversations: 'all', count: 1 }, Infinity).length <= 1
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('Search throws too-slow when its time is over, before or while it looks', () => {
  let now = 0
  const slow = new HistoryReading(file, () => {
    now += 1
    return now
  })
  const query = { words: [{ text: 'q', phrase: false }], conversations: 'all', count: 10 } as const
  assert.throws(() => slow.search(query, now + 1), { name: 'StoreError', code: 'too-slow' })
  // The first look at the time is at the start, the second one among the 400 messages.
  assert.throws(() => slow.search(query, now + 2), { name: 'StoreError', code: 'too-slow' })
  assert.deepEqual(slow.search(query, now + 3), [])
  slow.close()
})
