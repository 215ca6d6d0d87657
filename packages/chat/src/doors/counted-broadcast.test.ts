import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryOutlet } from '../testing/memory-outlet.ts'
import { CountedBroadcast } from './counted-broadcast.ts'

test('CountedBroadcast.send counts each event for each session', () => {
  const broadcast = new CountedBroadcast((event) => (event.kind === 'notice' ? `${event.text}\n` : ''))
  const events = ['one', 'two'].map((text) => ({ kind: 'notice', text }) as const)
  const outlets = [new MemoryOutlet(), new MemoryOutlet(), new MemoryOutlet()]
  const batch = { events, busy: true }
  for (const outlet of outlets) assert.ok(broadcast.send(batch, outlet))
  assert.equal(broadcast.deliveries, 6)
  assert.deepEqual(outlets[2]?.lines(), ['one', 'two'])
})
