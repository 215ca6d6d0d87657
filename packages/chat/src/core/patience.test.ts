/** Waiting for the store, but not for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { patiently, STORE_PATIENCE } from './patience.ts'
import { StoreError } from './store.ts'

test('patiently gives what the store answers, good or bad, and leaves no timer', async () => {
  const clock = new FakeClock()
  assert.equal(await patiently(Promise.resolve(7), clock), 7)
  const error = new Error('disk')
  await assert.rejects(patiently(Promise.reject(error), clock), error)
  assert.equal(clock.pending, 0)
})

test('patiently rejects with too-slow after half a second, and a late answer is no matter', async () => {
  const clock = new FakeClock()
  const late = Promise.withResolvers<never>()
  const answer = assert.rejects(patiently(late.promise, clock), new StoreError('too-slow'))
  await clock.advance(STORE_PATIENCE)
  await answer
  late.reject(new Error('late'))
  await clock.settle()
})

test('patiently takes an answer that comes after a long standstill', async () => {
  const timers: (() => void)[] = []
  const clock = Object.assign(new FakeClock(), {
    after: (_ms: number, run: () => void) => {
      timers.push(run)
      return () => {}
    },
  })
  const store = Promise.withResolvers<number>()
  const answer = patiently(store.promise, clock)
  timers.shift()?.() // however late it is
  await Promise.resolve()
  store.resolve(7)
  assert.equal(await answer, 7)
})
