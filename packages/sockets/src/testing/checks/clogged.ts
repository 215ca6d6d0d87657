/**
 * Checks of sends that have to wait, on pairs whose `near` side is clogged: its next send waits until the other
 * side reads. What filled it stands before everything a check sends, and is of no interest.
 */

import { equal, ok } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { ByteStream } from '../../byte-stream.ts'
import { aside, fails, leave, mayFail, readToEnd, type StreamCheck, stillWaits, turns } from './check.ts'

const BLOCK = Buffer.alloc(64 * 1024, '.')

// The kernel may take some more a little later; with this much still queued, the next send waits all the same.
const MARGIN = 1024 * 1024

/**
 * Fills `stream` with dots until its next send has to wait for the other side to read: what a maker of clogged
 * pairs does. Throws when half a gigabyte is not enough.
 */
export async function clog(stream: ByteStream): Promise<void> {
  for (let sent = 0; sent < 512 * 1024 * 1024; sent += BLOCK.length) {
    if (!(await stillWaits(stream.send(BLOCK)))) continue
    while (stream.queued < MARGIN && stream.trySend(BLOCK)) await turns(1)
    return
  }
  throw new RangeError('the stream takes everything, although nobody reads at its other end')
}

export const CLOGGED_CHECKS: readonly StreamCheck[] = [
  {
    id: 'clogged-send',
    name: 'a send that has to wait wakes when the other side reads',
    needs: 'clogged',
    run: async (near, far) => {
      const sending = aside(near.send('the end'))
      ok(await stillWaits(sending), 'the send should wait until the other side reads')
      ok(near.queued > 0)
      const reading = aside(readToEnd(far))
      await sending
      await near.flush()
      equal(near.queued, 0)
      leave(near)
      endsWith(await reading, 'the end')
    },
  },
  {
    id: 'clogged-order',
    name: 'sends that have to wait are queued in call order and arrive whole',
    needs: 'clogged',
    run: async (near, far) => {
      const words = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat((i * 37) % 100)}\n`)
      const sends = words.map((word) => aside(near.send(word)))
      const reading = aside(readToEnd(far))
      await Promise.all(sends)
      leave(near)
      endsWith(await reading, words.join(''))
    },
  },
  {
    id: 'clogged-cancel',
    name: 'a waiting send that times out or is aborted stays queued, is sent once, and leaves no listener',
    needs: 'clogged',
    run: async (near, far) => {
      const stop = new AbortController()
      const reason = new Error('enough')
      await fails(near.send('[one]', { timeout: 1 }), 'timeout')
      const aborted = aside(fails(near.send('[two]', { signal: stop.signal }), 'aborted'))
      ok(await stillWaits(aborted))
      stop.abort(reason)
      equal((await aborted).cause, reason)
      equal(getEventListeners(stop.signal, 'abort').length, 0)
      const reading = aside(readToEnd(far))
      await near.send('[three]')
      leave(near)
      endsWith(await reading, '.[one][two][three]')
    },
  },
  {
    id: 'clogged-flush',
    name: 'flush waits as long as the other side does not read, and can be cancelled',
    needs: 'clogged',
    run: async (near, far) => {
      await fails(near.flush({ timeout: 1 }), 'timeout')
      const stop = new AbortController()
      const cancelled = aside(fails(near.flush({ signal: stop.signal }), 'aborted'))
      const flushing = aside(near.flush())
      ok(await stillWaits(flushing))
      stop.abort()
      await cancelled
      equal(getEventListeners(stop.signal, 'abort').length, 0)
      const reading = aside(readToEnd(far))
      await flushing
      equal(near.queued, 0)
      leave(near)
      endsWith(await reading, '.')
    },
  },
  {
    id: 'clogged-recv',
    name: 'receiving goes on while a send has to wait',
    needs: 'clogged',
    run: async (near, far) => {
      const sending = aside(near.send('there'))
      for (const word of ['one', 'two']) {
        await far.send(word)
        equal(String(await near.recvExactly(3)), word)
        await fails(near.recv(1, { timeout: 1 }), 'timeout')
      }
      const reading = aside(readToEnd(far))
      await sending
      leave(near)
      endsWith(await reading, 'there')
    },
  },
  {
    id: 'clogged-shutdown',
    name: 'shutdown waits for what is queued and ends after it; the other direction goes on',
    needs: 'clogged',
    run: async (near, far) => {
      const sending = aside(near.send('the end'))
      const ending = aside(near.shutdown())
      ok(await stillWaits(ending))
      await fails(near.send('too late'), 'closed')
      const reading = aside(readToEnd(far))
      await Promise.all([sending, ending])
      endsWith(await reading, 'the end')
      await far.send('back')
      equal(String(await near.recvExactly(4)), 'back')
    },
  },
  {
    id: 'clogged-close',
    name: 'close sends what is queued to a side that reads late, and no send is left waiting',
    needs: 'clogged',
    run: async (near, far) => {
      const sending = aside(mayFail(near.send('the end'), 'closed'))
      const closing = aside(near.close())
      ok(await stillWaits(closing))
      endsWith(await readToEnd(far), 'the end')
      leave(far)
      await closing
      await sending
    },
  },
  {
    id: 'clogged-abort',
    name: 'abort wakes waiting sends, flushes, shutdowns and closes, and throws away what is queued',
    needs: 'clogged',
    run: async (near, far) => {
      const sending = aside(fails(near.send('never'), 'closed'))
      const flushing = aside(fails(near.flush(), 'closed'))
      const closing = aside(near.close())
      near.abort()
      await Promise.all([sending, flushing, closing])
      equal((await near.closed).by, 'us')
      equal(near.queued, 0)
      const rest = await mayFail(readToEnd(far), 'reset')
      ok(!Buffer.isBuffer(rest) || !rest.includes('never'), 'abort sent what was queued')
    },
  },
  {
    id: 'clogged-peer-gone',
    name: 'a send that has to wait fails when the other side aborts',
    needs: 'clogged',
    run: async (near, far) => {
      const sending = aside(fails(near.send('never'), 'reset', 'broken-pipe', 'closed'))
      ok(await stillWaits(sending))
      far.abort()
      await sending
      await fails(near.send('never'), 'reset', 'broken-pipe', 'closed')
    },
  },
]

function endsWith(bytes: Buffer, text: string): void {
  equal(String(bytes.subarray(-Buffer.byteLength(text))), text)
}
