import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PeerText } from './peer-text.ts'

/** What a terminal gets when these chunks come one after the other. */
function shown(...chunks: readonly Uint8Array[]): string {
  const text = new PeerText()
  return chunks.map((chunk) => text.feed(chunk)).join('') + text.end()
}

const CASES: readonly (readonly [name: string, bytes: string | number[], text: string])[] = [
  ['lines with LF and with CR LF', 'one\ntwo\r\n\r\nthree', 'one\ntwo\n\nthree'],
  ['a CR that ends no line', 'ab\rcd\r', 'ab␍cd␍'],
  ['escape sequences, bells and backspaces', '\u001b[31mred\u0007\b', '␛[31mred␇␈'],
  ['text that would hide or turn', 'a\u202eb\u200bc', 'a\uFFFDb\uFFFDc'],
  ['letters of several bytes', 'café 漢字 👋\n', 'café 漢字 👋\n'],
  ['a tab', 'a\tb', 'a    b'],
]

for (const [name, bytes, text] of CASES) {
  const all = Buffer.from(bytes)
  test(`PeerText shows ${name}, whole`, () => assert.equal(shown(all), text))
  test(`PeerText shows ${name}, byte by byte`, () => {
    assert.equal(shown(...Array.from(all, (byte) => Uint8Array.of(byte))), text)
  })
}

test('PeerText shows bytes that are no UTF-8 as what they are', () => {
  assert.equal(shown(Buffer.from([0xff, 0xfb, 0x01])), '\\xff\\xfb␁')
  assert.equal(shown(Buffer.from([0x61, 0xc3]), Buffer.from([0x0a])), 'a\\xc3\n')
  assert.equal(shown(Buffer.from([0xf0, 0x9f, 0x91])), '\\xf0\\x9f\\x91')
  assert.equal(shown(Buffer.from([0xf5]), Buffer.from([0x80])), '\\xf5\\x80')
})

test('PeerText does not wait with what is there', () => {
  const text = new PeerText()
  assert.equal(text.feed(Buffer.from('login: ')), 'login: ')
  assert.equal(text.feed(Buffer.from([0xc3])), '')
  assert.equal(text.feed(Buffer.from([0xa9])), 'é')
})

test('PeerText lets nothing through that a terminal would obey, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 6 }), (chunks) => {
      assert.doesNotMatch(shown(...chunks), /[^\P{Cc}\n]|\p{Bidi_Control}/u)
    }),
  )
})

test('PeerText shows text the same however it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40)), (said, cuts) => {
      const bytes = Buffer.from(said)
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      assert.equal(shown(...chunks), shown(bytes))
    }),
  )
})
