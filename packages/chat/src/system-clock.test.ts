/** The real clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './system-clock.ts'

/** Resolves when all of it has run; in which order, `ran` tells. */
async function runAfter(times: readonly number[]): Promise<readonly number[]> {
  const ran: number[] = []
  await Promise.all(
    times.map(
      (ms) => new Promise<void>((resolve) => systemClock.after(ms, () => resolve(void ran.push(ms)))),
    ),
  )
  return ran
}

test('systemClock runs what is due in its order', async () => {
  const before = systemClock.ticks()
  // Begun in this order: what was begun first and takes less is due first, however long this is held up in between.
  assert.deepEqual(await runAfter([1, 2, 3]), [1, 2, 3])
  assert.ok(systemClock.ticks() > before)
})

test('systemClock runs after 0 ms when this turn is over, and not in it', async () => {
  let ran = 0
  systemClock.after(0, () => {
    ran += 1
  })
  await Promise.resolve()
  assert.equal(ran, 0, 'the turn is not over')
  await runAfter([0])
  assert.equal(ran, 1)
})

test('systemClock runs nothing that was cancelled', async () => {
  const ran: string[] = []
  systemClock.after(0, () => ran.push('this turn'))()
  systemClock.after(1, () => ran.push('later'))()
  await runAfter([0, 2])
  assert.deepEqual(ran, [])
})

test('systemClock.now is the time', () => {
  // Between two looks at it, however long this is held up; a second for a system that corrects its time meanwhile.
  const before = Date.now() - 1000
  const now = systemClock.now()
  assert.ok(before <= now && now <= Date.now() + 1000)
})
