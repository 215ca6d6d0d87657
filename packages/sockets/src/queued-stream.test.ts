import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { SocketError } from './errors.ts'
import { QueuedStream } from './queued-stream.ts'
import type { StreamOptions } from './stream-options.ts'
import { fails, turn, turns } from './testing/checks/check.ts'
import { ManualTransport } from './testing/manual-transport.ts'

// What the conformance suite cannot reach from outside: patience, lingering, idleness, and who ended it.

function streamOf(options: StreamOptions = {}): { stream: QueuedStream; transport: ManualTransport } {
  const transport = new ManualTransport()
  const stream = new QueuedStream(transport, options)
  transport.events = stream
  return { stream, transport }
}

/** The same with a clock that the test moves, and a transport that closes when it is told to. */
function timed(t: TestContext): { stream: QueuedStream; transport: ManualTransport; calls: () => string[] } {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { stream, transport } = streamOf()
  return { stream, transport, calls: () => transport.calls.splice(0) }
}

const reset = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

test('QueuedStream close flushes, ends and only then destroys, and lets nobody else send meanwhile', async (t) => {
  const { stream, transport, calls } = timed(t)
  void stream.send('goodbye')
  const closing = stream.close({ linger: 0 })
  assert.equal(stream.state, 'closing')
  assert.deepEqual(calls(), ['cork', 'write 7', 'resume', 'idle 10000', 'uncork', 'end'])
  await fails(stream.send('more'), 'closed')
  await turn()
  assert.deepEqual(calls(), [])
  transport.pass(1)
  stream.onFinish()
  await turn()
  assert.deepEqual(calls(), ['destroy'])
  stream.onClose()
  await closing
  assert.equal(stream.state, 'closed')
})

test('QueuedStream close gives up with a reset when nothing moved for ten seconds, and says timeout', async (t) => {
  const { stream, transport } = timed(t)
  const sending = fails(stream.send('x'.repeat(100_000)), 'timeout')
  const closing = stream.close()
  assert.ok(transport.calls.includes('idle 10000'))
  stream.onIdle()
  await sending
  assert.ok(transport.calls.includes('reset'))
  stream.onClose()
  await closing
  const info = await stream.closed
  assert.deepEqual([info.by, info.error?.code], ['timeout', 'timeout'])
})

test('QueuedStream close stops listening to a peer that sends and sends, so that it counts as no progress', async (t) => {
  const { stream, calls } = timed(t)
  void stream.send('x')
  const closing = stream.close()
  calls()
  for (let i = 0; i < 29; i++) {
    stream.onData(Buffer.alloc(1000))
    t.mock.timers.tick(1000)
  }
  assert.equal(stream.buffered, 0)
  assert.deepEqual(calls(), [])
  t.mock.timers.tick(1000)
  assert.deepEqual(calls(), ['pause'])
  stream.onIdle()
  stream.onClose()
  await closing
  assert.equal((await stream.closed).by, 'timeout')
})

test('QueuedStream close keeps the descriptor until the other side has ended, and nobody waits for that', async (t) => {
  const { stream, calls } = timed(t)
  stream.onData(Buffer.from('unread'))
  const closing = stream.close()
  stream.onData(Buffer.from('late'))
  stream.onFinish()
  await closing
  calls()
  t.mock.timers.tick(999)
  await turn()
  assert.deepEqual(calls(), [])
  assert.equal(stream.state, 'closing')
  stream.onEnd()
  await turn()
  assert.deepEqual(calls(), ['destroy'])
  stream.onClose()
  assert.equal((await stream.closed).by, 'us')
  t.mock.timers.tick(1000)
  assert.deepEqual(calls(), [], 'a timer is left')
})

for (const linger of [undefined, 50]) {
  test(`QueuedStream close with linger ${linger} keeps the descriptor so long at the most`, async (t) => {
    const { stream, calls } = timed(t)
    const closing = stream.close({ linger })
    stream.onFinish()
    await closing
    calls()
    t.mock.timers.tick((linger ?? 1000) - 1)
    await turn()
    assert.deepEqual(calls(), [])
    t.mock.timers.tick(1)
    await turn()
    assert.deepEqual(calls(), ['destroy'])
    stream.onClose()
    assert.equal(stream.state, 'closed')
  })
}

