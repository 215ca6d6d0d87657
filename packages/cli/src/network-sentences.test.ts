import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SOCKET_ERRORS, SocketError, type SocketErrorCode } from '@partyline/sockets'
import { connectFailure, listenFailure, nextPort } from './network-sentences.ts'

const CODES = Object.keys(SOCKET_ERRORS) as SocketErrorCode[]
const HERE = { host: '127.0.0.1', port: 5999 }

function failure(code: SocketErrorCode, errno?: string): SocketError {
  return new SocketError(code, {
    op: 'connect',
    where: 'somewhere',
    ...(errno && { cause: { code: errno } }),
  })
}

test('connectFailure has an exit code and a sentence for everything the network does', () => {
  const exits: Partial<Record<SocketErrorCode, number>> = {
    refused: 4,
    unreachable: 4,
    'address-unavailable': 4,
    permission: 4,
    'not-found': 3,
    timeout: 5,
    reset: 6,
    'broken-pipe': 6,
    closed: 6,
  }
  for (const code of CODES) {
    const { exitCode, message, cause } = connectFailure(failure(code), HERE)
    assert.equal(exitCode, exits[code] ?? 1, code)
    assert.match(message, /^[^\n]+\.$/)
    assert.ok(SocketError.is(cause, code))
  }
})

test('connectFailure says that nobody listens, and what to do, here and elsewhere', () => {
  const here = connectFailure(failure('refused'), HERE)
  assert.equal(here.message, 'nobody is listening on 127.0.0.1 port 5999 (connection refused).')
  assert.ok(here.hints.includes('Start one:  partyline serve --text-port 5999'))
  const there = connectFailure(failure('refused'), { host: 'chat.example', port: 1 })
  assert.ok(!there.hints.some((hint) => hint.startsWith('Start one')))
})

test('connectFailure says that a name has no address, and why there is no way', () => {
  const { message } = connectFailure(failure('not-found'), { host: 'nowhere.invalid', port: 1 })
  assert.equal(message, 'no address found for "nowhere.invalid".')
  const unreachable = connectFailure(failure('unreachable', 'ENETUNREACH'), HERE)
  assert.equal(unreachable.message, 'there is no way to 127.0.0.1 port 5999 (ENETUNREACH).')
})

test('listenFailure has an exit code and a sentence for everything the network does', () => {
  for (const code of CODES) {
    const { exitCode, message } = listenFailure(failure(code), 5000)
    const cannotListen = ['address-in-use', 'permission', 'address-unavailable', 'not-found'].includes(code)
    assert.equal(exitCode, cannotListen ? 7 : 1, code)
    assert.match(message, /^[^\n]+\.$/)
  }
})

test('listenFailure says which port is taken, and names another', () => {
  const { message, hints } = listenFailure(failure('address-in-use'), 5000)
  assert.equal(message, 'port 5000 is taken (text door).')
  assert.ok(hints.includes('Use another:  partyline serve --text-port 5001'))
  assert.match(listenFailure(failure('permission'), 80).hints.join(), /below 1024/)
  assert.doesNotMatch(listenFailure(failure('permission'), 8080).hints.join(), /below 1024/)
})

test('connectFailure and listenFailure hand on what is not the network', () => {
  const bug = new TypeError('a bug')
  assert.throws(() => connectFailure(bug, HERE), bug)
  assert.throws(() => listenFailure(bug, 1), bug)
})

test('nextPort stays within the ports there are', () => {
  assert.equal(nextPort(5000), 5001)
  assert.equal(nextPort(65_535), 5000)
})
