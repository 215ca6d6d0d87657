import assert from 'node:assert/strict'
import test from 'node:test'
import { looksLikeTls } from './tls-hello.ts'

test('looksLikeTls knows the first bytes of a ClientHello', () => {
  // `openssl s_client`, and an old client that offers SSL 3.0
  assert.equal(looksLikeTls(Uint8Array.of(0x16, 0x03, 0x01, 0x01, 0x2f, 0x01, 0x00)), true)
  assert.equal(looksLikeTls(Uint8Array.of(0x16, 0x03, 0x00)), true)
})

test('looksLikeTls does not take text, or too few bytes, for TLS', () => {
  for (const bytes of [
    [],
    [0x16],
    [0x16, 0x03],
    [0x16, 0x03, 0x05],
    [0x16, 0x02, 0x01],
    [0x61, 0x6e, 0x6e],
  ]) {
    assert.equal(looksLikeTls(Uint8Array.from(bytes)), false, bytes.join(' '))
  }
})