for (const { name, linger, lossy } of [
  { name: 'with linger 0', linger: 0, lossy: true },
  { name: 'where closing loses nothing', linger: undefined, lossy: false },
]) {
  test(`QueuedStream close ${name} does not wait for the other side`, async () => {
    const { stream, transport } = streamOf()
    transport.closeIsLossy = lossy
    stream.onData(Buffer.from('unread'))
    const closing = stream.close({ linger })
    stream.onFinish()
    await turn()
    assert.equal(transport.calls.at(-1), 'destroy')
    stream.onClose()
    await closing
  })
}

test('QueuedStream close after the other side has ended does not linger', async () => {
  const { stream, transport } = streamOf()
  stream.onData(Buffer.from('unread'))
  stream.onEnd()
  const closing = stream.close()
  stream.onFinish()
  await turn()
  assert.equal(transport.calls.at(-1), 'destroy')
  stream.onClose()
  await closing
  assert.equal((await stream.closed).by, 'peer')
})

test('QueuedStream close is one closing, whoever asks how often, also after it was closed', async () => {
  const { stream, transport } = streamOf()
  const closings = [stream.close({ linger: 0 }), stream.close({ linger: 5 }), stream[Symbol.asyncDispose]()]
  stream.onFinish()
  await turn()
  stream.onClose()
  await Promise.all(closings)
  await stream.close()
  assert.equal(transport.calls.filter((call) => call === 'end').length, 1)
  assert.equal(transport.calls.filter((call) => call === 'destroy').length, 1)
  assert.throws(() => stream.close({ linger: -1 }), RangeError)
})

test('QueuedStream abort resets, throws away what came, and gives its reason to closed and to those who wait', async () => {
  const { stream, transport } = streamOf()
  const reason = new Error('enough')
  const sending = fails(stream.send('x'.repeat(100_000)), 'closed')
  const ending = fails(stream.shutdown(), 'closed')
  stream.onData(Buffer.from('unread'))
  const waiting = fails(stream.recvExactly(10), 'closed')
  stream.abort(reason)
  assert.equal(transport.calls.at(-1), 'reset')
  const [error] = await Promise.all([waiting, sending, ending])
  assert.equal(error.cause, reason)
  assert.equal(stream.buffered, 0)
  stream.onClose()
  const info = await stream.closed
  assert.equal(info.by, 'us')
  assert.equal(info.error?.cause, reason)
  stream.abort(new Error('again'))
  assert.equal(await stream.closed, info)
})

test('QueuedStream abort without a reason is no error in closed', async () => {
  const { stream } = streamOf()
  stream.abort()
  stream.onClose()
  assert.deepEqual([(await stream.closed).by, (await stream.closed).error], ['us', undefined])
})

test('QueuedStream abort ends a close that is under way', async () => {
  const { stream, transport } = streamOf()
  void stream.send('x')
  const closing = stream.close()
  stream.abort()
  assert.equal(transport.calls.at(-1), 'reset')
  stream.onClose()
  await closing
  assert.equal((await stream.closed).by, 'us')
})

test('QueuedStream with idleTimeout resets, says timeout, and leaves takeable what had come', async () => {
  const { stream, transport } = streamOf({ idleTimeout: 5000 })
  assert.deepEqual(transport.calls, ['idle 5000'])
  stream.onData(Buffer.from('abc'))
  stream.onIdle()
  stream.onClose()
  const info = await stream.closed
  assert.deepEqual([info.by, info.error?.code, info.bytesIn], ['timeout', 'timeout', 3])
  assert.equal(String(await stream.recv()), 'abc')
  await fails(stream.recv(), 'timeout')
  await fails(stream.send('x'), 'timeout')
})

test('QueuedStream without idleTimeout, or with 0, never asks to be told of idleness', () => {
  assert.deepEqual(streamOf().transport.calls, [])
  assert.deepEqual(streamOf({ idleTimeout: 0 }).transport.calls, [])
})

