/** Checks of send, sendAll, trySend, flush and queued on a pair whose other side reads. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import type { ByteStream, Data } from '../../byte-stream.ts'
import {
  aside,
  fails,
  leave,
  numbers,
  pattern,
  readToEnd,
  refuses,
  roundTrip,
  type StreamCheck,
  sameBytes,
  stillWaits,
  turn,
  turns,
} from './check.ts'

export const SENDING_CHECKS: readonly StreamCheck[] = [
  {
    id: 'send-kinds',
    name: 'send takes bytes of every kind, text as UTF-8, and lists of both',
    needs: 'every',
    run: async (near, far) => {
      const memory = new Uint8Array([0, 1, 2, 3, 4, 5])
      await near.send(memory.subarray(2, 4))
      await near.send(Buffer.from([4]))
      await near.send('é漢😀')
      await near.sendAll(['a', memory.subarray(0, 1), '', Buffer.from('b')])
      await near.sendAll('c')
      ok(near.trySend('d'))
      ok(near.trySend(memory.subarray(5)))
      const expected = Buffer.concat([Buffer.from([2, 3, 4]), Buffer.from('é漢😀a\0bcd'), Buffer.from([5])])
      sameBytes(await far.recvExactly(expected.length), expected)
    },
  },
  {
    id: 'send-nothing',
    name: 'send of nothing means nothing: the other side gets what comes next',
    needs: 'every',
    run: async (near, far) => {
      const waiting = aside(far.recv(1))
      await near.send('')
      await near.send([])
      await near.send(new Uint8Array(0))
      ok(near.trySend(''))
      await near.flush()
      await near.send('next')
      equal(String(await waiting), 'n')
      equal(String(await far.recvExactly(3)), 'ext')
    },
  },
  {
    id: 'send-wrong',
    name: 'send of what is neither bytes nor text is a TypeError, and sends nothing',
    needs: 'every',
    run: async (near, far) => {
      for (const wrong of ['5', 'null', '{"length":1}', 'true', '["a",5]', '[["a"]]']) {
        const data: Data = JSON.parse(wrong)
        await refuses(`send(${wrong})`, () => near.send(data))
        await refuses(`trySend(${wrong})`, () => near.trySend(data))
      }
      await refuses('send with a timeout below 0', () => near.send('x', { timeout: -1 }))
      await roundTrip(near, far)
    },
  },
  {
    id: 'send-order',
    name: 'sends that are not awaited arrive whole and in call order, also between trySends',
    needs: 'every',
    run: callOrder,
  },
  {
    id: 'send-both-ways',
    name: 'a megabyte in each direction at once, in pieces of every size',
    needs: 'every',
    run: async (near, far) => {
      const there = pattern(1024 * 1024, 19)
      const back = pattern(1024 * 1024, 23)
      const results = await Promise.all([
        readToEnd(far),
        readToEnd(near),
        sendInPieces(near, there, 29).then(() => near.shutdown()),
        sendInPieces(far, back, 31).then(() => far.shutdown()),
      ])
      sameBytes(results[0], there)
      sameBytes(results[1], back)
    },
  },
  {
    id: 'send-memory',
    name: 'once send has resolved, the memory is the caller’s again: changing it changes nothing that was sent',
    needs: 'every',
    run: memoryAgain,
  },
  {
    id: 'send-any-size',
    name: 'a single send of any size is accepted when the queue is empty',
    needs: 'every',
    run: async (near, far) => {
      const sent = Buffer.alloc(9 * 1024 * 1024, pattern(1000, 37))
      const sending = aside(near.send(sent).then(() => leave(near)))
      sameBytes(await readToEnd(far), sent)
      await sending
    },
  },
  {
    id: 'send-full',
    name: 'with a peer that never reads, the queue ends at its limit: trySend is false, send is send-queue-full',
    needs: 'every',
    run: fullQueue,
  },
  {
    id: 'flush',
    name: 'flush resolves when nothing is queued',
    needs: 'every',
    run: async (near, far) => {
      equal(near.queued, 0)
      await near.flush()
      const reading = aside(far.recvExactly(300_000))
      ok(near.trySend(Buffer.alloc(200_000)))
      const sending = aside(near.send(Buffer.alloc(100_000)))
      await near.flush()
      equal(near.queued, 0)
      await sending
      await reading
    },
  },
  {
    id: 'send-ignored',
    name: 'a send that nobody awaits may fail without an unhandled rejection',
    needs: 'every',
    run: ignoredSends,
  },
  {
    id: 'send-to-closed',
    name: 'sending to a side that has closed fails before long, and goes on failing',
    needs: 'every',
    run: async (near, far) => {
      await far.close({ linger: 0 })
      equal(await near.recv(), null)
      await fails(sendUntilItFails(near), 'broken-pipe', 'reset')
      await fails(near.send('x'), 'broken-pipe', 'reset', 'closed')
      equal(near.trySend('x'), false)
    },
  },
  {
    id: 'send-to-aborted',
    name: 'sending to a side that has aborted fails before long, and goes on failing',
    needs: 'every',
    run: async (near, far) => {
      far.abort()
      await fails(sendUntilItFails(near), 'broken-pipe', 'reset', 'closed')
      await fails(near.send('x'), 'broken-pipe', 'reset', 'closed')
      equal(near.trySend('x'), false)
    },
  },
]

async function callOrder(near: ByteStream, far: ByteStream): Promise<void> {
  const random = numbers(41)
  const parts: Buffer[] = []
  const sends: Promise<unknown>[] = []
  for (let i = 0; i < 200; i++) {
    const part = pattern(i % 10 === 0 ? 30_000 : 1 + random(2000), 1000 + i)
    parts.push(part)
    if (i % 3 === 0) ok(near.trySend(part))
    else sends.push(aside(near.send(part)))
    if (i % 50 === 49) await turn()
  }
  const closing = aside(Promise.all(sends).then(() => leave(near)))
  sameBytes(await readToEnd(far), Buffer.concat(parts))
  await closing
}

async function sendInPieces(stream: ByteStream, data: Buffer, seed: number): Promise<void> {
  const random = numbers(seed)
  for (let at = 0; at < data.length; ) {
    const size = 1 + random(16 * 1024)
    await stream.send(data.subarray(at, at + size))
    at += size
  }
}

async function memoryAgain(near: ByteStream, far: ByteStream): Promise<void> {
  const parts: Buffer[] = []
  const sends: Promise<unknown>[] = []
  // Until one waits, so that the last ones were taken by a stream that could not hand them on.
  for (let i = 0; i < 4000; i++) {
    const memory = pattern(i % 2 === 0 ? 100 : 16 * 1024, 43 + i)
    parts.push(Buffer.from(memory))
    const sending = aside(near.send(memory).then(() => memory.fill(0)))
    sends.push(sending)
    if (await stillWaits(sending)) break
  }
  const closing = aside(Promise.all(sends).then(() => leave(near)))
  sameBytes(await readToEnd(far), Buffer.concat(parts))
  await closing
}

async function fullQueue(near: ByteStream, far: ByteStream): Promise<void> {
  const block = Buffer.alloc(64 * 1024, '.')
  let accepted = 0
  while (near.trySend(block)) {
    accepted += block.length
    ok(accepted <= 512 * 1024 * 1024, 'half a gigabyte was queued for a peer that never reads')
  }
  const { queued } = near
  ok(queued >= block.length)
  await fails(near.send('one too many'), 'send-queue-full')
  await fails(near.send(block), 'send-queue-full')
  ok(near.queued <= queued, 'a send that was refused was queued')
  await far.send('the other direction')
  equal(String(await near.recvExactly(19)), 'the other direction')
  equal((await far.recvExactly(accepted)).length, accepted)
  await roundTrip(near, far)
}

async function ignoredSends(near: ByteStream): Promise<void> {
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown): unknown => unhandled.push(error)
  process.on('unhandledRejection', onUnhandled)
  try {
    void near.send(Buffer.alloc(12 * 1024 * 1024))
    void near.send('a queue that is full')
    void near.send('a signal that has fired', { signal: AbortSignal.abort() })
    near.abort()
    void near.send('a stream that is closed')
    void near.sendAll(['a stream', 'that is closed'])
    await near.closed
    await turns(3)
  } finally {
    process.off('unhandledRejection', onUnhandled)
  }
  deepEqual(unhandled, [])
}

/** Sends until that fails, as it must at the latest when the stream is closed: the system may still take the first bytes. */
async function sendUntilItFails(stream: ByteStream): Promise<void> {
  for (let wasClosed = false; !wasClosed; ) {
    wasClosed = stream.state === 'closed'
    await stream.send('hello?')
    await turn()
  }
}
