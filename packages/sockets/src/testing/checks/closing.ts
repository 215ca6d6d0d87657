/** Checks of shutdown, close, closed and state. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  allClosed,
  arrived,
  aside,
  fails,
  mayFail,
  pattern,
  readToEnd,
  roundTrip,
  type StreamCheck,
  sameBytes,
  stillWaits,
  turn,
} from './check.ts'

export const CLOSING_CHECKS: readonly StreamCheck[] = [
  {
    id: 'shutdown',
    name: 'shutdown ends our side after what was sent, and receiving goes on',
    needs: 'half-close',
    run: async (near, far) => {
      const reply = pattern(300_000, 47)
      await near.send('the request')
      await near.shutdown()
      equal(near.state, 'send-ended')
      sameBytes(await readToEnd(far), Buffer.from('the request'))
      equal(far.state, 'recv-ended')
      const replying = aside(far.send(reply).then(() => far.shutdown()))
      sameBytes(await readToEnd(near), reply)
      await replying
    },
  },
  {
    id: 'shutdown-again',
    name: 'after shutdown sending is closed, and shutting down again is fine',
    needs: 'half-close',
    run: async (near, far) => {
      await Promise.all([near.shutdown(), near.shutdown()])
      await near.shutdown()
      await fails(near.send('x'), 'closed')
      await fails(near.send(''), 'closed')
      equal(near.trySend('x'), false)
      equal(await far.recv(), null)
      await far.send('still heard')
      equal(String(await near.recvExactly(11)), 'still heard')
    },
  },
  {
    id: 'shutdown-pending',
    name: 'shutdown right after a large send that is not awaited sends all of it first',
    needs: 'half-close',
    run: async (near, far) => {
      const sent = pattern(1024 * 1024, 53)
      const ending = aside(Promise.all([near.send(sent), near.shutdown()]))
      sameBytes(await readToEnd(far), sent)
      await ending
    },
  },
  {
    id: 'shutdown-waiting',
    name: 'a receive that waits survives our own shutdown',
    needs: 'half-close',
    run: async (near, far) => {
      const waiting = aside(near.recv())
      await near.shutdown()
      equal(await far.recv(), null)
      await far.send('x')
      equal(String(await waiting), 'x')
    },
  },
  {
    id: 'closed-both',
    name: 'a stream whose two sides have both ended cleanly is closed, by peer where theirs was first',
    needs: 'half-close',
    run: async (near, far) => {
      await far.send('abc')
      await far.shutdown()
      sameBytes(await readToEnd(near), Buffer.from('abc'))
      await near.send('defgh')
      await near.shutdown()
      sameBytes(await readToEnd(far), Buffer.from('defgh'))
      await far.close()
      await near.close()
      const info = await near.closed
      deepEqual([info.by, info.error], ['peer', undefined])
    },
  },
  {
    id: 'close-delivers',
    name: 'close right after a send of eight megabytes delivers eight megabytes',
    needs: 'every',
    run: async (near, far) => {
      const sent = Buffer.alloc(8_000_000, pattern(1009, 59))
      const sending = aside(near.send(sent))
      const closing = aside(near.close())
      sameBytes(await readToEnd(far), sent)
      await far.close()
      await Promise.all([sending, closing])
    },
  },
  {
    id: 'close-unread',
    name: 'close with bytes that nobody read still delivers the last words',
    needs: 'every',
    run: async (near, far) => {
      await far.send(pattern(50_000, 61))
      await arrived(near, 50_000)
      await near.send('goodbye')
      const closing = aside(near.close({ linger: 10_000 }))
      await far.send('talking on')
      sameBytes(await readToEnd(far), Buffer.from('goodbye'))
      await far.close()
      await closing
    },
  },
  {
    id: 'close-again',
    name: 'close is idempotent on both sides, also at the same time',
    needs: 'every',
    run: async (near, far) => {
      await Promise.all([near.close(), near.close(), far.close(), far.close()])
      await near.close()
      near.abort()
      await near.close()
      await near.closed
      equal(near.state, 'closed')
    },
  },
  {
    id: 'close-wakes',
    name: 'close wakes a waiting receive of any kind with closed, and the other side sees the end',
    needs: 'every',
    run: async (near, far) => {
      const waiting = aside(fails(near.recv(), 'closed'))
      ok(await stillWaits(waiting))
      const closing = aside(near.close())
      await waiting
      equal(await far.recv(), null)
      await far.close()
      await closing
    },
  },
  {
    id: 'close-own',
    name: 'on a stream that we closed, every receive and send is closed, also for bytes that had come',
    needs: 'every',
    run: async (near, far) => {
      await far.send('unread\n')
      await arrived(near, 7)
      await Promise.all([near.close(), readToEnd(far).then(() => far.close())])
      await allClosed(near)
    },
  },
  {
    id: 'close-partial',
    name: 'close wakes receives that have part of what they want',
    needs: 'every',
    run: async (near, far) => {
      await far.send('part')
      await arrived(near, 4)
      const waiting = aside(fails(near.recvExactly(10), 'closed'))
      const closing = aside(near.close())
      await waiting
      await readToEnd(far)
      await far.close()
      await closing
    },
  },
  {
    id: 'close-dispose',
    name: 'await using closes the stream at the end of the block',
    needs: 'every',
    run: async (near, far) => {
      const talk = async (): Promise<void> => {
        await using stream = near
        await stream.send('hello')
      }
      const talking = aside(talk())
      sameBytes(await readToEnd(far), Buffer.from('hello'))
      await far.close()
      await talking
      equal((await near.closed).by, 'us')
    },
  },
  {
    id: 'closed-info',
    name: 'closed says by whom, and how many bytes came and went, always the same',
    needs: 'every',
    run: async (near, far) => {
      await roundTrip(near, far)
      const before = near.closed
      ok(await stillWaits(before), 'closed must not settle on an open stream')
      equal(near.state, 'open')
      const closing = aside(near.close())
      equal(await far.recv(), null)
      await far.close()
      await closing
      const info = await before
      equal(await near.closed, info)
      deepEqual([info.by, info.error, info.bytesIn, info.bytesOut], ['us', undefined, 4, 5])
      ok(info.ms >= 0)
      const other = await far.closed
      deepEqual([other.by, other.error, other.bytesIn, other.bytesOut], ['peer', undefined, 5, 4])
    },
  },
  {
    id: 'close-endless-peer',
    name: 'close ends although the other side never stops sending',
    needs: 'every',
    run: async (near, far) => {
      let stop = false
      const talk = async (): Promise<void> => {
        while (!stop) {
          await far.send(Buffer.alloc(10_000))
          await turn()
        }
      }
      const talking = aside(mayFail(talk(), 'reset', 'broken-pipe', 'closed'))
      await arrived(near, 30_000)
      await near.close({ linger: 20 })
      equal((await near.closed).by, 'us')
      stop = true
      await talking
    },
  },
]
