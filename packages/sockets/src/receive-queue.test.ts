import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import test from 'node:test'
import fc from 'fast-check'
import { SocketError, type SocketErrorDetails } from './errors.ts'
import { QueuedStream } from './queued-stream.ts'
import { MORE, ReceiveQueue } from './receive-queue.ts'
import { fails, mayFail, pattern } from './testing/checks/check.ts'
import { ManualTransport } from './testing/manual-transport.ts'

// Text in which a lost, doubled or moved byte shows, with a line ending every sixteen bytes or so.
const SOURCE = pattern(256 * 1024, 11).map((byte) => (byte < 16 ? 10 : 97 + (byte % 20)))

class Flow {
  readonly calls: string[] = []

  pause(): void {
    this.calls.push('pause')
  }

  resume(): void {
    this.calls.push('resume')
  }

  errorDetails(): SocketErrorDetails {
    return { op: 'recv' }
  }
}

/** A queue and the receive of exactly `n` bytes from it. */
function queueOf(highWater: number): {
  flow: Flow
  queue: ReceiveQueue
  exactly: (n: number, timeout?: number) => Promise<Buffer>
} {
  const flow = new Flow()
  const queue = new ReceiveQueue(flow, flow, highWater)
  const exactly = (n: number, timeout?: number): Promise<Buffer> =>
    queue.receive(() => (queue.size < n ? MORE : queue.take(n)), { timeout }, n)
  return { flow, queue, exactly }
}

// ── nothing is lost ──────────────────────────────────────────────────────────────────────────────────────────

const push = fc.record({
  do: fc.constant('push' as const),
  sizes: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }) },
      { weight: 1, arbitrary: fc.integer({ min: 500, max: 2000 }) },
    ),
    { minLength: 1, maxLength: 6, size: 'max' },
  ),
})
const receive = fc.record({
  do: fc.constantFrom('recv', 'recvMax', 'into', 'exactly', 'until', 'line', 'lines', 'chunks'),
  n: fc.integer({ min: 1, max: 60 }),
})
const other = fc.record({
  do: fc.constantFrom('tryRecv', 'unread', 'cancel', 'timeout'),
  n: fc.integer({ min: 1, max: 60 }),
})
const script = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: push },
    { weight: 4, arbitrary: receive },
    { weight: 2, arbitrary: other },
  ),
  { maxLength: 60, size: 'max' },
)

/** Plays the user of a stream: everything it takes, in order, as bytes. */
class Taker {
  readonly stream: QueuedStream
  taken: Buffer = Buffer.alloc(0)
  #pending: Promise<unknown> | undefined
  #controller = new AbortController()

  constructor(stream: QueuedStream) {
    this.stream = stream
  }

  /** Ends the receive that is still waiting; it may have its bytes already. */
  async cancel(): Promise<void> {
    this.#controller.abort()
    await this.#pending
    this.#controller = new AbortController()
  }

  async start(kind: string, n: number): Promise<void> {
    await this.cancel()
    this.#pending = this.#receive(kind, n).catch((error: unknown) => {
      if (!SocketError.is(error, 'aborted', 'timeout')) throw error
    })
  }

  async #receive(kind: string, n: number): Promise<void> {
    const { stream } = this
    const op = { signal: this.#controller.signal }
    if (kind === 'recv') this.#keep(await stream.recv(undefined, op))
    if (kind === 'recvMax') this.#keep(await stream.recv(n, op))
    if (kind === 'exactly') this.#keep(await stream.recvExactly(n, op))
    if (kind === 'timeout') this.#keep(await stream.recvExactly(n, { timeout: 0 }))
    if (kind === 'until') this.#keep(await stream.recvUntil('\n', { max: 100_000, keep: true, ...op }))
    if (kind === 'line') this.#keep(`${await stream.readLine(op)}\n`)
    if (kind === 'into') {
      const into = Buffer.alloc(n)
      this.#keep(into.subarray(0, await stream.recvInto(into, op)))
    }
    let left = n % 5
    if (kind === 'lines') {
      for await (const line of stream.lines(op)) {
        this.#keep(`${line}\n`)
        if (left-- === 0) break
      }
    }
    if (kind === 'chunks' && stream.buffered > 0) {
      for await (const chunk of stream) {
        this.#keep(chunk)
        if (left-- === 0 || stream.buffered === 0) break
      }
    }
  }

  tryRecv(n: number): void {
    this.#keep(this.stream.tryRecv(n) ?? '')
  }

  unread(n: number): void {
    const from = Math.max(0, this.taken.length - n)
    this.stream.unread(this.taken.subarray(from))
    this.taken = this.taken.subarray(0, from)
  }

  #keep(bytes: Buffer | string | null): void {
    assert.ok(bytes !== null, 'the stream has not ended')
    this.taken = Buffer.concat([this.taken, Buffer.from(bytes)])
  }
}

