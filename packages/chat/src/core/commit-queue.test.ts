/** The commit queue: its order and its pace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { CommitQueue } from './commit-queue.ts'
import type { ChatEvent, Message } from './events.ts'
import { LIMITS } from './limits.ts'

const ANN = { id: 'p', name: 'ann' }

function message(id: string, text = id): Message {
  return { kind: 'said', id, room: '#lobby', from: ANN, text }
}

function open(window: number) {
  const clock = new FakeClock()
  const delivered: (readonly ChatEvent[])[] = []
  const queue = new CommitQueue({
    clock,
    window,
    keep: async (events) => events,
    deliver: (events) => delivered.push(events),
  })
  const ids = (): string[][] =>
    delivered.map((events) => events.map((event) => ('id' in event ? event.id : event.kind)))
  return { clock, queue, delivered, ids }
}

test('CommitQueue commits the first event after a quiet time at once, and what follows together', async () => {
  const { clock, queue, ids } = open(10)
  queue.push(message('a'))
  queue.push(message('b'))
  await clock.settle()
  assert.deepEqual(ids(), [['a']])
  queue.push(message('c'))
  await clock.advance(9)
  assert.deepEqual(ids(), [['a']])
  await clock.advance(1)
  assert.deepEqual(ids(), [['a'], ['b', 'c']])
  await clock.advance(10)
  queue.push(message('d'))
  await clock.settle()
  assert.deepEqual(ids().at(-1), ['d'])
  assert.equal(clock.pending, 0)
})

test('CommitQueue with a window of 0 commits once in every turn', async () => {
  const { clock, queue, ids } = open(0)
  queue.push(message('a'))
  queue.push(message('b'))
  assert.deepEqual(ids(), [])
  await clock.settle()
  assert.deepEqual(ids(), [['a', 'b']])
})

test('CommitQueue keeps the order of everything, kept or not', async () => {
  const { clock, queue, delivered } = open(0)
  queue.push({ kind: 'logged-in', from: ANN })
  queue.push(message('a'))
  queue.push({ kind: 'disconnected', from: ANN, rooms: [] })
  await clock.settle()
  assert.deepEqual(
    delivered.flat().map(({ kind }) => kind),
    ['logged-in', 'said', 'disconnected'],
  )
})

test('CommitQueue bounds a commit by its events and by its text', async () => {
  const { clock, queue, ids } = open(0)
  for (let count = 0; count < LIMITS.commitEvents + 1; count += 1) queue.push(message(String(count), ''))
  for (let count = 0; count < 17; count += 1) queue.push(message(`long ${count}`, 'x'.repeat(4096)))
  await clock.settle()
  assert.deepEqual(
    ids().map((batch) => batch.length),
    [LIMITS.commitEvents, 1 + LIMITS.commitText / 4096, 1],
  )
})

test('CommitQueue.settled resolves when all that was pushed before is delivered', async () => {
  const { clock, queue, ids } = open(10)
  assert.equal(queue.settled(), undefined)
  queue.push(message('a'))
  queue.push(message('b'))
  const settled = queue.settled()?.then(() => ids().flat())
  queue.push(message('c'))
  await clock.advance(20)
  assert.deepEqual(await settled, ['a', 'b', 'c'])
  assert.equal(queue.settled(), undefined)
})

test('CommitQueue.ready says when the line is too long, and when it is short again', async () => {
  const { clock, queue } = open(10)
  for (let count = 0; count <= LIMITS.backlog; count += 1) queue.push(message(String(count)))
  assert.equal(queue.ready(), undefined)
  queue.push(message('one more'))
  let ready = false
  const waiting = queue.ready()?.then(() => {
    ready = true
  })
  await clock.settle()
  assert.equal(ready, false)
  await clock.advance(20)
  await waiting
  assert.equal(queue.ready(), undefined)
})
