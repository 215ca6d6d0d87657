import assert from 'node:assert/strict'
import test from 'node:test'
import {
  familyOf,
  formatAddress,
  formatHostPort,
  inetAddress,
  isLoopbackHost,
  isPrivateHost,
} from './address.ts'

test('formatHostPort puts brackets round an IPv6 address, with its zone, and nothing else', () => {
  assert.equal(formatHostPort('127.0.0.1', 5000), '127.0.0.1:5000')
  assert.equal(formatHostPort('localhost', 'http'), 'localhost:http')
  assert.equal(formatHostPort('::1', 5000), '[::1]:5000')
  assert.equal(formatHostPort('fe80::1%eth0', 80), '[fe80::1%eth0]:80')
})

test('formatAddress writes an Internet address with its port, and a Unix-domain address as its path', () => {
  assert.equal(formatAddress({ host: '::', port: 1, family: 6 }), '[::]:1')
  assert.equal(formatAddress({ host: '10.0.0.1', port: 65_535, family: 4 }), '10.0.0.1:65535')
  assert.equal(formatAddress({ path: '/run/chat:1.sock' }), '/run/chat:1.sock')
})

test('familyOf knows numeric addresses only', () => {
  assert.equal(familyOf('1.2.3.4'), 4)
  assert.equal(familyOf('::ffff:1.2.3.4'), 6)
  assert.equal(familyOf('fe80::1%eth0'), 6)
  for (const host of ['', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '[::1]', '::1::']) {
    assert.equal(familyOf(host), undefined, host)
  }
})

test('inetAddress turns an IPv4 address that is mapped into IPv6 back, and keeps zones', () => {
  assert.deepEqual(inetAddress('::ffff:1.2.3.4', 5), { host: '1.2.3.4', port: 5, family: 4 })
  assert.deepEqual(inetAddress('::FFFF:1.2.3.4', 5), { host: '1.2.3.4', port: 5, family: 4 })
  assert.deepEqual(inetAddress('1.2.3.4', 5), { host: '1.2.3.4', port: 5, family: 4 })
  assert.deepEqual(inetAddress('::1', 5), { host: '::1', port: 5, family: 6 })
  assert.deepEqual(inetAddress('fe80::1%eth0', 5), { host: 'fe80::1%eth0', port: 5, family: 6 })
})

// The first and the last address of each private network, and its neighbours on both sides.
const RANGES = [
  { first: '127.0.0.0', last: '127.255.255.255', before: '126.255.255.255', after: '128.0.0.0' },
  { first: '10.0.0.0', last: '10.255.255.255', before: '9.255.255.255', after: '11.0.0.0' },
  { first: '172.16.0.0', last: '172.31.255.255', before: '172.15.255.255', after: '172.32.0.0' },
  { first: '192.168.0.0', last: '192.168.255.255', before: '192.167.255.255', after: '192.169.0.0' },
  { first: '169.254.0.0', last: '169.254.255.255', before: '169.253.255.255', after: '169.255.0.0' },
  { first: '100.64.0.0', last: '100.127.255.255', before: '100.63.255.255', after: '100.128.0.0' },
  { first: '::1', last: '::1', before: '::', after: '::2' },
  {
    first: 'fc00::',
    last: 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    before: 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    after: 'fe00::',
  },
  {
    first: 'fe80::',
    last: 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    before: 'fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    after: 'fec0::',
  },
]

for (const { first, last, before, after } of RANGES) {
  test(`isPrivateHost holds from ${first} to ${last} and not one address further`, () => {
    assert.ok(isPrivateHost(first))
    assert.ok(isPrivateHost(last))
    assert.ok(!isPrivateHost(before))
    assert.ok(!isPrivateHost(after))
  })
}

test('isPrivateHost sees through zones and IPv4 addresses mapped into IPv6, and is false for what is no address', () => {
  assert.ok(isPrivateHost('fe80::1%eth0'))
  assert.ok(isPrivateHost('::ffff:192.168.1.1'))
  assert.ok(isPrivateHost('::ffff:7f00:1'))
  assert.ok(!isPrivateHost('::ffff:8.8.8.8'))
  for (const host of ['', 'localhost', '10.0.0.1.example.org', '10.0.0.1/8', '10.0.0.1:80']) {
    assert.ok(!isPrivateHost(host), host)
  }
})

test('isLoopbackHost holds for 127.0.0.0/8 and ::1 only', () => {
  for (const host of ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1']) {
    assert.ok(isLoopbackHost(host), host)
  }
  for (const host of ['128.0.0.1', '10.0.0.1', '::', '::2', 'localhost', '127.example.org', '']) {
    assert.ok(!isLoopbackHost(host), host)
  }
})
