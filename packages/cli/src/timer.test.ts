import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Timer } from './timer.ts'

test('Timer fires so long after the last restart, and again when it is restarted', ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  let fired = 0
  const timer = new Timer(100, () => {
    fired += 1
  })
  mock.timers.tick(1000)
  assert.equal(fired, 0)
  timer.restart()
  mock.timers.tick(60)
  timer.restart()
  mock.timers.tick(60)
  assert.equal(fired, 0)
  mock.timers.tick(40)
  assert.equal(fired, 1)
  timer.restart()
  mock.timers.tick(100)
  assert.equal(fired, 2)
})

test('Timer does not fire once it is stopped, never after its end, and not without a time', ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const fail = (): void => assert.fail('it fired')
  const timer = new Timer(100, fail)
  timer.restart()
  timer.stop()
  const ended = new Timer(100, fail)
  ended.end()
  ended.restart()
  new Timer(undefined, fail).restart()
  mock.timers.tick(1000)
})