test('QueuedStream closed says who ended it, in each way it can end', async () => {
  const ways: readonly [string, (stream: QueuedStream) => void][] = [
    [
      'peer',
      (stream) => {
        stream.onEnd()
        void stream.shutdown()
        stream.onFinish()
      },
    ],
    [
      'us',
      (stream) => {
        void stream.shutdown()
        stream.onFinish()
        stream.onEnd()
      },
    ],
    ['us', (stream) => void stream.close()],
    ['us', (stream) => stream.abort()],
    [
      'us',
      (stream) => {
        stream.onEnd()
        stream.abort()
      },
    ],
    ['error', (stream) => stream.onError(reset())],
    [
      'error',
      (stream) => {
        stream.onEnd()
        stream.onError(reset())
      },
    ],
    ['error', () => {}],
    ['timeout', (stream) => stream.onIdle()],
  ]
  for (const [by, end] of ways) {
    const { stream } = streamOf()
    end(stream)
    stream.onClose()
    const info = await stream.closed
    assert.equal(info.by, by)
    assert.equal(info.error !== undefined, by === 'error' || by === 'timeout')
    assert.equal(stream.state, 'closed')
  }
})

test('QueuedStream that is closed from below without an end or an error was reset', async () => {
  const { stream } = streamOf()
  const waiting = fails(stream.recv(), 'reset')
  stream.onClose()
  await waiting
  await fails(stream.send('x'), 'reset')
  assert.equal((await stream.closed).error?.code, 'reset')
})

test('QueuedStream after an error: what came is takeable, then every call fails with that error', async () => {
  const { stream } = streamOf()
  const sending = fails(stream.send('x'.repeat(100_000)), 'reset')
  const flushing = fails(stream.flush(), 'reset')
  const ending = fails(stream.shutdown(), 'reset')
  stream.onData(Buffer.from('abc'))
  stream.onError(reset())
  stream.onError(new Error('a second one'))
  await Promise.all([sending, flushing, ending])
  assert.equal(String(await stream.recvExactly(3)), 'abc')
  await fails(stream.recv(), 'reset')
  await fails(stream.recvExactly(5), 'reset')
  stream.onClose()
  assert.equal((await stream.closed).error?.code, 'reset')
})

test('QueuedStream shutdown times out or is aborted without being undone, and can be waited for again', async () => {
  const { stream, transport } = streamOf()
  await fails(stream.shutdown({ signal: AbortSignal.abort() }), 'aborted')
  assert.equal(stream.state, 'open')
  await fails(stream.shutdown({ timeout: 0 }), 'timeout')
  assert.equal(stream.state, 'send-ended')
  await fails(stream.shutdown({ timeout: 1 }), 'timeout')
  const again = stream.shutdown()
  stream.onFinish()
  await again
  assert.equal(transport.calls.filter((call) => call === 'end').length, 1)
})

test('QueuedStream asked for closed late or never settles all the same, and without a rejection', async () => {
  const { stream } = streamOf()
  stream.onError(reset())
  stream.onClose()
  stream.onClose()
  await turns(3)
  assert.equal(await stream.closed, await stream.closed)
})

test('QueuedStream counts bytes in both directions, those thrown away while closing too', async () => {
  const { stream, transport } = streamOf()
  stream.onData(Buffer.alloc(10))
  await stream.send('abc')
  stream.unread('xy')
  const closing = stream.close()
  stream.onData(Buffer.alloc(5))
  transport.pass(1)
  stream.onFinish()
  stream.onEnd()
  await turn()
  stream.onClose()
  await closing
  const info = await stream.closed
  assert.deepEqual([info.bytesIn, info.bytesOut], [15, 3])
})

test('QueuedStream refuses limits that are none before it asks the transport for anything', () => {
  const wrong: readonly unknown[] = [
    { recvHighWater: 0 },
    { sendHighWater: 1.5 },
    { maxSendQueue: -1 },
    { maxSendQueue: '5' },
    { idleTimeout: -1 },
    { idleTimeout: Infinity },
  ]
  for (const options of wrong as readonly StreamOptions[]) {
    const transport = new ManualTransport()
    assert.throws(
      () => new QueuedStream(transport, options),
      (error) => error instanceof TypeError || error instanceof RangeError,
    )
    assert.deepEqual(transport.calls, [])
  }
})

test('QueuedStream unread on a closing stream is closed', async () => {
  const { stream } = streamOf()
  const closing = stream.close()
  assert.throws(
    () => stream.unread('x'),
    (error) => SocketError.is(error, 'closed'),
  )
  stream.onFinish()
  stream.onClose()
  await closing
})
