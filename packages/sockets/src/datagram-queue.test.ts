import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Datagram, DatagramQueue, type QueueLimits } from './datagram-queue.ts'

const ROOMY: QueueLimits = { datagrams: 100, bytes: 1_000_000, whenFull: 'drop-oldest' }

function datagram(size: number, name = 0): Datagram {
  return { data: Buffer.alloc(size, name), from: { host: '192.0.2.1', port: 1, family: 4 } }
}

test('DatagramQueue drops the oldest or the newest when it is full', () => {
  for (const [whenFull, expected] of [
    ['drop-oldest', [2, 3]],
    ['drop-newest', [1, 2]],
  ] as const) {
    const queue = new DatagramQueue({ ...ROOMY, datagrams: 2, whenFull })
    for (const name of [1, 2, 3]) queue.push(datagram(1, name))
    assert.equal(queue.dropped, 1)
    assert.deepEqual(
      [queue.shift()?.data[0], queue.shift()?.data[0], queue.shift()],
      [...expected, undefined],
    )
  }
})

test('DatagramQueue drops as many old datagrams as a large one needs', () => {
  const queue = new DatagramQueue({ ...ROOMY, bytes: 10 })
  for (const size of [4, 3, 3]) queue.push(datagram(size))
  queue.push(datagram(6))
  assert.deepEqual([queue.length, queue.dropped], [2, 2])
  assert.deepEqual([queue.shift()?.data.length, queue.shift()?.data.length], [3, 6])
})

test('DatagramQueue keeps one datagram that is larger than its limit', () => {
  for (const whenFull of ['drop-oldest', 'drop-newest'] as const) {
    const queue = new DatagramQueue({ ...ROOMY, bytes: 10, whenFull })
    queue.push(datagram(20))
    assert.deepEqual([queue.length, queue.dropped], [1, 0])
  }
})

test('DatagramQueue keeps empty datagrams', () => {
  const queue = new DatagramQueue(ROOMY)
  queue.push(datagram(0))
  assert.equal(queue.length, 1)
  assert.equal(queue.shift()?.data.length, 0)
})

test('DatagramQueue is empty after clear', () => {
  const queue = new DatagramQueue({ ...ROOMY, bytes: 10 })
  queue.push(datagram(9))
  queue.clear()
  assert.equal(queue.shift(), undefined)
  queue.push(datagram(9))
  assert.deepEqual([queue.length, queue.dropped], [1, 0])
})

test('DatagramQueue does what a plain array would do, within its limits, over thousands of steps', () => {
  const step = fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined, freq: 3 })
  const limits = fc.record({
    datagrams: fc.integer({ min: 1, max: 20 }),
    bytes: fc.integer({ min: 1, max: 200 }),
    whenFull: fc.constantFrom('drop-oldest' as const, 'drop-newest' as const),
  })
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 2000, size: 'max' }), (limit, steps) => {
      const queue = new DatagramQueue(limit)
      let model: Datagram[] = []
      let dropped = 0
      for (const size of steps) {
        if (size === undefined) {
          assert.equal(queue.shift(), model.shift())
          continue
        }
        const item = datagram(size)
        queue.push(item)
        const before = [...model, item]
        model = limitedTo(before, limit)
        dropped += before.length - model.length
        assert.deepEqual([queue.length, queue.dropped], [model.length, dropped])
      }
    }),
  )
})

test('DatagramQueue stays in order when more than a thousand were taken', () => {
  const queue = new DatagramQueue({ ...ROOMY, datagrams: 5000 })
  for (let i = 0; i < 3000; i++) queue.push(datagram(i % 7))
  for (let i = 0; i < 3000; i++) assert.equal(queue.shift()?.data.length, i % 7)
  assert.equal(queue.shift(), undefined)
})

function limitedTo(items: readonly Datagram[], limits: QueueLimits): Datagram[] {
  const kept = [...items]
  const bytes = (): number => kept.reduce((sum, item) => sum + item.data.length, 0)
  while (kept.length > 1 && (kept.length > limits.datagrams || bytes() > limits.bytes)) {
    if (limits.whenFull === 'drop-newest') {
      kept.pop()
      break
    }
    kept.shift()
  }
  return kept
}
