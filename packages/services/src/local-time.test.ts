import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localTime } from './local-time.ts'

test('localTime writes the time of this zone with leading zeros', () => {
  assert.equal(localTime(new Date(2026, 0, 2, 3, 4, 5, 678)), '2026-01-02 03:04:05')
  assert.equal(localTime(new Date(2026, 10, 20, 16, 44, 32)), '2026-11-20 16:44:32')
})
