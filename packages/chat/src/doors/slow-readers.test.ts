/** Slow readers: who is cut off, and who is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { MemoryOutlet } from '../testing/memory-outlet.ts'
import { SLOW, SlowReaders } from './slow-readers.ts'

function open() {
  const clock = new FakeClock()
  const slow = new SlowReaders(clock)
  const outlet = new MemoryOutlet()
  slow.watch(outlet)
  return { clock, slow, outlet }
}

test('SlowReaders cuts off who has too much unsent at two looks in a row', async () => {
  const { clock, outlet } = open()
  outlet.queued = SLOW.bytes + 1
  await clock.advance(1000)
  assert.equal(outlet.ended, undefined)
  await clock.advance(1000)
  assert.match(outlet.ended ?? '', /too slowly, 98305 are unsent/)
})

test('SlowReaders lets one large answer over a slow line pass', async () => {
  const { clock, outlet } = open()
  outlet.queued = SLOW.bytes * 2
  await clock.advance(1000)
  outlet.queued = SLOW.bytes
  await clock.advance(1000)
  outlet.queued = 0
  await clock.advance(100_000)
  assert.equal(outlet.ended, undefined)
})

test('SlowReaders cuts off who has taken nothing for 30 seconds, however little it is', async () => {
  const { clock, outlet } = open()
  await clock.advance(100_000)
  outlet.queued = 1
  await clock.advance(29_000)
  assert.equal(outlet.ended, undefined)
  await clock.advance(1000)
  assert.match(outlet.ended ?? '', /nothing for 30 s/)
})

/** A clock whose next look comes late, as on a machine that was paused. */
class LateClock extends FakeClock {
  late = 0

  override ticks(): number {
    return super.ticks() + this.late
  }
}

test('SlowReaders blames nobody for what this process has slept through', async () => {
  for (const queued of [1, SLOW.bytes + 1]) {
    const clock = new LateClock()
    const slow = new SlowReaders(clock)
    const outlet = new MemoryOutlet()
    slow.watch(outlet)
    outlet.queued = queued
    await clock.advance(1000)
    clock.late += SLOW.ms
    await clock.advance(1000)
    assert.equal(outlet.ended, undefined, 'it was us')
    outlet.queued = 0
    await clock.advance(1000)
    assert.equal(outlet.ended, undefined)
  }
})

test('SlowReaders blames after it has slept who is as slow afterwards, also when it is always late', async () => {
  for (const again of [0, 600]) {
    const clock = new LateClock()
    const slow = new SlowReaders(clock)
    const outlet = new MemoryOutlet()
    slow.watch(outlet)
    outlet.queued = SLOW.bytes + 1
    await clock.advance(1000)
    clock.late += 600
    await clock.advance(1000)
    clock.late += again
    await clock.advance(1000)
    assert.match(outlet.ended ?? '', /too slowly/)
  }
})

test('SlowReaders lets go on who takes a little from time to time', async () => {
  const { clock, outlet } = open()
  outlet.queued = 1000
  for (let time = 0; time < 20; time += 1) {
    await clock.advance(20_000)
    outlet.taken += 1
  }
  assert.equal(outlet.ended, undefined)
})

test('SlowReaders.unwatch: without anybody to watch no timer runs', async () => {
  const { clock, slow, outlet } = open()
  slow.unwatch(outlet)
  outlet.queued = SLOW.bytes * 2
  await clock.advance(5000)
  assert.equal(outlet.ended, undefined)
  assert.equal(clock.pending, 0)
})

test('SlowReaders.queued is what all of them have not taken yet', () => {
  const { slow, outlet } = open()
  const other = new MemoryOutlet()
  slow.watch(other)
  outlet.queued = 1000
  other.queued = 200
  assert.equal(slow.queued, 1200)
  slow.unwatch(other)
  assert.equal(slow.queued, 1000)
})
