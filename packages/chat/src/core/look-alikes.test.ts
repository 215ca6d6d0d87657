/** What names look like: the table itself. Which names are one is in names.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAlike } from './look-alikes.ts'

test('lookAlike gives every look of a letter the same key, and doing it twice changes nothing', () => {
  for (const look of ['lI1|ІӀΙ', 'oO0ОоΟο', 'aаα', 'AАΑ', 'pрρ', 'xхχ', 'yуү', 'sѕ', 'jјϳ']) {
    const keys = new Set(Array.from(look, lookAlike))
    assert.equal(keys.size, 1, look)
    for (const key of keys) assert.equal(lookAlike(key), key)
  }
})

test('lookAlike does not depend on case where the look does not', () => {
  assert.equal(lookAlike('ANNA'), lookAlike('anna'))
  assert.notEqual(lookAlike('anna'), lookAlike('anne'))
})
