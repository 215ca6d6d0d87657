/** Read positions gather while others are written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReadPositions } from './read-positions.ts'
import type { ReadPosition } from './writing.ts'

/** A writer that finishes when it is told to. */
function slowWriter() {
  const lots: (readonly ReadPosition[])[] = []
  const waiting: PromiseWithResolvers<void>[] = []
  const write = (positions: readonly ReadPosition[]): Promise<void> => {
    lots.push(positions)
    const done = Promise.withResolvers<void>()
    waiting.push(done)
    return done.promise
  }
  return { lots, waiting, positions: new ReadPositions(write) }
}

test('ReadPositions writes what gathered meanwhile in one go, only the furthest of each', async () => {
  const { lots, waiting, positions } = slowWriter()
  const first = positions.set('ann', '#a', 1)
  const rest = [positions.set('ann', '#a', 3), positions.set('ann', '#a', 2), positions.set('bob', '#a', 9)]
  assert.deepEqual(lots, [[['ann', '#a', 1]]])
  waiting[0]?.resolve()
  await first
  await new Promise(setImmediate)
  assert.deepEqual(lots[1], [
    ['ann', '#a', 3],
    ['bob', '#a', 9],
  ])
  waiting[1]?.resolve()
  await positions.settled()
  await Promise.all(rest)
  assert.equal(lots.length, 2)
})

test('ReadPositions rejects what could not be written, and writes what comes after', async () => {
  const { lots, waiting, positions } = slowWriter()
  const first = positions.set('ann', '#a', 1)
  const second = positions.set('ann', '#a', 2)
  waiting[0]?.reject(new Error('full'))
  await assert.rejects(first, { message: 'full' })
  await new Promise(setImmediate)
  waiting[1]?.resolve()
  await second
  assert.deepEqual(lots, [[['ann', '#a', 1]], [['ann', '#a', 2]]])
})
