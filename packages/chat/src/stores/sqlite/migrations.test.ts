/** Every shape that a history file ever had is opened, and what is not ours is left alone. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { APPLICATION_ID, MIGRATIONS } from './migrations.ts'
import { HistoryReading } from './reading.ts'
import { HistoryWriting } from './writing.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-migrations-'))
after(() => rmSync(folder, { recursive: true }))

/** A file made by this SQL. */
function madeBy(name: string, sql: string): string {
  const file = join(folder, name)
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
  return file
}

function shapeOf(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true })
  const rows = db.prepare('select type, name, sql from sqlite_schema order by name').all()
  db.close()
  return rows.map(({ type, name, sql }) => [type, name, String(sql).replaceAll(/\s+/g, ' ')])
}

const fresh = join(folder, 'fresh.db')
new HistoryWriting(fresh, 'normal').close()

for (const [index] of MIGRATIONS.entries()) {
  const schema = index + 1
  const sql = readFileSync(new URL(`./fixtures/schema-${schema}.sql`, import.meta.url), 'utf8')

  test(`HistoryWriting brings a file of schema ${schema} to the shape of today`, () => {
    const file = madeBy(`shape-${schema}.db`, sql)
    new HistoryWriting(file, 'normal').close()
    assert.deepEqual(shapeOf(file), shapeOf(fresh))
  })

  test(`HistoryReading reads what a file of schema ${schema} holds`, () => {
    const file = madeBy(`read-${schema}.db`, sql)
    const writing = new HistoryWriting(file, 'normal')
    const before = new HistoryReading(file)
    const from = { id: 'p1', name: 'Ann' }
    assert.deepEqual(before.room('#lobby'), {
      room: '#lobby',
      topic: 'tea at four',
      topicFrom: from,
      topicTime: 1700000000600,
      lastSeq: 6,
      lastTime: 1700000000600,
      messages: 3,
    })
    assert.equal(before.room('@p1+p2')?.topicFrom, undefined)
    before.close()
    const ann = { id: 'p1', name: 'Ann' }
    const topic = { kind: 'topic', id: 't2', room: '#lobby', from: ann, text: 'tea at five' } as const
    assert.deepEqual(writing.append([topic], 0), [{ ...topic, seq: 7, time: 1700000000601 }])
    writing.close()
    const reading = new HistoryReading(file)
    assert.deepEqual(
      reading.history({ room: '#lobby', count: 10 }).map(({ id, text }) => [id, text]),
      [
        ['m1', 'hello Bob, tea?'],
        ['m2', 'shakes his head'],
        ['m4', ''],
      ],
    )
    assert.deepEqual(
      reading.since('#lobby', 0, 10).map((event) => ('text' in event ? event.text : event.target)),
      ['hello Bob, tea?', 'nods', 'a mistake', 'shakes his head', 'm4', 'tea at four', 'tea at five'],
    )
    const found = reading.search(
      { words: [{ text: 'HEAD', phrase: false }], conversations: 'all', count: 10 },
      Infinity,
    )
    assert.deepEqual(
      found.map(({ id }) => id),
      ['m2'],
    )
    assert.equal(reading.readPosition('ann', '#lobby'), 4)
    const [secret] = reading.history({ room: '@p1+p2', count: 10 })
    const bobs = [{ text: '+1', from: [{ id: 'p2', name: 'bob' }] }]
    assert.deepEqual(secret?.reactions, schema < 3 ? undefined : bobs)
    const removed = reading.since('@p1+p2', 1, 10).map((event) => 'removed' in event)
    assert.deepEqual(removed, schema < 3 ? [] : [false, false, true])
    assert.deepEqual(reading.faults(), [])
    reading.close()
  })
}

test('HistoryWriting does not know who set a topic whose event is forgotten, or that is none any more', () => {
  const sql = readFileSync(new URL('./fixtures/schema-1.sql', import.meta.url), 'utf8')
  for (const [index, change] of [
    "delete from event where kind = 'topic'",
    "update room set topic = ''",
  ].entries()) {
    const file = madeBy(`forgotten-${index}.db`, `${sql}; ${change};`)
    new HistoryWriting(file, 'normal').close()
    const reading = new HistoryReading(file)
    const { topic, ...lobby } = reading.room('#lobby') ?? {}
    assert.equal(topic, index === 0 ? 'tea at four' : '')
    assert.ok(!('topicFrom' in lobby) && !('topicTime' in lobby))
    reading.close()
  }
})

test('HistoryWriting and HistoryReading refuse a history of a newer version, and leave it as it is', () => {
  const file = madeBy(
    'newer.db',
    `pragma application_id = ${APPLICATION_ID}; pragma user_version = 99; create table x (y)`,
  )
  const before = readFileSync(file)
  const newer = {
    name: 'StoreError',
    code: 'newer',
    message: `${file}: that history was written by a newer version of Partyline`,
  }
  assert.throws(() => new HistoryWriting(file, 'full'), newer)
  assert.throws(() => new HistoryReading(file), newer)
  assert.deepEqual(readFileSync(file), before)
})

test('HistoryWriting and HistoryReading refuse a file that is no history, and leave it as it is', () => {
  const text = join(folder, 'text.db')
  writeFileSync(text, 'Dear diary, today I have learned about sockets. '.repeat(100))
  for (const file of [text, madeBy('other.db', 'create table cats (name)')]) {
    const before = readFileSync(file)
    assert.throws(() => new HistoryWriting(file, 'full'), { name: 'StoreError', code: 'corrupt' })
    assert.throws(() => new HistoryReading(file), { name: 'StoreError', code: 'corrupt' })
    assert.deepEqual(readFileSync(file), before)
  }
})

test('HistoryReading refuses what is not there, or has nothing in it yet', () => {
  const empty = join(folder, 'empty.db')
  writeFileSync(empty, '')
  for (const file of [empty, join(folder, 'nowhere.db'), join(folder, 'nowhere', 'x.db')]) {
    assert.throws(() => new HistoryReading(file), { name: 'StoreError', code: 'missing' })
  }
  assert.throws(() => new HistoryWriting(join(folder, 'nowhere', 'x.db'), 'full'), { code: 'missing' })
})
