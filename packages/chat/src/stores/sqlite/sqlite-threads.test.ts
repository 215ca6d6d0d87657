/** The SQLite store with its threads, whole: that they work together. The rest of the contract runs without them. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { edited, foundIds, idsOf, numbered, rejectsWith, said } from '../contract/events.ts'
import { openHistory } from '../open-history.ts'
import { openSqliteStore } from './sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-threads-'))
after(() => rmSync(folder, { recursive: true }))

test('openSqliteStore keeps over a restart all but who holds which name', async () => {
  const file = join(folder, 'restart.db')
  const options = { file, now: () => 1000, searchDeadlineMs: Infinity }
  const store = await openSqliteStore(options)
  const kept = await store.append([...numbered(3), edited('e', '#lobby-2', 'tea')])
  await store.setReadPosition('ann', '#lobby', 2)
  assert.equal(await store.claimName(['name:ann'], 'p1', 9e15), true)
  assert.deepEqual(await foundIds(store, 'tea'), ['#lobby-2'])
  await store.close()

  const again = await openSqliteStore(options)
  assert.deepEqual(await again.since('#lobby', 0, 10), kept)
  assert.deepEqual(await again.append(numbered(3)), kept.slice(0, 3))
  assert.equal((await again.append([said('next')]))[0]?.seq, 5)
  assert.equal(await again.readPosition('ann', '#lobby'), 2)
  assert.equal(await again.claimName(['name:ann'], 'p2', 9e15), true)
  await again.close()
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('restart')),
    ['restart.db', 'restart.db-lock'],
  )
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('openSqliteStore refuses a second server on the file, but not readers and copies', async () => {
  const file = join(folder, 'twice.db')
  const store = await openSqliteStore({ file, now: () => 1000 })
  await store.append([said('a')])
  await rejectsWith(openSqliteStore({ file, now: () => 0 }), 'in-use')
  const history = openHistory(file)
  assert.deepEqual(idsOf([...history.messages()]), ['a'])
  history.close()
  await store.backup(join(folder, 'twice.backup'))
  await rejectsWith(store.backup(join(folder, 'twice.backup')), 'exists')
  await store.append([said('b')])
  assert.deepEqual(idsOf(await store.history({ room: '#lobby', count: 5 })), ['a', 'b'])
  await store.close()
  await rejectsWith(store.append([said('c')]), 'gone')
})

test('SqliteStore.search rejects with too-slow when its time is over', async () => {
  const store = await openSqliteStore({ file: join(folder, 'slow.db'), now: () => 0, searchDeadlineMs: 0 })
  await store.append([said('a')])
  await rejectsWith(foundIds(store, 'text'), 'too-slow')
  assert.deepEqual(idsOf(await store.history({ room: '#lobby', count: 5 })), ['a'])
  await store.close()
})

test('openSqliteStore gives the lock back when it cannot open', async () => {
  const file = join(folder, 'folder.db')
  await rejectsWith(openSqliteStore({ file: join(folder, 'nowhere', 'x.db'), now: () => 0 }), 'missing')
  const first = await openSqliteStore({ file, now: () => 0 })
  await first.close()
  const second = await openSqliteStore({ file, now: () => 0, synchronous: 'normal' })
  await second.close()
})
