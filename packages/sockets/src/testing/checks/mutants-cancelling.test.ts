import type { ByteStream, Op } from '../../byte-stream.ts'
import { SocketError } from '../../errors.ts'
import { CANCELLING_CHECKS } from './cancelling.ts'
import { type Mutant, testMutants } from './mutants.ts'
import { RANDOM_CHECKS } from './random.ts'

const RECEIVES = ['recv', 'recvInto', 'recvExactly', 'recvUntil', 'readLine', 'lines'] as const

/** All receives of `right`, each of them run by `run`, which is given the call and its op apart. */
function receives(
  right: ByteStream,
  run: <T>(call: (op: Op) => Promise<T>, op: Op) => Promise<T>,
): Partial<ByteStream> {
  return {
    recv: (max, op = {}) => run((own) => right.recv(max, own), op),
    recvInto: (into, op = {}) => run((own) => right.recvInto(into, own), op),
    recvExactly: (n, op = {}) => run((own) => right.recvExactly(n, own), op),
    recvUntil: (to, op) =>
      run((own) => right.recvUntil(to, { ...own, max: op.max, keep: op.keep }), {
        timeout: op.timeout,
        signal: op.signal,
      }),
    readLine: ({ timeout, signal, ...options } = {}) =>
      run((own) => right.readLine({ ...options, ...own }), { timeout, signal }),
    lines: async function* ({ timeout, signal, ...options } = {}) {
      const next = (): Promise<string | null> =>
        run((own) => right.readLine({ ...options, ...own }), { timeout, signal })
      for (let line = await next(); line !== null; line = await next()) yield line
    },
  }
}

/** Rejects when `op` is over. */
function over(op: Op): Promise<never> {
  return new Promise((_, reject) => {
    const { timeout, signal } = op
    const stop = (code: 'aborted' | 'timeout') => () =>
      reject(new SocketError(code, { op: 'recv', cause: signal?.reason }))
    if (timeout !== undefined) setTimeout(stop('timeout'), timeout).unref()
    if (signal?.aborted === true) stop('aborted')()
    signal?.addEventListener('abort', stop('aborted'), { once: true })
  })
}

const MUTANTS: readonly Mutant[] = [
  {
    does: 'goes on receiving in secret after the call was cancelled',
    failing: [
      ...RECEIVES.flatMap((name) => [`abort-${name}`, `timeout-${name}`, `race-${name}`]),
      'many-readers',
      'random-calls',
    ],
    breaks: (right) => {
      let last: Promise<unknown> = Promise.resolve()
      return receives(right, (call, op) => {
        const mine = last.then(() => call({}))
        last = mine.catch(() => {})
        return Promise.race([mine, over(op)])
      })
    },
  },
  {
    does: 'loses a byte when a call times out or is aborted',
    failing: RECEIVES.slice(2).flatMap((name) => [`abort-${name}`, `timeout-${name}`]),
    breaks: (right) =>
      receives(right, (call, op) =>
        call(op).catch((error: unknown) => {
          if (SocketError.is(error, 'timeout', 'aborted')) right.tryRecv(1)
          throw error
        }),
      ),
  },
  {
    does: 'does not look whether a signal has fired already',
    failing: ['aborted-before'],
    breaks: (right) => receives(right, (call, op) => call(op.signal?.aborted === true ? {} : op)),
  },
  {
    does: 'sends although the signal has fired already',
    failing: ['aborted-before'],
    breaks: (right) => ({ send: (data) => right.send(data) }),
  },
  {
    does: 'leaves its listener on the signal',
    failing: ['abort-late', 'abort-cause', 'clogged-cancel'],
    breaks: (right) => ({
      recv: (max, op) => {
        op?.signal?.addEventListener('abort', () => {})
        return right.recv(max, op)
      },
      send: (data, op) => {
        op?.signal?.addEventListener('abort', () => {})
        return right.send(data, op)
      },
    }),
  },
  {
    does: 'does not say why a call was aborted',
    failing: ['abort-cause'],
    breaks: (right) =>
      receives(right, (call, op) =>
        call(op).catch((error: unknown) => {
          throw SocketError.is(error, 'aborted') ? new SocketError('aborted', { op: 'recv' }) : error
        }),
      ),
  },
  {
    does: 'takes a timeout of 0 for none',
    failing: ['timeout-now', 'timeout-recv'],
    breaks: (right) => receives(right, (call, op) => call(op.timeout === 0 ? { signal: op.signal } : op)),
  },
  {
    does: 'does not stop the timer of a call that is done',
    failing: ['timeout-then-none'],
    breaks: (right) => {
      let current = new AbortController()
      return {
        recv: (max, op) => {
          const mine = new AbortController()
          current = mine
          if (op?.timeout !== undefined) setTimeout(() => current.abort(), op.timeout)
          return right.recv(max, { signal: mine.signal }).catch(() => {
            throw new SocketError('timeout', { op: 'recv' })
          })
        },
      }
    },
  },
  {
    does: 'breaks when a call times out',
    failing: ['close-after-cancel'],
    breaks: (right) =>
      receives(right, (call, op) =>
        call(op).catch((error: unknown) => {
          if (SocketError.is(error, 'timeout')) right.abort()
          throw error
        }),
      ),
  },
]

testMutants([...CANCELLING_CHECKS, ...RANDOM_CHECKS], MUTANTS)
