import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import test from 'node:test'
import fc from 'fast-check'
import { decodeText } from './text-encoding.ts'

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)
for (const { name, input, text } of [
  { name: 'nothing', input: bytes(), text: '' },
  { name: 'ASCII', input: bytes(0x68, 0x69), text: 'hi' },
  {
    name: 'UTF-8 of every length',
    input: bytes(0x41, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x99, 0x82),
    text: 'Aé€🙂',
  },
  { name: 'windows-1252 letters', input: bytes(0x63, 0x61, 0x66, 0xe9), text: 'café' },
  { name: 'windows-1252 quotes', input: bytes(0x93, 0x80, 0x94), text: '“€”' },
  {
    name: 'bytes that windows-1252 leaves undefined',
    input: bytes(0x81, 0x8d, 0x8f, 0x90, 0x9d),
    text: '\x81\x8d\x8f\x90\x9d',
  },
  { name: 'both encodings in one line', input: bytes(0xc3, 0xa9, 0xe9, 0xc3, 0xa9), text: 'éé\u00e9' },
  { name: 'a sequence that is cut off', input: bytes(0x41, 0xe2, 0x82), text: 'Aâ‚' },
  { name: 'an overlong form', input: bytes(0xc0, 0xaf), text: 'À¯' },
  { name: 'a surrogate', input: bytes(0xed, 0xa0, 0x80), text: 'í\u00a0€' },
  { name: 'what lies above U+10FFFF', input: bytes(0xf4, 0x90, 0x80, 0x80), text: 'ô\x90€€' },
  { name: 'the byte 0xFF', input: bytes(0xff), text: 'ÿ' },
  { name: 'a byte order mark in front', input: bytes(0xef, 0xbb, 0xbf, 0x61), text: 'a' },
  { name: 'a byte order mark after windows-1252', input: bytes(0xe9, 0xef, 0xbb, 0xbf), text: 'é\ufeff' },
  { name: 'a byte order mark elsewhere', input: bytes(0x61, 0xef, 0xbb, 0xbf), text: 'a\ufeff' },
]) {
  test(`decodeText reads ${name}`, () => assert.equal(decodeText(input), text))
}

test('decodeText reads every byte that is not UTF-8 as the WHATWG windows-1252 index has it', () => {
  const undefinedThere = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])
  const codePoints = new Set<string>()
  for (let byte = 0x80; byte <= 0xff; byte += 1) {
    const text = decodeText(bytes(byte))
    codePoints.add(text)
    assert.equal(text.length, 1)
    const code = text.charCodeAt(0)
    if (byte >= 0xa0 || undefinedThere.has(byte)) assert.equal(code, byte)
    else assert.ok(code > 0xff, `0x${byte.toString(16)}`)
  }
  assert.equal(codePoints.size, 128, 'no two bytes are the same character')
})

// The rule by another way: the shortest piece that Node calls UTF-8 is a character, else one byte stands for
// itself.
function expected(input: Uint8Array): string {
  const lengths = [1, 2, 3, 4]
  let text = ''
  for (let at = 0; at < input.length; ) {
    const length = lengths.find((n) => at + n <= input.length && isUtf8(input.subarray(at, at + n)))
    const piece = input.subarray(at, at + (length ?? 1))
    text += length === undefined ? decodeText(piece) : Buffer.from(piece).toString()
    at += piece.length
  }
  return text
}

test('decodeText takes for UTF-8 exactly what is, after every two bytes', () => {
  const tails = [
    [],
    [0x80],
    [0xbf],
    [0x7f],
    [0xc0],
    [0x80, 0x80],
    [0xbf, 0xbf],
    [0x80, 0x7f],
    [0x80, 0x80, 0x80],
  ]
  for (let first = 0x7e; first <= 0xff; first += 1) {
    for (let second = 0; second <= 0xff; second += 1) {
      for (const tail of tails) {
        const input = bytes(0x2e, first, second, ...tail) // in front, so that no byte order mark is
        assert.equal(decodeText(input), expected(input), input.join(' '))
      }
    }
  }
})

test('decodeText gives back any text that was encoded as UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100, size: 'max' }), (text) => {
      fc.pre(text.isWellFormed() && !text.startsWith('\ufeff'))
      assert.equal(decodeText(new TextEncoder().encode(text)), text)
    }),
  )
})

test('decodeText reads any bytes, and only bytes that were one give the replacement character', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), (input) => {
      const text = decodeText(input)
      assert.ok(text.isWellFormed())
      assert.equal(text.includes('\ufffd'), Buffer.from(input).includes('\ufffd'))
    }),
  )
})
