import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findService, SERVICES } from './table.ts'

test('SERVICES has each name and each port once, and findService finds them', () => {
  assert.equal(new Set(SERVICES.map(({ port }) => port)).size, SERVICES.length)
  for (const entry of SERVICES) assert.equal(findService(entry.name), entry)
  assert.equal(findService('constructor'), undefined)
})

test('SERVICES has the ports that are promised', () => {
  assert.deepEqual(Object.fromEntries(SERVICES.map(({ name, port }) => [name, port])), {
    hello: 8000,
    echo: 50_000,
    greeter: 8001,
    login: 8002,
    commands: 8003,
    'udp-echo': 31_337,
    'udp-log': 1234,
    talk: 5001,
  })
})
