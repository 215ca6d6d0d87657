/** The real clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './system-clock.ts'

test('systemClock runs what is due in its order, and nothing that was cancelled', async () => {
  const ran: string[] = []
  systemClock.after(0, () => ran.push('cancelled'))()
  systemClock.after(1, () => ran.push('cancelled'))()
  const before = systemClock.ticks()
  await new Promise<void>((resolve) => {
    systemClock.after(2, resolve)
    systemClock.after(0, () => ran.push('this turn'))
  })
  assert.deepEqual(ran, ['this turn'])
  assert.ok(systemClock.ticks() > before)
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000)
})
