/** The log is moved into the file between commits: when there is enough of it, and without doing harm. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { numbered } from '../contract/events.ts'
import { openHistory } from '../open-history.ts'
import { CHECKPOINT_EVERY, HistoryWriting, PURGED_AT_ONCE } from './writing.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-checkpoint-'))
after(() => rmSync(folder, { recursive: true }))

/** How many events, or other rows, are in the file itself, whatever the log beside it holds. */
function inFile(file: string, table = 'event'): number {
  copyFileSync(file, `${file}-alone`)
  const db = new DatabaseSync(`${file}-alone`)
  try {
    return countIn(db, table)
  } finally {
    db.close()
    for (const ending of ['', '-wal', '-shm']) rmSync(`${file}-alone${ending}`, { force: true })
  }
}

function countIn(db: DatabaseSync, table: string): number {
  const { count } = db.prepare(`select count(*) as count from ${table}`).get() ?? {}
  return Number(count)
}

function open(name: string): { readonly file: string; readonly writing: HistoryWriting } {
  const file = join(folder, name)
  new HistoryWriting(file, 'normal').close() // its tables are in the file, not in the log
  return { file, writing: new HistoryWriting(file, 'normal') }
}

test('HistoryWriting.checkpoint moves the log into the file after so many events, and not before', () => {
  const { file, writing } = open('enough.db')
  const events = numbered(2 * CHECKPOINT_EVERY)
  writing.append(events.slice(0, CHECKPOINT_EVERY - 1), 1000)
  writing.checkpoint()
  assert.equal(inFile(file), 0)
  writing.append(events.slice(CHECKPOINT_EVERY - 1, CHECKPOINT_EVERY), 1000)
  writing.checkpoint()
  assert.equal(inFile(file), CHECKPOINT_EVERY)
  writing.append(events.slice(CHECKPOINT_EVERY, -1), 1000)
  writing.checkpoint()
  assert.equal(inFile(file), CHECKPOINT_EVERY, 'counted from the last one')
  writing.close()
})

test('HistoryWriting.checkpoint counts what is forgotten, and what readers have set', () => {
  const { file, writing } = open('forgotten.db')
  writing.append(numbered(CHECKPOINT_EVERY), 1000)
  writing.checkpoint()
  assert.equal(writing.purgeSome(5000), CHECKPOINT_EVERY)
  assert.ok(PURGED_AT_ONCE >= CHECKPOINT_EVERY)
  writing.checkpoint()
  assert.equal(inFile(file), 0)
  const positions = Array.from(
    { length: CHECKPOINT_EVERY },
    (_, index) => [`reader ${index}`, '#lobby', 1] as const,
  )
  writing.setReadPositions(positions, 1000)
  writing.checkpoint()
  assert.equal(inFile(file, 'read_position'), CHECKPOINT_EVERY)
  writing.close()
})

test('HistoryWriting.checkpoint does no harm when a reader is in its way: the log waits, and goes with the next one', () => {
  const { file, writing } = open('reader.db')
  const events = numbered(3 * CHECKPOINT_EVERY)
  writing.append(events.slice(0, CHECKPOINT_EVERY), 1000)
  const reader = new DatabaseSync(file, { readOnly: true })
  reader.exec('begin')
  assert.equal(countIn(reader, 'event'), CHECKPOINT_EVERY)
  writing.append(events.slice(CHECKPOINT_EVERY, 2 * CHECKPOINT_EVERY), 1000)
  writing.checkpoint()
  assert.equal(countIn(reader, 'event'), CHECKPOINT_EVERY, 'who sees what they saw')
  reader.exec('commit')
  reader.close()
  writing.append(events.slice(2 * CHECKPOINT_EVERY), 1000)
  writing.checkpoint()
  assert.equal(inFile(file), 3 * CHECKPOINT_EVERY)
  writing.close()
})

test('HistoryWriting.checkpoint that fails throws nothing, and nothing is lost', () => {
  const { file, writing } = open('fails.db')
  const events = numbered(CHECKPOINT_EVERY)
  writing.append(events, 1000)
  writing.close()
  writing.checkpoint() // there is no connection to do it with
  const again = new HistoryWriting(file, 'normal')
  assert.equal(again.append(events, 2000).at(-1)?.seq, CHECKPOINT_EVERY)
  again.close()
  const history = openHistory(file)
  assert.deepEqual([history.faults(), [...history.messages()].length], [[], CHECKPOINT_EVERY])
  history.close()
})
