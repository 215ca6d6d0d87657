import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SOCKET_ERRORS, SocketError, type SocketErrorCode, TcpListener, TcpSocket } from '@partyline/sockets'
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
    tls: 8,
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
  assert.match(here.hints.join(), /Start one: {2}partyline listen 5999 /)
  assert.deepEqual(here.facts, { host: '127.0.0.1', port: 5999 })
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

test('connectFailure tells a wrong name from a certificate that is not trusted, and from no TLS at all', () => {
  const sentence = (errno: string): string => connectFailure(failure('tls', errno), HERE).message
  assert.match(sentence('ERR_TLS_CERT_ALTNAME_INVALID'), /is for another name\.$/)
  assert.match(sentence('DEPTH_ZERO_SELF_SIGNED_CERT'), /is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.$/)
  assert.match(sentence('ERR_SSL_WRONG_VERSION_NUMBER'), /^no TLS with 127\.0\.0\.1 port 5999: /)
})

test('listenFailure names the command that wanted to listen', () => {
  const { message, hints } = listenFailure(failure('address-in-use'), 8000, { command: 'partyline listen' })
  assert.equal(message, 'port 8000 is taken.')
  assert.ok(hints.includes('Use another:  partyline listen 8001'))
})

test('connectFailure says that something else than TLS answered, and of the rest only the reason', () => {
  const sentence = (line: string): string => {
    const words = `the TLS handshake failed (${line})`
    return connectFailure(new SocketError('tls', { op: 'connect', where: 'a:1', words }), HERE).message
  }
  const openSsl = (reason: string): string =>
    `4073:error:0A00010B:SSL routines:a_function:${reason}:../file.c:78:`
  assert.equal(sentence(openSsl('wrong version number')), '127.0.0.1 port 5999 does not speak TLS.')
  assert.equal(
    sentence(openSsl('tlsv1 alert protocol version')),
    'no TLS with 127.0.0.1 port 5999: tlsv1 alert protocol version.',
  )
})

test('connectFailure does not ask for an authority where the time of a certificate is over', () => {
  const { exitCode, message, hints } = connectFailure(failure('tls', 'CERT_HAS_EXPIRED'), HERE)
  assert.equal(exitCode, 8)
  assert.equal(message, 'the certificate of 127.0.0.1 port 5999 has expired.')
  assert.doesNotMatch(hints.join(), /--ca/)
  const early = connectFailure(failure('tls', 'CERT_NOT_YET_VALID'), HERE)
  assert.equal(early.message, 'the certificate of 127.0.0.1 port 5999 is not valid yet.')
})

test('connectFailure does not doubt that a server speaks TLS which has refused ours in TLS', () => {
  const words =
    'the TLS handshake failed (4:error:0A00042E:SSL routines:f:tlsv1 alert protocol version:f.c:9:)'
  const { hints } = connectFailure(new SocketError('tls', { op: 'connect', where: 'a:1', words }), HERE)
  assert.deepEqual(hints, ['It speaks TLS, but not with us: TLS 1.2 and 1.3 are offered.'])
})

test('connectFailure tells a server that is silent in the handshake from one that does not answer', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve((socket) => socket.closed, { onError: () => {} })
  const address = { host: '127.0.0.1', port: 'port' in listener.address ? listener.address.port : 0 }
  const error: unknown = await TcpSocket.connect({ ...address, tls: { handshakeTimeout: 20 } }).catch(
    (reason: unknown) => reason,
  )
  assert.ok(SocketError.is(error, 'timeout'))
  const { exitCode, message, hints } = connectFailure(error, address)
  assert.equal(exitCode, 5)
  assert.equal(
    message,
    `127.0.0.1 port ${address.port} took the connection, but did not finish the TLS handshake.`,
  )
  assert.deepEqual(hints, ['It may not speak TLS at all: try without it.'])
  await listener.close({ drain: 0 })
})
