import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Data } from '../../byte-stream.ts'
import { SocketError } from '../../errors.ts'
import { ABORTING_CHECKS } from './aborting.ts'
import { turn } from './check.ts'
import { CLOGGED_CHECKS } from './clogged.ts'
import { CLOSING_CHECKS } from './closing.ts'
import { type Mutant, never, testMutants } from './mutants.ts'
import { SENDING_CHECKS } from './sending.ts'

const SENDING: readonly Mutant[] = [
  {
    does: 'sends text as latin1',
    failing: ['send-kinds'],
    breaks: (right) => ({
      send: (data) => right.send(typeof data === 'string' ? Buffer.from(data, 'latin1') : data),
    }),
  },
  {
    does: 'sends a byte for nothing',
    failing: ['send-nothing'],
    breaks: (right) => ({ send: (data, op) => right.send(data.length === 0 ? '\0' : data, op) }),
  },
  {
    does: 'sends whatever it is given',
    failing: ['send-wrong'],
    breaks: (right) => ({ send: (data, op) => right.send(String(data), op) }),
  },
  {
    does: 'lets little sends overtake large ones',
    failing: ['send-order', 'clogged-order'],
    breaks: (right) => ({
      send: async (data, op) => {
        if (data.length > 50) await turn()
        return right.send(data, op)
      },
    }),
  },
  {
    does: 'changes the first byte of large sends',
    failing: ['send-both-ways', 'send-any-size'],
    breaks: (right) => ({
      send: (data, op) => right.send(data.length > 10_000 ? ['x', data.slice(1)].flat() : data, op),
    }),
  },
  {
    does: 'still needs the memory when send has resolved',
    failing: ['send-memory'],
    breaks: (right) => {
      let last: Promise<unknown> = Promise.resolve()
      return {
        send: async (data) => {
          last = last.then(turn).then(() => right.trySend(data as Uint8Array))
        },
        close: async (options) => {
          await last
          return right.close(options)
        },
      }
    },
  },
  {
    does: 'refuses a large send although the queue is empty',
    failing: ['send-any-size'],
    breaks: (right) => ({
      send: async (data, op) => {
        if (data.length > 8 * 1024 * 1024) throw new SocketError('send-queue-full', { op: 'send' })
        return right.send(data, op)
      },
    }),
  },
  {
    does: 'says that it queued what it did not',
    failing: ['send-full'],
    breaks: (right) => ({
      trySend: (data) => {
        right.trySend(data)
        return true
      },
    }),
  },
  {
    does: 'says that it flushed what it did not',
    failing: ['flush', 'clogged-flush'],
    breaks: () => ({ flush: async () => {} }),
  },
  {
    does: 'hides that a send failed',
    failing: ['send-to-closed', 'send-to-aborted', 'clogged-peer-gone'],
    breaks: (right) => ({ send: (data, op) => right.send(data, op).catch(() => {}) }),
  },
  {
    does: 'says again and again that it sent after the other side was gone',
    failing: ['send-to-closed', 'send-to-aborted'],
    breaks: (right) => ({ trySend: (data) => right.trySend(data) || true }),
  },
]

const CLOGGED: readonly Mutant[] = [
  {
    does: 'never lets a send wait',
    failing: ['clogged-send', 'clogged-peer-gone'],
    breaks: (right) => ({
      send: async (data) => {
        right.send(data).catch(() => {})
      },
    }),
  },
  {
    does: 'sends again what had to wait too long',
    failing: ['clogged-cancel'],
    breaks: (right) => ({
      send: (data, op) =>
        right.send(data, op).catch((error: unknown) => {
          if (SocketError.is(error, 'timeout', 'aborted')) right.trySend(data as Data)
          throw error
        }),
    }),
  },
  {
    does: 'does not receive while it has to send',
    failing: ['clogged-recv'],
    breaks: (right) => ({
      recvExactly: async (n, op) => {
        await right.flush()
        return right.recvExactly(n, op)
      },
    }),
  },
  {
    does: 'throws away what is queued when it shuts down',
    failing: ['clogged-shutdown', 'shutdown-pending'],
    breaks: (right) => ({ shutdown: async () => right.abort() }),
  },
  {
    does: 'throws away what is queued when it closes',
    failing: ['clogged-close', 'close-delivers', 'close-unread', 'close-dispose', 'close-wakes'],
    breaks: (right) => {
      const close = async (): Promise<void> => right.abort()
      return { close, [Symbol.asyncDispose]: close }
    },
  },
  {
    does: 'waits for the other side when it aborts',
    failing: ['clogged-abort', 'reset', 'reset-idle'],
    breaks: (right) => ({ abort: () => void right.close() }),
  },
]

