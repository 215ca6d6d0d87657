/** The commit queue: its order, its pace, and what happens when the store fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../stores/memory.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { CommitQueue } from './commit-queue.ts'
import type { ChatEvent, Message } from './events.ts'
import { LIMITS } from './limits.ts'
import type { Store } from './store.ts'

const ANN = { id: 'p', name: 'ann' }

function message(id: string, text = id): Message {
  return { kind: 'said', id, room: '#lobby', from: ANN, text }
}

function open(window: number, store: Pick<Store, 'append'> = new MemoryStore({ now: () => 0 })) {
  const clock = new FakeClock()
  const delivered: (readonly ChatEvent[])[] = []
  const failures: unknown[] = []
  const queue = new CommitQueue({
    store,
    clock,
    window,
    deliver: (events) => delivered.push(events),
    storeFails: (error) => failures.push(error),
  })
  const ids = (): string[][] =>
    delivered.map((events) => events.map((event) => ('id' in event ? event.id : event.kind)))
  return { clock, queue, delivered, ids, failures }
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
  queue.push({ kind: 'disconnected', from: ANN })
  await clock.settle()
  assert.deepEqual(
    delivered.flat().map((event) => [event.kind, 'seq' in event ? event.seq : undefined]),
    [
      ['logged-in', undefined],
      ['said', 1],
      ['disconnected', undefined],
    ],
  )
})

test('CommitQueue delivers a message that was sent twice once', async () => {
  const { clock, queue, ids } = open(0)
  queue.push({ ...message('a'), clientId: 'x' })
  await clock.settle()
  queue.push({ ...message('b'), clientId: 'x' })
  queue.push(message('c'))
  await clock.settle()
  assert.deepEqual(ids(), [['a'], ['c']])
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

test('CommitQueue delivers without a sequence number what a failing store does not keep, and says so once', async () => {
  const store = new MemoryStore({ now: () => 0 })
  let failing = true
  const error = new Error('disk full')
  const { clock, queue, delivered, failures } = open(0, {
    append: (batch) => (failing ? Promise.reject(error) : store.append(batch)),
  })
  for (const id of ['a', 'b']) {
    queue.push(message(id))
    await clock.settle()
  }
  failing = false
  queue.push({ kind: 'logged-in', from: ANN }) // nothing to keep: says nothing about the store
  await clock.settle()
  assert.deepEqual(failures, [error])
  queue.push(message('c'))
  await clock.settle()
  assert.deepEqual(failures, [error, undefined])
  assert.deepEqual(
    delivered.flat().map((event) => ('seq' in event ? event.seq : undefined)),
    [undefined, undefined, undefined, 1],
  )
})
