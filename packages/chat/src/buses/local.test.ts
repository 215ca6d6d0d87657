/** The bus of one process. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hint } from '../core/bus.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { busContract } from './bus-contract.ts'
import { LocalBus } from './local.ts'

busContract('LocalBus', async () => {
  const clock = new FakeClock()
  return { bus: new LocalBus(clock), settle: () => clock.settle() }
})

test('LocalBus loses nothing, and keeps the order', async () => {
  const clock = new FakeClock()
  const bus = new LocalBus(clock)
  const heard: Hint[] = []
  bus.subscribe((hint) => heard.push(hint))
  for (const chat of ['a', 'b', 'c']) bus.publish({ about: 'end', chat })
  await clock.settle()
  assert.deepEqual(
    heard.map(({ chat }) => chat),
    ['a', 'b', 'c'],
  )
})