test('ReceiveQueue loses, doubles and moves no byte, whatever is received, cancelled, tried and put back', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const transport = new ManualTransport()
      const stream = new QueuedStream(transport)
      const taker = new Taker(stream)
      let pushed = 0
      for (const step of steps) {
        if (step.do === 'push') {
          for (const size of step.sizes) {
            stream.onData(Buffer.from(SOURCE.subarray(pushed, pushed + size)))
            pushed += size
          }
        } else if (step.do === 'cancel') await taker.cancel()
        else if (step.do === 'tryRecv' || step.do === 'unread') {
          await taker.cancel()
          taker[step.do](step.n)
        } else await taker.start(step.do, step.n)
      }
      await taker.cancel()
      assert.equal(taker.taken.length + stream.buffered, pushed)
      stream.onEnd()
      for (let chunk = await stream.recv(); chunk !== null; chunk = await stream.recv()) {
        taker.taken = Buffer.concat([taker.taken, chunk])
      }
      assert.ok(taker.taken.equals(SOURCE.subarray(0, pushed)), 'other bytes came out than went in')
    }),
    { numRuns: 300 },
  )
})

test('ReceiveQueue holds no more than its high-water mark and one chunk, when the flow obeys', () => {
  const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 400 })), {
    maxLength: 60,
    size: 'max',
  })
  fc.assert(
    fc.property(sizes, (steps) => {
      const { flow, queue } = queueOf(1000)
      for (const [size, taking] of steps) {
        if (flow.calls.at(-1) !== 'pause') queue.push(Buffer.alloc(size))
        assert.ok(queue.size < 1000 + 300)
        if (queue.size >= 1000) assert.equal(flow.calls.at(-1), 'pause')
        queue.drop(taking)
        if (queue.size < 500) assert.notEqual(flow.calls.at(-1), 'pause', 'low, and nobody resumed the flow')
      }
      flow.calls.forEach((call, i) => {
        assert.equal(call, i % 2 === 0 ? 'pause' : 'resume')
      })
    }),
  )
})

// ── flow, waiting, timers ────────────────────────────────────────────────────────────────────────────────────

test('ReceiveQueue pauses at its high-water mark and resumes below half of it', () => {
  const { flow, queue } = queueOf(10)
  queue.push(Buffer.alloc(9))
  assert.deepEqual(flow.calls, [])
  queue.push(Buffer.alloc(1))
  assert.deepEqual(flow.calls, ['pause'])
  queue.drop(5)
  assert.deepEqual(flow.calls, ['pause'])
  queue.drop(1)
  assert.deepEqual(flow.calls, ['pause', 'resume'])
})

test('ReceiveQueue lets a receive that needs more than the mark have it, and only as long as it waits', async () => {
  const { flow, queue, exactly } = queueOf(10)
  queue.push(Buffer.alloc(10))
  assert.deepEqual(flow.calls, ['pause'])
  const waiting = exactly(25)
  assert.deepEqual(flow.calls, ['pause', 'resume'])
  queue.push(Buffer.alloc(14))
  assert.deepEqual(flow.calls, ['pause', 'resume'])
  queue.push(Buffer.alloc(12))
  assert.equal((await waiting).length, 25)
  assert.equal(queue.size, 11)
  assert.deepEqual(flow.calls, ['pause', 'resume', 'pause'])
})

