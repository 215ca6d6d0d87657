/** Which points of an exercise a server made here does not hold. */
import assert from 'node:assert/strict'
import type { Output } from '../check/point.ts'
import { runPoints } from '../check/run-points.ts'
import { ServerUnderTest } from '../check/server-under-test.ts'
import { SERVER_EXERCISES } from '../check/servers/index.ts'

/**
 * The ids of the points that fail, of those that were asked for. `log` is what the server writes, where we see it;
 * an answer is waited for `waitMs`: long where none is expected to be missing, so that a busy machine fails nothing.
 */
export async function failingPoints(
  exercise: string,
  points: readonly string[],
  port: number,
  { log, waitMs = 250 }: { readonly log?: Output; readonly waitMs?: number } = {},
): Promise<string[]> {
  const found = SERVER_EXERCISES.find(({ name }) => name === exercise)
  assert.ok(found)
  const server = new ServerUnderTest({
    host: '127.0.0.1',
    port,
    transport: found.transport,
    pace: { waitMs, gapMs: 20, signal: new AbortController().signal },
    account: { user: 'admin', password: '12345' },
    env: {},
    firstNumber: 1,
    note: () => {},
    log,
  })
  const chosen = found.points.filter(({ id }) => points.includes(id))
  assert.equal(chosen.length, points.length)
  const results = await runPoints(chosen, server, () => {})
  return results.flatMap(({ state, point }) => (state === 'fails' ? [point.id] : []))
}
