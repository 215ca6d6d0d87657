import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as c from './constants.ts'
import { SocketOptionValues } from './options.ts'

test('SocketOptionValues begins with the defaults of the system', () => {
  const stream = new SocketOptionValues(c.SOCK_STREAM)
  assert.deepEqual(stream.forStream(), { noDelay: false, keepAlive: false })
  assert.equal(stream.get(c.SOL_SOCKET, c.SO_REUSEADDR), 1)
  assert.equal(stream.get(c.SOL_SOCKET, c.SO_TYPE), c.SOCK_STREAM)
  const datagrams = new SocketOptionValues(c.SOCK_DGRAM)
  assert.equal(datagrams.get(c.SOL_SOCKET, c.SO_REUSEADDR), 0)
  assert.deepEqual(datagrams.forDatagrams(), {
    reuseAddr: false,
    reusePort: false,
    ipv6Only: false,
    broadcast: false,
    recvBuffer: undefined,
    sendBuffer: undefined,
  })
})

test('SocketOptionValues.set takes numbers and booleans, and get returns numbers', () => {
  const options = new SocketOptionValues(c.SOCK_STREAM)
  options.set(c.IPPROTO_TCP, c.TCP_NODELAY, true, true)
  options.set(c.SOL_SOCKET, c.SO_KEEPALIVE, 1, true)
  options.set(c.IPPROTO_TCP, c.TCP_KEEPIDLE, 60, true)
  assert.equal(options.get(c.IPPROTO_TCP, c.TCP_NODELAY), 1)
  assert.deepEqual(options.forStream(), {
    noDelay: true,
    keepAlive: { idle: 60, interval: 75, count: 9 },
  })
  const copy = new SocketOptionValues(c.SOCK_STREAM, options)
  options.set(c.IPPROTO_TCP, c.TCP_NODELAY, false, true)
  assert.equal(copy.forStream().noDelay, true)
})

test('SocketOptionValues.set refuses what the socket does not have, or has no longer', () => {
  const stream = new SocketOptionValues(c.SOCK_STREAM)
  assert.throws(() => stream.set(c.SOL_SOCKET, 999, 1, false), /no socket option 999 at level 1/)
  assert.throws(() => stream.set(c.SOL_SOCKET, c.SO_BROADCAST, 1, false), TypeError)
  assert.throws(() => stream.get(c.SOL_SOCKET, c.SO_RCVBUF), TypeError)
  assert.throws(() => stream.set(c.SOL_SOCKET, c.SO_REUSEPORT, 1, true), /before the socket is bound/)
  assert.throws(() => stream.set(c.IPPROTO_TCP, c.TCP_KEEPIDLE, 0, false), RangeError)
  assert.throws(() => stream.set(c.IPPROTO_TCP, c.TCP_KEEPCNT, 128, false), RangeError)
  assert.throws(() => stream.set(c.SOL_SOCKET, c.SO_KEEPALIVE, 0.5, false), TypeError)
})