test('ReceiveQueue hands over at the end, after a failure, and after it was closed, what each leaves', async () => {
  const failure = new SocketError('reset', { op: 'recv' })
  const { queue } = queueOf(10)
  queue.push(Buffer.from('abc'))
  queue.fail(failure)
  queue.push(Buffer.from('late'))
  queue.end()
  assert.equal(queue.failure, failure)
  assert.ok(!queue.ended, 'an end after a failure is none')
  assert.equal(String(queue.take(10)), 'abc')

  const ended = queueOf(10).queue
  ended.end()
  ended.fail(failure)
  assert.equal(ended.failure, undefined, 'a failure after the end changes nothing')

  const closed = queueOf(10).queue
  closed.push(Buffer.from('abc'))
  closed.close(() => failure)
  assert.equal(closed.size, 0)
  assert.equal(closed.failure, failure)
})

test('ReceiveQueue looks from the beginning again when bytes are put in front of a receive that waits', async () => {
  for (const read of [
    (stream: QueuedStream) => stream.readLine(),
    (stream: QueuedStream) => stream.recvUntil('\n', { max: 100 }),
  ]) {
    const stream = new QueuedStream(new ManualTransport())
    stream.onData(Buffer.from('looked at and without an ending'))
    const waiting = read(stream)
    stream.unread('one\n')
    assert.equal(String(await waiting), 'one')
  }
})

test('ReceiveQueue wakes the receive that waits when it fails and when it is closed', async () => {
  for (const how of ['fail', 'close'] as const) {
    const { queue } = queueOf(10)
    const waiting = queue.receive(() => queue.atEnd(), undefined)
    assert.ok(queue.waiting)
    const error = new SocketError('reset', { op: 'recv' })
    if (how === 'fail') queue.fail(error)
    else queue.close(() => error)
    await fails(waiting, 'reset')
    assert.ok(!queue.waiting)
  }
})

// Node's mocked timers cannot be started again, so these use real ones, and ask nothing that lateness could change:
// not even which of two timers fires first, because Node sorts one that was started again by its first time.

test('ReceiveQueue gives each call its whole time, although the timer was running for the call before', async () => {
  const { queue, exactly } = queueOf(10)
  const halfway = fails(queueOf(10).exactly(1, 20), 'timeout')
  const first = mayFail(exactly(1, 40), 'timeout')
  await halfway
  queue.push(Buffer.from('a'))
  if (SocketError.is(await first)) await exactly(1) // this machine stood still for so long
  const began = performance.now()
  await fails(exactly(1, 40), 'timeout')
  const waited = performance.now() - began
  assert.ok(waited >= 38, `the second call was ended by the time of the first, after ${waited} ms`)
  await fails(exactly(1, 40), 'timeout')
})

test('ReceiveQueue does not let the timer of a call that is done end a later one', async () => {
  const { queue, exactly } = queueOf(10)
  const probe = queueOf(10)
  for (const later of [undefined, 60_000]) {
    const first = exactly(1, 10)
    queue.push(Buffer.from('a'))
    await first
    const waiting = exactly(1, later)
    await fails(probe.exactly(1, 15), 'timeout')
    assert.ok(queue.waiting)
    queue.push(Buffer.from('b'))
    assert.equal(String(await waiting), 'b')
  }
})

test('ReceiveQueue has no timer and no listener left after a thousand calls in good time', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const { queue } = queueOf(10)
  const { signal } = new AbortController()
  for (let i = 0; i < 1000; i++) {
    const op = { timeout: 10_000, signal }
    const waiting = queue.receive(() => (queue.size === 0 ? MORE : queue.take(1)), op)
    assert.equal(getEventListeners(signal, 'abort').length, 1)
    queue.push(Buffer.from('x'))
    await waiting
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  assert.equal(timers(), before)
  queue.close(() => new SocketError('closed', { op: 'recv' }))
})
