/** The leases of names: what the store contract does not see, that they are forgotten when they have run out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NameLeases } from './name-leases.ts'

test('NameLeases forgets what has run out before it grows', () => {
  let now = 0
  const leases = new NameLeases(() => now)
  for (let index = 0; index < 10_000; index += 1) {
    now += 1
    leases.claim([`name:${index}`], `p${index}`, now + 10)
  }
  assert.ok(leases.size <= 1000)
  assert.equal(leases.claim(['name:9999'], 'another', now + 10), false)
})

test('NameLeases leaves nothing behind of what was released', () => {
  const leases = new NameLeases(() => 0)
  leases.claim(['name:a', 'look:a'], 'p', 10)
  leases.claim(['name:b', 'look:a'], 'p', 10)
  assert.equal(leases.size, 3)
  leases.release('p')
  assert.equal(leases.size, 0)
})
