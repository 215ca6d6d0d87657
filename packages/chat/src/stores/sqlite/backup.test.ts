/** Copies of the history, and putting them back. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { numbered, rejectsWith, said } from '../contract/events.ts'
import { backupHistory, putInPlace, restoreHistory } from './backup.ts'
import { lockHistory } from './lock.ts'
import { HistoryReading } from './reading.ts'
import { HistoryWriting } from './writing.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-backup-'))
after(() => rmSync(folder, { recursive: true }))

function historyOf(name: string, count = 50): { readonly file: string; readonly writing: HistoryWriting } {
  const file = join(folder, name)
  const writing = new HistoryWriting(file, 'normal')
  writing.append(numbered(count), 1000)
  return { file, writing }
}

function idsIn(file: string): readonly string[] {
  const reading = new HistoryReading(file)
  assert.deepEqual(reading.faults(), [])
  const messages = reading.history({ room: '#lobby', count: 1000 })
  reading.close()
  return messages.map(({ id }) => id)
}

test('backupHistory copies a history while it is written', async () => {
  const { file, writing } = historyOf('running.db')
  const to = join(folder, 'running.backup')
  const done = backupHistory(file, to)
  writing.append([said('meanwhile')], 2000)
  await done
  writing.append([said('later')], 3000)
  writing.close()
  assert.deepEqual(
    idsIn(to).slice(0, 50),
    numbered(50).map(({ id }) => id),
  )
  assert.ok(!idsIn(to).includes('later'))
  assert.equal(statSync(to).mode & 0o777, 0o600)
})

test('backupHistory makes a copy that is one file, and stays one when it is read', async () => {
  const { file, writing } = historyOf('whole.db', 3)
  const to = join(folder, 'whole.backup')
  await backupHistory(file, to)
  const reading = new HistoryReading(to)
  assert.equal(reading.history({ room: '#lobby', count: 10 }).length, 3)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('whole.backup')),
    ['whole.backup'],
  )
  reading.close()
  writing.close()
})

test('backupHistory never writes over a file', async () => {
  const { file, writing } = historyOf('kept.db', 1)
  writing.close()
  const to = join(folder, 'kept.backup')
  writeFileSync(to, 'precious')
  await rejectsWith(backupHistory(file, to), 'exists')
  await rejectsWith(backupHistory(file, file), 'exists')
  assert.equal(readFileSync(to, 'utf8'), 'precious')
  await rejectsWith(backupHistory(join(folder, 'none.db'), join(folder, 'none.backup')), 'missing')
  await rejectsWith(backupHistory(file, join(folder, 'nowhere', 'x')), 'missing')
})

/** What stands in the folder of the tests under this name, or under one that begins with it. */
function namesLike(name: string): readonly string[] {
  return readdirSync(folder).filter((other) => other.startsWith(name))
}

test('backupHistory gives the copy its name when it is whole, so that a kill leaves no half of one there', async () => {
  const { file, writing } = historyOf('beside.db')
  writing.close()
  const to = join(folder, 'beside.backup')
  const done = backupHistory(file, to) // the copying has begun when this is back, and ends in a later turn
  assert.equal(existsSync(to), false)
  const part = namesLike('beside.backup').find((name) => name.endsWith('.part')) ?? '' // SQLite's own files beside it
  assert.match(part, /^beside\.backup\.[0-9a-f]{8}\.part$/)
  assert.equal(statSync(join(folder, part)).mode & 0o777, 0o600)
  await done
  assert.equal(idsIn(to).length, 50)
  assert.deepEqual(namesLike('beside.backup'), ['beside.backup'])
})

test('backupHistory does not write over a file that came while it copied, and leaves nothing of the copy', async () => {
  const { file, writing } = historyOf('late.db')
  writing.close()
  const to = join(folder, 'late.backup')
  const done = backupHistory(file, to)
  writeFileSync(to, 'precious')
  await rejectsWith(done, 'exists')
  assert.equal(readFileSync(to, 'utf8'), 'precious')
  assert.deepEqual(namesLike('late.backup'), ['late.backup'])
})

test('putInPlace gives a file its name where a disk knows no hard links, and never the name of another', () => {
  const [part, to] = [join(folder, 'place.part'), join(folder, 'place')]
  const noLinks = (): never => {
    throw Object.assign(new Error('no hard links'), { code: 'EPERM' })
  }
  writeFileSync(part, 'whole')
  putInPlace(part, to, noLinks)
  assert.equal(readFileSync(to, 'utf8'), 'whole')
  writeFileSync(part, 'other')
  for (const link of [undefined, noLinks]) {
    assert.throws(() => putInPlace(part, to, link), { code: 'EEXIST' })
  }
  assert.equal(readFileSync(to, 'utf8'), 'whole')
  assert.deepEqual(namesLike('place'), ['place', 'place.part'])
})

test('restoreHistory makes a copy the history again', async () => {
  const { file, writing } = historyOf('first.db', 3)
  const copy = join(folder, 'first.backup')
  await backupHistory(file, copy)
  writing.close()
  const to = join(folder, 'restored.db')
  writeFileSync(`${to}-wal`, 'of a history that is gone')
  await restoreHistory(copy, to)
  assert.deepEqual(idsIn(to), ['#lobby-1', '#lobby-2', '#lobby-3'])
  const again = new HistoryWriting(to, 'normal')
  assert.equal(again.append([said('next')], 0)[0]?.seq, 4)
  again.close()
  assert.equal(statSync(to).mode & 0o777, 0o600)
})

test('restoreHistory refuses a history that is there or in use, and a damaged copy', async () => {
  const { file, writing } = historyOf('good.db', 500)
  const copy = join(folder, 'good.backup')
  await backupHistory(file, copy)
  writing.close()
  await rejectsWith(restoreHistory(copy, file), 'exists')
  const used = join(folder, 'used.db')
  const lock = lockHistory(used)
  await rejectsWith(restoreHistory(copy, used), 'in-use')
  lock.release()

  const bytes = readFileSync(copy)
  bytes.fill(0x5a, 8192, bytes.length - 4096)
  const damaged = join(folder, 'damaged.backup')
  writeFileSync(damaged, bytes)
  const to = join(folder, 'not-restored.db')
  await rejectsWith(restoreHistory(damaged, to), 'corrupt')
  await rejectsWith(restoreHistory(join(folder, 'none.backup'), to), 'missing')
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('not-restored')),
    ['not-restored.db-lock'],
  )
})
