import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Callers } from './callers.ts'

function entered(callers: Callers, host: string, times: number): number {
  return Array.from({ length: times }, () => callers.enter(host)).filter(Boolean).length
}

test('Callers lets in 16 from a public address, 256 from a private one, and everybody from here', () => {
  const callers = new Callers()
  assert.equal(entered(callers, '192.0.2.1', 1000), 16)
  assert.equal(entered(callers, '2001:db8::1', 1000), 16)
  assert.equal(entered(callers, '192.168.1.7', 1000), 256)
  assert.equal(entered(callers, '127.0.0.1', 1000), 1000)
  assert.equal(entered(callers, '::1', 1000), 1000)
})

test('Callers lets in the next one when one leaves', () => {
  const callers = new Callers()
  entered(callers, '192.0.2.1', 16)
  callers.leave('192.0.2.1')
  assert.equal(entered(callers, '192.0.2.1', 2), 1)
  for (let n = 0; n < 16; n += 1) callers.leave('192.0.2.1')
  assert.equal(entered(callers, '192.0.2.1', 17), 16)
})
