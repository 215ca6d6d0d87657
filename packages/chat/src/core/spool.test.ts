/** The spool: its order, its bounds, and what it tells apart. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from './events.ts'
import { LIMITS } from './limits.ts'
import { Spool } from './spool.ts'

function message(id: string, more: Partial<Message> = {}): Message {
  return { kind: 'said', id, room: '#lobby', from: { id: 'p', name: 'ann' }, text: id, ...more }
}

test('Spool gives the oldest first, and as many as go into one commit', () => {
  const spool = new Spool()
  for (let count = 0; count < LIMITS.commitEvents + 5; count += 1) spool.add(message(String(count)))
  const first = spool.first()
  assert.deepEqual([first.length, first[0]?.id], [LIMITS.commitEvents, '0'])
  spool.remove(first)
  assert.deepEqual(
    spool.first().map(({ id }) => id),
    Array.from({ length: 5 }, (_, index) => String(LIMITS.commitEvents + index)),
  )
  spool.remove(spool.first())
  assert.equal(spool.size, 0)
  for (let count = 0; count < 20; count += 1) spool.add(message(`long ${count}`, { text: 'x'.repeat(4096) }))
  assert.equal(spool.first().length, LIMITS.commitText / 4096)
})

test('Spool loses the oldest beyond its limits, by events and by bytes, and counts them', () => {
  const few = new Spool({ events: 3, bytes: 1_000_000 })
  for (const id of ['a', 'b', 'c', 'd', 'e']) few.add(message(id))
  assert.deepEqual([few.size, few.lost, few.first()[0]?.id], [3, 2, 'c'])
  const small = new Spool({ events: 100, bytes: 2000 })
  for (const id of ['a', 'b', 'c']) small.add(message(id, { text: 'x'.repeat(400) }))
  assert.deepEqual([small.size, small.lost, small.first()[0]?.id], [1, 2, 'c'])
})

test('Spool.remove leaves alone what came after, also when some of it was lost meanwhile', () => {
  const spool = new Spool({ events: 3, bytes: 1_000_000 })
  for (const id of ['a', 'b', 'c']) spool.add(message(id))
  const first = spool.first()
  spool.add(message('d'))
  spool.remove(first)
  assert.deepEqual([spool.size, spool.first()[0]?.id], [1, 'd'])
})

test('Spool.reactionsTo finds what waits for a message, in order', () => {
  const spool = new Spool()
  const reaction = { kind: 'reacted', room: '#lobby', from: { id: 'p', name: 'ann' }, text: '+1' } as const
  spool.add(message('a'))
  spool.add({ ...reaction, id: 'b', target: 'a' })
  spool.add({ ...reaction, id: 'c', target: 'other' })
  spool.add({ ...reaction, id: 'd', target: 'a', removed: true })
  assert.deepEqual(
    spool.reactionsTo('a').map(({ id }) => id),
    ['b', 'd'],
  )
  assert.deepEqual(spool.reactionsTo('b'), [])
})

test("Spool.add refuses the same person's same mark while it waits, and not after", () => {
  const spool = new Spool()
  assert.ok(spool.add(message('a', { clientId: 'x' })))
  assert.ok(!spool.add(message('b', { clientId: 'x' })))
  assert.ok(spool.add(message('c', { clientId: 'x', from: { id: 'q', name: 'bob' } })))
  spool.remove(spool.first())
  assert.ok(spool.add(message('d', { clientId: 'x' })))
  assert.equal(spool.find('d')?.id, 'd')
  assert.equal(spool.find('a'), undefined)
})
