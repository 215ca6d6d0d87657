import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import test from 'node:test'
import fc from 'fast-check'
import { SocketError } from './errors.ts'
import { type SendLimits, SendQueue } from './send-queue.ts'
import { fails, stillWaits, turn } from './testing/checks/check.ts'
import { ManualTransport } from './testing/manual-transport.ts'

const LIMITS: SendLimits = { highWater: 100, maxQueue: 1000, autoCork: true }
const LARGE = 4096 // from this size on the memory is not copied

function queueOf(limits: Partial<SendLimits> = {}): { queue: SendQueue; transport: ManualTransport } {
  const transport = new ManualTransport()
  const queue = new SendQueue(transport, { ...LIMITS, ...limits }, { errorDetails: (op) => ({ op }) })
  transport.events = {
    onWritten: () => queue.wrote(),
    onData: () => {},
    onEnd: () => {},
    onFinish: () => {},
    onError: () => {},
    onClose: () => {},
    onIdle: () => {},
  }
  return { queue, transport }
}

test('SendQueue puts the sends of one turn between one cork and one uncork, in call order', async () => {
  const { queue, transport } = queueOf()
  void queue.send('a', undefined)
  queue.trySend('b')
  await queue.send(['c', Buffer.from('d'), ''], undefined)
  assert.deepEqual(transport.calls, ['cork', 'write 1', 'write 1', 'write 1', 'write 1'])
  await turn()
  assert.equal(transport.calls.at(-1), 'uncork')
  await queue.send('e', undefined)
  await turn()
  assert.deepEqual(transport.calls.slice(5), ['uncork', 'cork', 'write 1', 'uncork'])
  transport.pass(5)
  assert.equal(transport.text, 'abcde')
})

test('SendQueue with autoCork off writes each send at once', async () => {
  const { queue, transport } = queueOf({ autoCork: false })
  await queue.send('a', undefined)
  queue.trySend('b')
  assert.deepEqual(transport.calls, ['write 1', 'write 1'])
})

test('SendQueue writes nothing for nothing', async () => {
  const { queue, transport } = queueOf()
  await queue.send('', undefined)
  await queue.send(new Uint8Array(0), undefined)
  await queue.send(['', Buffer.alloc(0)], undefined)
  assert.ok(queue.trySend(''))
  await queue.flush(undefined)
  assert.ok(!transport.calls.some((call) => call.startsWith('write')))
  assert.equal(queue.bytes, 0)
})

test('SendQueue gives small memory back at once and large memory when it is written, each as it was sent', async () => {
  const { queue, transport } = queueOf({ highWater: 100_000, maxQueue: 100_000 })
  const small = Buffer.alloc(LARGE - 1, 'a')
  const large = Buffer.alloc(LARGE, 'b')
  await queue.send(small, undefined)
  small.fill('x')
  const sending = queue.send(large, undefined)
  assert.ok(await stillWaits(sending), 'the memory is not the caller’s yet')
  transport.pass(2)
  await sending
  large.fill('x')
  assert.equal(transport.text, 'a'.repeat(LARGE - 1) + 'b'.repeat(LARGE))
})

test('SendQueue send of large memory resolves at once when the transport took it at once', async () => {
  const { queue, transport } = queueOf()
  transport.eager = true
  await queue.send(Buffer.alloc(100_000), undefined)
  await queue.flush(undefined)
  assert.equal(queue.bytes, 100_000)
})

test('SendQueue lets send wait from the high-water mark on, and wakes who waits in order', async () => {
  const { queue, transport } = queueOf()
  const woken: string[] = []
  await queue.send('a'.repeat(99), undefined)
  void queue.send('b', undefined).then(() => woken.push('b'))
  void queue.send(Buffer.alloc(LARGE, 'c'), undefined).then(() => woken.push('c'))
  void queue.send('d', undefined).then(
    () => woken.push('d'),
    () => woken.push('d refused'),
  )
  await turn()
  assert.deepEqual(woken, ['d refused'])
  void queue.flush(undefined).then(() => woken.push('flush'))
  transport.pass(1)
  await turn()
  assert.deepEqual(woken, ['d refused'], 'there is no room yet')
  transport.pass(1)
  await turn()
  assert.deepEqual(woken, ['d refused', 'b'])
  transport.pass(1)
  await turn()
  assert.deepEqual(woken, ['d refused', 'b', 'c', 'flush'])
})

test('SendQueue wakes nobody before those who wait longer, although there is room for them', async () => {
  const { queue, transport } = queueOf({ highWater: 5000, maxQueue: 100_000 })
  const woken: string[] = []
  await queue.send(Buffer.alloc(LARGE - 1, 'a'), undefined)
  void queue.send(Buffer.alloc(LARGE, 'b'), undefined).then(() => woken.push('b'))
  void queue.send('c', undefined).then(() => woken.push('c'))
  transport.pass(1)
  await turn()
  assert.deepEqual(woken, [])
  transport.pass(1)
  await turn()
  assert.deepEqual(woken, ['b', 'c'])
})

