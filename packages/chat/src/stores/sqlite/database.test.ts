/** What a history file is opened with. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { openForWriting } from './database.ts'
import { MIGRATIONS } from './migrations.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-database-'))
after(() => rmSync(folder, { recursive: true }))

function settingOf(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0]
}

for (const [synchronous, number] of [
  ['full', 2],
  ['normal', 1],
] as const) {
  test(`openForWriting waits for the disk as it was told (${synchronous}), with a new file and with an old one`, () => {
    const file = join(folder, `${synchronous}.db`)
    for (let times = 0; times < 2; times += 1) {
      const db = openForWriting(file, synchronous)
      assert.deepEqual([settingOf(db, 'synchronous'), settingOf(db, 'journal_mode')], [number, 'wal'])
      db.close()
    }
  })
}

test('openForWriting goes on with a file whose making was cut off before it had a table', () => {
  const file = join(folder, 'cut-off.db')
  const cutOff = new DatabaseSync(file)
  cutOff.exec('pragma journal_mode = wal')
  cutOff.close()
  const db = openForWriting(file, 'full')
  assert.equal(settingOf(db, 'user_version'), MIGRATIONS.length)
  db.close()
})
