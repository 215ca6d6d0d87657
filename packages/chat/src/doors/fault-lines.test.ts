/** Faults for the log. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultLines } from './fault-lines.ts'

test('faultLines says what and where, harmlessly', () => {
  const lines = faultLines('it broke', new Error('bad \u001b[31m'))
  assert.match(lines[0] ?? '', /^it broke: Error: bad ␛\[31m$/)
  assert.match(lines[1] ?? '', /^ {4}at /)
})
