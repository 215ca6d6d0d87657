/** Ids. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuidV7 } from './ids.ts'

test('uuidV7 makes UUIDs of version 7 that sort by time', () => {
  let now = 1_795_190_640_000
  const newId = uuidV7(() => now)
  const made: string[] = []
  for (let count = 0; count < 100; count += 1) {
    made.push(newId())
    now += 1
  }
  for (const id of made)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual(made.toSorted(), made)
  assert.equal(Number.parseInt(made[0]?.replaceAll('-', '').slice(0, 12) ?? '', 16), 1_795_190_640_000)
  assert.equal(new Set(Array.from({ length: 1000 }, newId)).size, 1000)
})
