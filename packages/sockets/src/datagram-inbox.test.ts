import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DatagramInbox } from './datagram-inbox.ts'
import type { Datagram } from './datagram-queue.ts'
import { SocketError } from './errors.ts'

function newInbox(): DatagramInbox {
  return new DatagramInbox({ datagrams: 1000, bytes: 1_000_000, whenFull: 'drop-oldest' }, () => ({
    op: 'recv',
  }))
}

function datagram(text: string): Datagram {
  return { data: Buffer.from(text), from: { host: '192.0.2.1', port: 1, family: 4 } }
}

test('DatagramInbox gives a datagram to the call that waits, and does not queue it', async () => {
  const inbox = newInbox()
  const waiting = inbox.take()
  inbox.push(datagram('x'))
  assert.equal(inbox.length, 0)
  assert.equal((await waiting).data.toString(), 'x')
})

test('DatagramInbox keeps an error for the next call, once, and before what waits', async () => {
  const inbox = newInbox()
  inbox.push(datagram('x'))
  inbox.fail(Object.assign(new Error('recvmsg ECONNREFUSED'), { code: 'ECONNREFUSED' }))
  await assert.rejects(inbox.take(), { code: 'refused' })
  assert.equal((await inbox.take()).data.toString(), 'x')
  inbox.fail(new Error('unknown'))
  assert.ok(inbox.takeFailure() instanceof Error)
  assert.equal(inbox.takeFailure(), undefined)
})

test('DatagramInbox.iterate throws an error and goes on after it', async () => {
  const inbox = newInbox()
  const iterator = inbox.iterate()
  const waiting = iterator.next()
  inbox.fail(Object.assign(new Error('recvmsg ECONNREFUSED'), { code: 'ECONNREFUSED' }))
  await assert.rejects(waiting, { code: 'refused' })
  inbox.push(datagram('x'))
  assert.equal((await iterator.next()).value?.data.toString(), 'x')
  const last = iterator.next()
  inbox.close()
  assert.deepEqual(await last, { value: undefined, done: true })
  assert.deepEqual(await iterator.next(), { value: undefined, done: true })
})

test('DatagramInbox gives out every datagram once and in order, whatever is cancelled between', async () => {
  const step = fc.constantFrom('push', 'take', 'abort', 'poll')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const inbox = newInbox()
      const taken: string[] = []
      let sent = 0
      let controller = new AbortController()
      let waiting: Promise<void> | undefined
      for (const what of steps) {
        if (what === 'push') inbox.push(datagram(`${sent++}`))
        if (what === 'abort') controller.abort()
        if (what === 'take' || what === 'poll') {
          await (inbox.length === 0 ? undefined : waiting)
          controller = controller.signal.aborted ? new AbortController() : controller
          const op = what === 'poll' ? { timeout: 0 } : { signal: controller.signal }
          waiting = inbox.take(op).then(
            ({ data }) => void taken.push(data.toString()),
            (error: unknown) => assert.ok(SocketError.is(error, 'aborted', 'busy', 'timeout')),
          )
        }
      }
      controller.abort()
      await waiting
      while (inbox.length > 0) taken.push((await inbox.take()).data.toString())
      assert.deepEqual(
        taken,
        Array.from({ length: sent }, (_, i) => `${i}`),
      )
    }),
  )
})

test('DatagramInbox starts one timer again for waits of the same length', async (t) => {
  const started = t.mock.method(globalThis, 'setTimeout')
  const inbox = newInbox()
  for (let i = 0; i < 50; i++) {
    const waiting = inbox.take({ timeout: 60_000 })
    inbox.push(datagram('x'))
    await waiting
  }
  assert.equal(started.mock.callCount(), 1)
  inbox.close()
})
