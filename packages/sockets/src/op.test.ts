import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import test from 'node:test'
import { SocketError } from './errors.ts'
import { checkInteger, checkOp, checkTimeout, MAX_TIMEOUT, watchOp } from './op.ts'

const details = (): { op: 'recv' } => ({ op: 'recv' })

test('checkInteger throws TypeError for what is no whole number, RangeError outside the limits', () => {
  for (const wrong of [1.5, '5', null, undefined, {}, true, 5n]) {
    assert.throws(() => checkInteger('n', wrong, 1, 10), TypeError)
  }
  for (const wrong of [0, 11, -1, Number.NaN, Infinity, -Infinity]) {
    assert.throws(() => checkInteger('n', wrong, 1, 10), RangeError)
  }
  checkInteger('n', 1, 1, 10)
  checkInteger('n', 10, 1, 10)
  assert.throws(() => checkInteger('max', 0, 1, 10), { message: 'max must be between 1 and 10, not 0' })
})

test('checkTimeout takes what a timer can hold, and undefined', () => {
  for (const right of [undefined, 0, 0.5, MAX_TIMEOUT]) checkTimeout('timeout', right)
  for (const wrong of [-1, MAX_TIMEOUT + 1, Infinity]) {
    assert.throws(() => checkTimeout('timeout', wrong), RangeError)
  }
  for (const wrong of ['5', null, Number.NaN, {}]) {
    assert.throws(() => checkTimeout('timeout', wrong), TypeError)
  }
})

test('checkOp throws aborted, with the reason as cause, for a signal that has fired', () => {
  const reason = new Error('enough')
  checkOp(undefined, details)
  checkOp({ signal: new AbortController().signal }, details)
  assert.throws(
    () => checkOp({ signal: AbortSignal.abort(reason) }, details),
    (error) => SocketError.is(error, 'aborted') && error.cause === reason,
  )
  assert.throws(() => checkOp({ timeout: -1, signal: AbortSignal.abort() }, details), RangeError)
})

test('watchOp calls back once: at the timeout, or when the signal fires before', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const seen: string[] = []
  const controller = new AbortController()
  const watch = (): (() => void) =>
    watchOp({ timeout: 100, signal: controller.signal }, details, (error) => seen.push(error.code))
  watch()
  t.mock.timers.tick(99)
  assert.deepEqual(seen, [])
  t.mock.timers.tick(1)
  assert.deepEqual(seen, ['timeout'])
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  watch()
  controller.abort()
  t.mock.timers.tick(1000)
  assert.deepEqual(seen, ['timeout', 'aborted'])
})

test('watchOp leaves neither a listener nor a timer once it was stopped', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const controller = new AbortController()
  const stop = watchOp({ timeout: 100, signal: controller.signal }, details, () => assert.fail('called back'))
  stop()
  stop()
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  t.mock.timers.tick(1000)
  controller.abort()
})
