/** Reading for an export and for a doctor. */
import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { deleted, edited, foundIds, idsOf, numbered, said, topic } from '../contract/events.ts'
import { openHistory } from '../open-history.ts'
import { lockHistory } from './lock.ts'
import { PAGE, UNREAD } from './reading.ts'
import { HistoryWriting } from './writing.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-reading-'))
after(() => rmSync(folder, { recursive: true }))

test('openHistory reads a history that is being written', async () => {
  const file = join(folder, 'live.db')
  const writing = new HistoryWriting(file, 'normal')
  writing.append([...numbered(3), said('secret', { room: '@x+y' })], 1000)
  const history = openHistory(file)
  assert.deepEqual(idsOf(history.history({ room: '#lobby', count: 2 })), ['#lobby-2', '#lobby-3'])
  writing.append(
    [edited('e', '#lobby-1', 'tea'), deleted('d', '#lobby-2'), topic('t', 'all about tea')],
    2000,
  )
  assert.equal(history.since('#lobby', 3, 10).length, 3)
  assert.deepEqual(history.room('#lobby')?.topic, 'all about tea')
  assert.deepEqual(
    history.rooms('named').map(({ room }) => room),
    ['#lobby'],
  )
  assert.deepEqual(
    history.rooms('all').map(({ room }) => room),
    ['#lobby', '@x+y'],
  )
  assert.deepEqual(await foundIds({ search: async (query) => history.search(query) }, 'tea'), ['#lobby-1'])
  assert.equal(history.writer(), undefined)
  const lock = lockHistory(file)
  assert.equal(history.writer(), process.pid)
  lock.release()
  assert.deepEqual(history.faults(), [])
  history.close()
  writing.close()
})

test('History.messages gives everything in order, in one room or all, and goes on after an id', () => {
  const file = join(folder, 'long.db')
  const writing = new HistoryWriting(file, 'normal')
  for (let round = 1; round <= 25; round += 1) {
    const texts = Array.from({ length: 100 }, (_, index) =>
      said(`${round}-${index}`, { room: `#r${index % 2}` }),
    )
    writing.append([...texts, topic(`t${round}`, 'x', { room: '#r0' })], round)
  }
  const history = openHistory(file)
  const all = [...history.messages()]
  assert.equal(all.length, 2500)
  assert.deepEqual([all[0]?.id, all[1]?.id, all[1000]?.id, all[2499]?.id], ['1-0', '1-1', '11-0', '25-99'])
  const odd = [...history.messages({ room: '#r1' })]
  assert.deepEqual([odd.length, odd[0]?.id, odd[1249]?.id], [1250, '1-1', '25-99'])
  assert.deepEqual(idsOf([...history.messages({ afterId: '25-97' })]), ['25-98', '25-99'])
  assert.deepEqual(idsOf([...history.messages({ room: '#r0', afterId: '25-95' })]), ['25-96', '25-98'])
  assert.deepEqual([...history.messages({ afterId: 'unknown' })], [])
  assert.deepEqual([...history.messages({ room: '#none' })], [])

  const following = history.messages({ afterId: '25-99' })
  writing.append([said('new')], 100)
  assert.equal(following.next().value?.id, 'new')
  history.close()
  writing.close()
})

test('History.faults finds damage, which rejects as corrupt where it is read', () => {
  const file = join(folder, 'damaged.db')
  const writing = new HistoryWriting(file, 'normal')
  writing.append(numbered(1000), 1000)
  writing.close()
  const descriptor = openSync(file, 'r+')
  const { size } = statSync(file)
  for (let page = 4; page * 4096 < size; page += 1)
    writeSync(descriptor, Buffer.alloc(2000, 0x5a), 0, 2000, page * 4096)
  closeSync(descriptor)
  const history = openHistory(file)
  assert.throws(() => [...history.messages()], { name: 'StoreError', code: 'corrupt' })
  assert.ok(history.faults().length > 0)
  history.close()
})

test('History.faults finds wrong counts, and an index that does not fit', () => {
  const file = join(folder, 'miscounted.db')
  const writing = new HistoryWriting(file, 'normal')
  writing.append(numbered(3), 1000)
  writing.close()
  const history = openHistory(file)
  assert.deepEqual(history.faults(), [])
  change(file, 'update room set messages = 7')
  assert.deepEqual(history.faults(), ['the messages of #lobby are counted wrongly'])
  change(
    file,
    'update room set messages = 3; drop trigger event_changed; update event set text = null where n = 2',
  )
  assert.deepEqual(history.faults(), ['the index for searching has other messages'])
  history.close()
})

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

test('pages and what is unread are read along the index of the room, and nothing is sorted', () => {
  const file = join(folder, 'plan.db')
  new HistoryWriting(file, 'normal').close()
  const db = new DatabaseSync(file)
  for (const [sql, bounds] of [
    [PAGE.oldest, 'room=? AND seq>? AND seq<?'],
    [PAGE.newest, 'room=? AND seq>? AND seq<?'],
    [UNREAD, 'room=? AND seq>?'],
  ] as const) {
    const plan = db.prepare(`explain query plan ${sql}`).all()
    const steps = plan.map(({ detail }) => String(detail)).join('; ')
    assert.ok(steps.includes(`SEARCH event USING INDEX event_seq (${bounds})`), steps)
    assert.doesNotMatch(steps, /SCAN (event|room)|TEMP B-TREE/)
  }
  db.close()
})
