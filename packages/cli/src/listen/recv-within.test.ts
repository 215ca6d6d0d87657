import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryPair } from '@partyline/sockets/testing'
import { recvWithin } from './recv-within.ts'

test('recvWithin gives bytes, undefined for silence, and null for the end', async () => {
  const [near, far] = memoryPair()
  assert.equal(await recvWithin(near, { timeout: 0 }), undefined)
  await far.send('hello')
  assert.equal(String(await recvWithin(near, { timeout: 1000 })), 'hello')
  await far.shutdown()
  assert.equal(await recvWithin(near, {}), null)
})

test('recvWithin rejects when it is cancelled, and on a closed stream', async () => {
  const [near] = memoryPair()
  await assert.rejects(recvWithin(near, { signal: AbortSignal.abort() }), { code: 'aborted' })
  near.abort()
  await assert.rejects(recvWithin(near, { timeout: 0 }), { code: 'closed' })
})
