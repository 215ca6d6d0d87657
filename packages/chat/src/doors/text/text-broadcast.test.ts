/** What a text door sends to many. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../core/events.ts'
import { PLAIN } from './style.ts'
import { TextBroadcast } from './text-broadcast.ts'

const from = { id: 'p1', name: 'ann' }
const batch: Batch = {
  events: [{ kind: 'said', id: 'm', room: '#lobby', from, text: 'hi', seq: 1, time: 0 }],
  busy: false,
}

class Kept {
  readonly writes: Uint8Array[] = []
  readonly queued = 0
  trySend(data: Uint8Array): boolean {
    this.writes.push(data)
    return true
  }
  close(): void {}
  cut(): void {}
}

test('TextBroadcast.send encodes a batch once for each style, and counts what it hands out', () => {
  const broadcast = new TextBroadcast()
  const outlet = new Kept()
  const named = { ...PLAIN, names: true }
  for (const style of [undefined, { ...PLAIN, offset: 60 }, named, { ...named }, { ...named, offset: 60 }]) {
    assert.equal(broadcast.send(batch, outlet, style), true)
  }
  assert.deepEqual(
    outlet.writes.map((bytes) => Buffer.from(bytes).toString()),
    ['ann::hi\n', 'ann::hi\n', '[ann] hi\n', '[ann] hi\n', '[ann] hi\n'],
  )
  assert.equal(outlet.writes[0], outlet.writes[1])
  assert.equal(outlet.writes[2], outlet.writes[3])
  assert.equal(broadcast.deliveries, 5)
})
