import assert from 'node:assert/strict'
import test from 'node:test'
import { SOCKET_ERRORS, SocketError, type SocketErrorCode, translateError } from './errors.ts'

const remote = { host: '127.0.0.1', port: 5000, family: 4 } as const

/** What Node and the system say, and what we make of it. */
const TRANSLATIONS: readonly (readonly [string, SocketErrorCode])[] = [
  ['ECONNREFUSED', 'refused'],
  ['ENOENT', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'broken-pipe'],
  ['ETIMEDOUT', 'timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['ENOTFOUND', 'not-found'],
  ['EAI_AGAIN', 'not-found'],
  ['EAI_NODATA', 'not-found'],
  ['EAI_NONAME', 'not-found'],
  ['EADDRINUSE', 'address-in-use'],
  ['EADDRNOTAVAIL', 'address-unavailable'],
  ['EAFNOSUPPORT', 'address-unavailable'],
  ['EACCES', 'permission'],
  ['EPERM', 'permission'],
  ['EMFILE', 'too-many-files'],
  ['ENFILE', 'too-many-files'],
  ['EMSGSIZE', 'limit'],
  ['EPROTO', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['EINVAL', 'system'],
  ['constructor', 'system'],
]

for (const [errno, code] of TRANSLATIONS) {
  test(`translateError makes ${code} of ${errno}, and keeps where it happened and why`, () => {
    const cause = Object.assign(new Error(`what the system says of ${errno}`), { code: errno })
    const error = translateError(cause, { op: 'connect', remote })
    assert.equal(error.code, code)
    assert.equal(error.op, 'connect')
    assert.equal(error.errno, errno)
    assert.equal(error.cause, cause)
    assert.deepEqual(error.remote, remote)
    const isKnown = code !== 'tls' && code !== 'system'
    const words = isKnown ? SOCKET_ERRORS[code] : `${SOCKET_ERRORS[code]} (${cause.message})`
    assert.equal(error.message, `127.0.0.1:5000: ${words}`)
  })
}

test('translateError leaves a SocketError as it is, and makes system of anything else', () => {
  const already = new SocketError('busy', { op: 'recv' })
  assert.equal(translateError(already, { op: 'send' }), already)
  for (const [thrown, words] of [
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ code: 5 }, '[object Object]'],
  ] as const) {
    const error = translateError(thrown, { op: 'send' })
    assert.equal(error.code, 'system')
    assert.equal(error.errno, undefined)
    assert.equal(error.message, `${SOCKET_ERRORS.system} (${words})`)
  }
})

test('SocketError says where in this order: where, remote, nothing; and takes other words', () => {
  assert.equal(
    new SocketError('refused', { op: 'connect', remote, where: 'localhost:5000' }).message,
    'localhost:5000: nothing is listening there',
  )
  assert.equal(
    new SocketError('reset', { op: 'recv', remote: { host: '::1', port: 7, family: 6 } }).message,
    '[::1]:7: the other side reset the connection',
  )
  assert.equal(new SocketError('closed', { op: 'recv' }).message, 'the socket is closed')
  assert.equal(new SocketError('closed', { op: 'recv', words: 'gone' }).message, 'gone')
})

test('SocketError has no cause of its own when there is none', () => {
  assert.ok(!Object.hasOwn(new SocketError('closed', { op: 'recv' }), 'cause'))
})

test('SocketError.is tells codes apart, and holds for nothing that only looks like one', () => {
  const error = new SocketError('reset', { op: 'recv' })
  assert.ok(SocketError.is(error))
  assert.ok(SocketError.is(error, 'timeout', 'reset'))
  assert.ok(!SocketError.is(error, 'timeout'))
  for (const other of [
    undefined,
    null,
    'SocketError',
    new Error('reset'),
    Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
    Object.assign(new Error('reset'), { name: 'SocketError', code: 'constructor' }),
    { name: 'SocketError', code: 'reset' },
  ]) {
    assert.ok(!SocketError.is(other))
  }
})

test('SocketError.is holds for errors of another copy of this package', async () => {
  const { href } = new URL('./errors.ts?another-copy', import.meta.url)
  const copy: typeof import('./errors.ts') = await import(href)
  const error: unknown = new copy.SocketError('limit', { op: 'recv' })
  assert.ok(!(error instanceof SocketError))
  assert.ok(SocketError.is(error, 'limit'))
  assert.equal(translateError(error, { op: 'send' }), error)
})
