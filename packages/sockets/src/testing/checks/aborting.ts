/** Checks of abort, at both of its ends. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { allClosed, aside, fails, mayFail, type StreamCheck } from './check.ts'

export const ABORTING_CHECKS: readonly StreamCheck[] = [
  {
    id: 'abort',
    name: 'abort wakes what waits with closed, closes at once, and keeps its reason',
    needs: 'every',
    run: async (near) => {
      const reason = new Error('enough')
      const waiting = aside(fails(near.recvExactly(5), 'closed'))
      near.abort(reason)
      near.abort(new Error('later'))
      await waiting
      const info = await near.closed
      equal(info.by, 'us')
      ok(info.error === reason || info.error?.cause === reason, 'closed does not say why')
      equal(near.state, 'closed')
      await near.close()
      await allClosed(near)
    },
  },
  {
    id: 'abort-closing',
    name: 'abort right after close or shutdown closes at once',
    needs: 'every',
    run: async (near, far) => {
      const closing = near.close()
      near.abort()
      await closing
      equal((await near.closed).by, 'us')
      const ending = aside(far.shutdown())
      far.abort()
      await mayFail(ending, 'closed', 'reset')
      await far.closed
    },
  },
  {
    id: 'abort-peer',
    name: 'the other side of an abort sees an end or an error, never bytes, and never hangs',
    needs: 'every',
    run: async (near, far) => {
      const waiting = aside(mayFail(near.recv(), 'reset'))
      far.abort()
      const outcome = await waiting
      ok(outcome === null || outcome instanceof Error)
      const next = await mayFail(near.recv(), 'reset', 'closed')
      ok(next === null || next instanceof Error)
      await near.close()
    },
  },
  {
    id: 'reset',
    name: 'abort is seen by the other side as reset, in the call that waits and in closed',
    needs: 'reset',
    run: async (near, far) => {
      const waiting = aside(fails(near.recv(), 'reset'))
      far.abort()
      await waiting
      await fails(near.readLine(), 'reset', 'closed')
      await fails(near.send('x'), 'reset', 'broken-pipe', 'closed')
      const info = await near.closed
      deepEqual([info.by, info.error?.code], ['error', 'reset'])
    },
  },
  {
    id: 'reset-idle',
    name: 'a reset is noticed when nobody is receiving',
    needs: 'reset',
    run: async (near, far) => {
      far.abort()
      const info = await near.closed
      deepEqual([info.by, info.error?.code], ['error', 'reset'])
      await fails(near.recv(), 'reset', 'closed')
    },
  },
]
