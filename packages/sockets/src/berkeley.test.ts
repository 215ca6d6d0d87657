import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as socket from './berkeley.ts'

test('socket takes what goes together, and is a TCP socket without arguments', () => {
  const plain = socket.socket()
  assert.deepEqual(
    [plain.family, plain.type, plain.proto],
    [socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_IP],
  )
  for (const args of [
    [socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP],
    [socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_UDP],
    [socket.AF_UNIX, socket.SOCK_STREAM, socket.IPPROTO_IP],
  ] as const) {
    const made = socket.socket(...args)
    assert.deepEqual([made.family, made.type, made.proto], args)
  }
})

test('socket throws a TypeError for what does not go together', () => {
  for (const args of [
    [99, socket.SOCK_STREAM],
    [socket.AF_INET, 3],
    [socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_UDP],
    [socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_TCP],
    [socket.AF_UNIX, socket.SOCK_DGRAM],
  ] as const) {
    assert.throws(() => socket.socket(...args), TypeError)
  }
})

test('socket makes each way that getaddrinfo lists', async () => {
  for (const [family, type, proto] of await socket.getaddrinfo('127.0.0.1', 50_000)) {
    const made = socket.socket(family, type, proto)
    assert.equal(made.type, type)
  }
})

test('berkeley has its constants with the numbers of Linux', () => {
  const { AF_INET, AF_INET6, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR, SHUT_WR, IPPROTO_UDP } = socket
  assert.deepEqual(
    { AF_INET, AF_INET6, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR, SHUT_WR, IPPROTO_UDP },
    { AF_INET: 2, AF_INET6: 10, SOCK_DGRAM: 2, SOL_SOCKET: 1, SO_REUSEADDR: 2, SHUT_WR: 1, IPPROTO_UDP: 17 },
  )
})
