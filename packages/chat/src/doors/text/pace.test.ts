/** The pace of one client. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../testing/fake-clock.ts'
import { Pace } from './pace.ts'

test('Pace.take lets a burst through, then so many lines per second, then a burst again', async () => {
  const clock = new FakeClock()
  const pace = new Pace(clock, { burst: 3, perSecond: 10 })
  for (let line = 0; line < 3; line += 1) assert.equal(pace.take(), undefined)
  for (let line = 0; line < 5; line += 1) {
    assert.equal(pace.take(), 100)
    await clock.advance(100)
  }
  await clock.advance(60_000)
  for (let line = 0; line < 3; line += 1) assert.equal(pace.take(), undefined)
  assert.equal(pace.take(), 100)
})
