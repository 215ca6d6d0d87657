import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, test } from 'node:test'
import { scratchFolder } from '../scratch.ts'
import { compare, type Side } from './compare.ts'
import { formatGoals, formatRounds } from './report.ts'
import { Speech } from './speech.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'needs all of 127.0.0.0/8, and /proc' }
const ANY_CORE = { measured: undefined, load: undefined }
const FEW = { messages: 10, perSecond: 200, textBytes: 4000 }
const PLAN = { readers: 10, sleepers: 2, warmUp: FEW, talk: FEW }

const folder = scratchFolder()
after(() => rmSync(folder, { recursive: true }))

test('compare measures a room with and without those who do not read, in small', ON_LINUX, async () => {
  const [pair, ...others] = await compare(PLAN, 1, { cores: ANY_CORE, folder })
  assert.equal(others.length, 0)
  assert.ok(pair !== undefined)
  for (const { heard, before, most } of [pair.with, pair.without]) {
    assert.ok(heard.p50 > 0 && heard.p99 >= heard.p50)
    assert.equal(heard.offered, FEW.messages * (FEW.textBytes + 'p0000::\n'.length))
    assert.deepEqual(heard.goneAfter, []) // so little fits into the system's buffers
    assert.ok(before.resident > 0 && most.resident > 0 && most.queued >= 0)
  }
})

test('formatGoals judges all pairs, and formatRounds has a line for each side', () => {
  const held = { queued: 0, resident: 100, kernel: 0 }
  const without: Side = {
    heard: { p50: 1, p99: 2, offered: 1, goneAfter: [] },
    before: held,
    most: held,
    after: held,
    reasons: [],
  }
  const slow = (seconds: readonly number[], p99: number): Side => ({
    ...without,
    heard: { p50: 1, p99, offered: 1, goneAfter: seconds },
    most: { ...held, queued: 1024 * 1024 },
    reasons: seconds.map(() => 'cut off'),
  })
  const pairs = [
    { without, with: slow([3, 4], 2) },
    { without, with: slow([3, 40], 3) },
    { without, with: slow([5, 6], 2.2) },
  ]
  const lines = formatGoals(PLAN, pairs).split('\n')
  assert.deepEqual(lines.slice(2, 6), [
    '| the others’ p99, of that without them | 1.00 | 1.10 | 1.50 | at most 1.25 | met |',
    '| cut off, with a reason, and the others told | 2 | 2 | 2 | 2 | met |',
    '| the last one is gone after, s | 4.0 | 6.0 | 40.0 | at most 30 | **missed** |',
    '| most that was queued for each of them, MiB | 0.50 | 0.50 | 0.50 | at most 1 | met |',
  ])
  assert.equal(formatRounds(pairs).split('\n').length, 2 + 2 * pairs.length)
})

test('Speech rejects when a reader hears something else, but not when a sleeper goes', async () => {
  const said: string[] = []
  const room = {
    readers: 1,
    speaker: 'ann',
    say: (line: string) => void said.push(line),
    isFarewell: (line: string) => line === 'bob disconnected',
  }
  const talk = { messages: 1, perSecond: 1, textBytes: 10 }
  const speech = new Speech(room, talk)
  speech.begin()
  speech.hear(0, Buffer.from('bob disconnected'))
  speech.hear(0, Buffer.from(`ann::${said[0]?.trimEnd()}`))
  assert.equal((await speech.ended).goneAfter.length, 1)

  const other = new Speech(room, talk)
  other.begin()
  other.hear(0, Buffer.from('cat disconnected'))
  await assert.rejects(other.ended, /a reader heard "cat disconnected"/)
})
