/** Broadcasting: encoded once, written once, joined when a room is busy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch, ChatEvent } from '../core/events.ts'
import { MemoryOutlet } from '../testing/memory-outlet.ts'
import { Broadcast } from './broadcast.ts'

const EVENTS: readonly ChatEvent[] = ['one', '', 'three'].map((text) => ({ kind: 'notice', text }))

function open() {
  let formatted = 0
  const broadcast = new Broadcast((event) => {
    formatted += 1
    return event.kind === 'notice' && event.text !== '' ? `${event.text}\n` : ''
  })
  return { broadcast, formatted: () => formatted }
}

test('Broadcast.send formats a batch once for all, and gives all the same bytes', () => {
  const { broadcast, formatted } = open()
  const given: Uint8Array[] = []
  const outlet = Object.assign(new MemoryOutlet(), {
    trySend: (data: Uint8Array) => {
      given.push(data)
      return true
    },
  })
  const batch: Batch = { events: EVENTS, busy: true }
  for (let session = 0; session < 3; session += 1) assert.ok(broadcast.send(batch, outlet))
  assert.equal(formatted(), EVENTS.length)
  assert.equal(given.length, 3)
  assert.equal(new Set(given).size, 1)
})

test('Broadcast.send writes each event by itself in a calm room, and all of them at once in a busy one', () => {
  const { broadcast } = open()
  const outlet = new MemoryOutlet()
  broadcast.send({ events: EVENTS, busy: false }, outlet)
  assert.deepEqual(outlet.writes, ['one\n', 'three\n'])
  broadcast.send({ events: EVENTS, busy: true }, outlet)
  assert.deepEqual(outlet.writes.slice(2), ['one\nthree\n'])
})

test('Broadcast.send says when the outlet takes no more, and writes nothing where nothing is to see', () => {
  const { broadcast } = open()
  const outlet = new MemoryOutlet()
  outlet.full = true
  assert.equal(broadcast.send({ events: EVENTS, busy: false }, outlet), false)
  assert.equal(broadcast.send({ events: [{ kind: 'notice', text: '' }], busy: true }, outlet), true)
})
