import assert from 'node:assert/strict'
import { test } from 'node:test'
import { following, pause } from './follow.ts'
import { fakeHistory, saidAs } from './testing/fake-history.ts'

test('following gives what comes after a number, page by page, and waits when there is nothing', async () => {
  const history = fakeHistory(Array.from({ length: 2500 }, (_, i) => saidAs(i + 1)))
  const stop = new AbortController()
  const waits: number[] = []
  const seen: number[] = []
  const wait = async (): Promise<void> => {
    waits.push(seen.length)
    if (waits.length === 3) stop.abort()
    if (waits.length === 2) history.all.push(saidAs(2501), saidAs(2502, { room: '#den' }))
  }
  const from = { room: '#lobby', seq: 10 }
  for await (const { seq } of following(history, from, { signal: stop.signal, pause: wait })) seen.push(seq)
  assert.deepEqual(
    seen,
    Array.from({ length: 2491 }, (_, i) => i + 11),
  )
  assert.deepEqual(waits, [2490, 2490, 2491])
})

test('pause ends at once when nobody wants to know any more', async () => {
  await pause(AbortSignal.abort())
  const stop = new AbortController()
  const waiting = pause(stop.signal)
  stop.abort()
  await waiting
  assert.ok(stop.signal.aborted)
})
