import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError } from './errors.ts'
import { within } from './within.ts'

const DETAILS = { op: 'send' } as const

test('within passes on what the work returns and throws', async () => {
  const signal = new AbortController().signal
  for (const op of [{}, { timeout: 1000 }, { signal }]) {
    assert.equal(await within(op, DETAILS, async () => 7), 7)
    await assert.rejects(
      within(op, DETAILS, () => Promise.reject(new Error('broken'))),
      /broken/,
    )
  }
})

test('within does not start work for a signal that has fired, or a timeout that is none', async () => {
  let started = 0
  const work = async (): Promise<void> => {
    started += 1
  }
  await assert.rejects(within({ signal: AbortSignal.abort() }, DETAILS, work), { code: 'aborted' })
  await assert.rejects(within({ timeout: -1 }, DETAILS, work), RangeError)
  assert.equal(started, 0)
})

test('within lets late work end unseen', async () => {
  const { promise, reject } = Promise.withResolvers<void>()
  await assert.rejects(
    within({ timeout: 1 }, DETAILS, () => promise),
    (error) => SocketError.is(error, 'timeout'),
  )
  reject(new Error('too late to matter'))
})
