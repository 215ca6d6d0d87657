import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { SAME_PRESS_MS, stopSignals } from './stop-signals.ts'

function watched({ atTerminal = true } = {}): {
  source: EventEmitter
  exits: number[]
  signal: AbortSignal
  clock: { now: number }
} {
  const source = new EventEmitter()
  const exits: number[] = []
  const clock = { now: 1000 }
  const signal = stopSignals(source, {
    exit: (code) => exits.push(code),
    now: () => clock.now,
    atTerminal,
  })
  return { source, exits, signal, clock }
}

test('stopSignals aborts at the first signal, with its name as the reason', () => {
  for (const name of ['SIGINT', 'SIGTERM']) {
    const { source, exits, signal } = watched()
    assert.equal(signal.aborted, false)
    source.emit(name)
    assert.equal(signal.aborted, true)
    assert.equal(signal.reason, name)
    assert.deepEqual(exits, [])
  }
})

test('stopSignals exits at the second signal', () => {
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const { source, exits, clock } = watched()
    source.emit(name)
    clock.now += SAME_PRESS_MS
    source.emit(name)
    assert.deepEqual(exits, [code])
  }
})

test('stopSignals takes the same signal twice at once for one press of Ctrl-C', () => {
  const { source, exits, clock } = watched()
  source.emit('SIGINT')
  clock.now += SAME_PRESS_MS - 1
  source.emit('SIGINT')
  assert.deepEqual(exits, [])
})

test('stopSignals exits at once when the second signal is another one', () => {
  const { source, exits } = watched()
  source.emit('SIGINT')
  source.emit('SIGTERM')
  assert.deepEqual(exits, [143])
})

test('stopSignals takes a terminal that goes away for SIGTERM, however often it is said', () => {
  const { source, exits, signal } = watched()
  source.emit('SIGHUP')
  assert.equal(signal.reason, 'SIGTERM')
  source.emit('SIGHUP')
  assert.deepEqual(exits, [])
})

test('stopSignals passes over SIGHUP where there is no terminal, as under nohup', () => {
  const { source, exits, signal } = watched({ atTerminal: false })
  source.emit('SIGHUP')
  assert.equal(signal.aborted, false)
  source.emit('SIGTERM')
  assert.equal(signal.reason, 'SIGTERM')
  assert.deepEqual(exits, [])
})