test('SendQueue refuses only when it was full before, and then queues nothing', async () => {
  const { queue, transport } = queueOf()
  void queue.send(Buffer.alloc(5000), undefined)
  assert.equal(transport.queued, 5000, 'one send of any size is accepted')
  assert.ok(!queue.trySend('x'))
  await fails(queue.send('x', undefined), 'send-queue-full')
  await fails(queue.send(['x', Buffer.alloc(5000)], undefined), 'send-queue-full')
  assert.equal(transport.queued, 5000)
  assert.equal(queue.bytes, 5000)
  transport.pass(1)
  assert.ok(queue.trySend('x'))
})

test('SendQueue send that times out or is aborted leaves its bytes queued, and its place to those behind', async () => {
  const { queue, transport } = queueOf()
  const controller = new AbortController()
  void queue.send('a'.repeat(100), undefined)
  await fails(queue.send('b', { timeout: 0 }), 'timeout')
  const timed = fails(queue.send('c', { timeout: 1 }), 'timeout')
  const aborted = fails(queue.send('d', { signal: controller.signal }), 'aborted')
  const behind = queue.send('e', undefined)
  controller.abort()
  await Promise.all([timed, aborted])
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  transport.pass(1)
  await behind
  transport.pass(9)
  assert.equal(transport.text, `${'a'.repeat(100)}bcde`)
})

test('SendQueue send with a signal that has fired sends nothing', async () => {
  const { queue, transport } = queueOf()
  await fails(queue.send('a', { signal: AbortSignal.abort() }), 'aborted')
  await assert.rejects(queue.send('a', { timeout: -1 }), RangeError)
  assert.deepEqual(transport.calls, [])
})

test('SendQueue fail rejects everybody who waits, and everybody who comes later, with the reason', async () => {
  const { queue } = queueOf()
  const error = new SocketError('reset', { op: 'send' })
  const waiting = [
    queue.send('a'.repeat(200), undefined),
    queue.send(Buffer.alloc(LARGE), undefined),
    queue.flush({ timeout: 10_000 }),
  ]
  queue.fail(() => error)
  for (const call of waiting) assert.equal(await fails(call, 'reset'), error)
  assert.equal(await fails(queue.send('x', undefined), 'reset'), error)
  assert.equal(await fails(queue.flush(undefined), 'reset'), error)
  assert.equal(queue.trySend('x'), false)
})

test('SendQueue end accepts no more, and lets those who wait wait for what is queued', async () => {
  const { queue, transport } = queueOf()
  const waiting = queue.send('a'.repeat(200), undefined)
  queue.end(() => new SocketError('closed', { op: 'send' }))
  assert.deepEqual(transport.calls, ['cork', 'write 200', 'uncork'])
  await fails(queue.send('x', undefined), 'closed')
  assert.ok(!queue.trySend('x'))
  transport.pass(1)
  await waiting
})

test('SendQueue send and trySend of what is neither text nor bytes is a TypeError and writes nothing', async () => {
  const { queue, transport } = queueOf()
  const wrong: readonly unknown[] = [5, null, undefined, {}, { length: 2 }, [5], [['a']], new ArrayBuffer(2)]
  for (const data of [...wrong, new Uint16Array(2), new DataView(new ArrayBuffer(2))] as readonly string[]) {
    await assert.rejects(queue.send(data, undefined), TypeError)
    assert.throws(() => queue.trySend(data), TypeError)
  }
  assert.deepEqual(transport.calls, [])
})

test('SendQueue passes on what was sent, whole and in order, however it was sent and passed on', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom('send', 'trySend', 'list'), size: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ do: fc.constant('send'), size: fc.integer({ min: 4000, max: 4200 }) }),
    fc.record({ do: fc.constant('pass'), size: fc.nat(4) }),
    fc.record({ do: fc.constant('turn'), size: fc.nat(1) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const { queue, transport } = queueOf()
      let sent = ''
      let accepted = 0
      const calls: Promise<void>[] = []
      const take = (call: Promise<void>, text: string): void => {
        const isFull = transport.queued >= LIMITS.maxQueue && queue.bytes === accepted
        calls.push(isFull ? fails(call, 'send-queue-full').then(() => {}) : call)
        if (queue.bytes > accepted) sent += text
        accepted = queue.bytes
      }
      for (const [i, { do: what, size }] of steps.entries()) {
        const text = String.fromCharCode(97 + (i % 26)).repeat(size)
        if (what === 'send') {
          const memory = Buffer.from(text)
          const call = queue.send(memory, undefined)
          take(call, text)
          void call.then(
            () => memory.fill('!'),
            () => {},
          )
        } else if (what === 'list') take(queue.send([text, Buffer.from(text)], undefined), text + text)
        else if (what === 'trySend' && queue.trySend(Buffer.from(text))) {
          sent += text
          accepted = queue.bytes
        } else if (what === 'pass') transport.pass(size)
        else if (what === 'turn') await turn()
      }
      const flushed = queue.flush(undefined)
      transport.pass(1000)
      await Promise.all([flushed, ...calls])
      assert.equal(transport.text, sent)
      assert.equal(queue.bytes, sent.length)
    }),
    { numRuns: 200 },
  )
})