const CLOSING: readonly Mutant[] = [
  {
    does: 'ends both directions when it shuts down',
    failing: ['shutdown', 'shutdown-again', 'shutdown-waiting', 'closed-both'],
    breaks: (right) => ({ shutdown: () => right.close() }),
  },
  {
    does: 'always says that we closed it',
    failing: ['closed-both', 'closed-info', 'reset'],
    breaks: (right) => ({
      get closed() {
        return right.closed.then((info) => ({ ...info, by: 'us' as const }))
      },
    }),
  },
  {
    does: 'never settles closed',
    failing: ['closed-info', 'abort', 'abort-closing', 'reset-idle', 'recv-data'],
    breaks: () => ({ closed: never() }),
  },
  {
    does: 'refuses to close twice',
    failing: ['close-again'],
    breaks: (right) => {
      let isClosed = false
      return {
        close: async (options) => {
          if (isClosed) throw new SocketError('closed', { op: 'close' })
          isClosed = true
          return right.close(options)
        },
      }
    },
  },
  {
    does: 'forgets who waits when it closes',
    failing: ['close-wakes', 'close-partial', 'abort'],
    breaks: (right) => {
      const forget = (error: unknown): Promise<never> =>
        SocketError.is(error, 'closed') ? never() : Promise.reject(error)
      return {
        recv: (max, op) => right.recv(max, op).catch(forget),
        recvExactly: (n, op) => right.recvExactly(n, op).catch(forget),
      }
    },
  },
  {
    does: 'takes its own closing for the other side’s end',
    failing: ['close-own', 'abort'],
    breaks: (right) => ({ recv: (max, op) => right.recv(max, op).catch(() => null) }),
  },
  {
    does: 'does not close at the end of an await using block',
    failing: ['close-dispose'],
    breaks: () => ({ [Symbol.asyncDispose]: async () => {} }),
  },
  {
    does: 'forgets why it was aborted',
    failing: ['abort'],
    breaks: (right) => ({ abort: () => right.abort() }),
  },
  {
    does: 'sends last words when it aborts',
    failing: ['abort-peer'],
    breaks: (right) => ({
      abort: (reason) => {
        right.trySend('!')
        setImmediate(() => right.abort(reason))
      },
    }),
  },
  {
    does: 'closes only when the other side has ended',
    failing: ['close-endless-peer'],
    breaks: (right) => ({
      close: async () => {
        await right.shutdown()
        for await (const _ of right);
        await right.close()
      },
    }),
  },
]

// In a worker, because here the test runner would take the rejection for a failed test.
test('runCheck(send-ignored) fails on a stream whose rejections nobody handles', async () => {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
    import(workerData).then(async ({ memoryPair, runCheck, STREAM_CHECKS }) => {
      const pair = memoryPair()
      pair[0].send = () => Promise.reject(new Error('nobody handles this'))
      const check = STREAM_CHECKS.find(({ id }) => id === 'send-ignored')
      parentPort.postMessage(await runCheck(check, async () => pair))
    })`,
    { eval: true, workerData: new URL('../index.ts', import.meta.url).href },
  )
  const [result]: { ok?: boolean; error?: Error }[] = await once(worker, 'message')
  assert.equal(result?.ok, false)
  assert.match(String(result.error?.message), /nobody handles this/)
})

testMutants(
  [
    ...SENDING_CHECKS.filter(({ id }) => id !== 'send-ignored'),
    ...CLOGGED_CHECKS,
    ...CLOSING_CHECKS,
    ...ABORTING_CHECKS,
  ],
  [...SENDING, ...CLOGGED, ...CLOSING],
)
