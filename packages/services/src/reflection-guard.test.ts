import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReflectionGuard } from './reflection-guard.ts'

function from(host: string, port = 40_000): { host: string; port: number; family: 4 | 6 } {
  return { host, port, family: host.includes(':') ? 6 : 4 }
}

test('ReflectionGuard refuses the ports of services, and our own', () => {
  const guard = new ReflectionGuard(7777, () => 0)
  for (const port of [0, 7, 19, 53, 123, 1023, 2049, 1234, 31_337, 7777]) {
    assert.equal(guard.mayAnswer(from('192.0.2.1', port)), false, String(port))
  }
  for (const port of [1024, 2048, 2050, 40_000, 65_535]) {
    assert.equal(guard.mayAnswer(from('192.0.2.1', port)), true, String(port))
  }
})

test('ReflectionGuard refuses addresses that are nobody, or everybody', () => {
  const guard = new ReflectionGuard(7777, () => 0)
  for (const host of [
    '0.0.0.0',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '::',
    'ff02::1',
    'ff02::1%eth0',
  ]) {
    assert.equal(guard.mayAnswer(from(host)), false, host)
  }
  for (const host of ['127.0.0.1', '192.0.2.1', '::1', '2001:db8::1', 'fe80::1%eth0']) {
    assert.equal(guard.mayAnswer(from(host)), true, host)
  }
})

test('ReflectionGuard allows 100 answers a second to one address, whatever its ports', () => {
  let now = 0
  const guard = new ReflectionGuard(7777, () => now)
  const allowed = (): number =>
    Array.from({ length: 500 }, (_, n) => guard.mayAnswer(from('192.0.2.1', 2000 + 100 * n))).filter(Boolean)
      .length
  assert.equal(allowed(), 100)
  assert.equal(guard.mayAnswer(from('192.0.2.2')), true)
  now = 500
  assert.equal(allowed(), 50)
})

test('ReflectionGuard allows 1000 answers a second to all', () => {
  const guard = new ReflectionGuard(7777, () => 0)
  const hosts = Array.from({ length: 3000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`)
  assert.equal(hosts.filter((host) => guard.mayAnswer(from(host))).length, 1000)
})

test('ReflectionGuard still knows who spoke last when very many speak', () => {
  let now = 0
  const guard = new ReflectionGuard(7777, () => now)
  for (let n = 0; n < 100; n += 1) assert.equal(guard.mayAnswer(from('192.0.2.1')), true)
  for (let n = 0; n < 10_000; n += 1) {
    now += 0.01
    guard.mayAnswer(from(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`))
    if (n % 1000 === 0) guard.mayAnswer(from('192.0.2.1'))
  }
  let allowed = 0
  while (guard.mayAnswer(from('192.0.2.1'))) allowed += 1
  assert.ok(allowed <= 10, `${allowed} of a tenth of a second`)
})
