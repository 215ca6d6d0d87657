import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TokenBucket } from './token-bucket.ts'

test('TokenBucket holds the tokens of a second, and fills evenly', () => {
  const bucket = new TokenBucket(10, 5000)
  const takes = (now: number): number => {
    let taken = 0
    while (bucket.take(now)) taken += 1
    return taken
  }
  assert.equal(takes(5000), 10)
  assert.equal(takes(5099), 0)
  assert.equal(takes(5100), 1)
  assert.equal(takes(5400), 3)
  assert.equal(takes(100_000), 10)
})

test('TokenBucket gives several tokens or none', () => {
  const bucket = new TokenBucket(10, 0)
  assert.equal(bucket.take(0, 11), false)
  assert.equal(bucket.take(0, 8), true)
  assert.equal(bucket.take(0, 3), false)
  assert.equal(bucket.take(0, 2), true)
})
