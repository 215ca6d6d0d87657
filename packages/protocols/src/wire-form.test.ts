import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { printable } from './printable.ts'
import { hexLines, visibleBytes } from './wire-form.ts'

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, i) => i)

const CASES: readonly (readonly [what: string, bytes: string | readonly number[], shown: string])[] = [
  ['nothing', '', ''],
  ['text with blanks', ' hi  you ', ' hi  you '],
  ['line endings', 'hi\r\n\n', 'hi␍␊␊'],
  ['a tab, an escape and a delete', '\t\u001b[31m\u007f', '␉␛[31m␡'],
  ['UTF-8 of every length', 'aé€🎉', 'aé€🎉'],
  ['an emoji of several characters', '👩‍💻', '👩‍💻'],
  ['bytes that are not UTF-8', [0xff, 0x41, 0x80], String.raw`\xffA\x80`],
  ['a character that is cut off', [0x41, 0xe2, 0x82], String.raw`A\xe2\x82`],
  ['a longer form than needed', [0xc0, 0xaf, 0xe0, 0x80, 0xaf], String.raw`\xc0\xaf\xe0\x80\xaf`],
  ['half a surrogate pair', [0xed, 0xa0, 0x80], String.raw`\xed\xa0\x80`],
  ['more than Unicode has', [0xf4, 0x90, 0x80, 0x80], String.raw`\xf4\x90\x80\x80`],
  ['a C1 control', '\u009b31m', String.raw`\xc2\x9b31m`],
  ['a bidirectional control', 'a\u202eb', String.raw`a\xe2\x80\xaeb`],
  ['a blank that is not the blank', 'a\u00a0b', String.raw`a\xc2\xa0b`],
  ['a picture that a peer sent', '␊', String.raw`\xe2\x90\x8a`],
  ['backslashes', String.raw`C:\new \x`, String.raw`C:\new \x`],
  ['text that looks like a byte', String.raw`\x41`, String.raw`\x5cx41`],
]

for (const [what, bytes, shown] of CASES) {
  test(`visibleBytes shows ${what}`, () => {
    assert.equal(visibleBytes(typeof bytes === 'string' ? Buffer.from(bytes) : Uint8Array.from(bytes)), shown)
  })
}

test('visibleBytes shows every byte once', () => {
  const high = Array.from({ length: 128 }, (_, i) => `\\x${(i + 128).toString(16)}`).join('')
  const pictures = Array.from({ length: 32 }, (_, i) => String.fromCodePoint(0x2400 + i)).join('')
  const ascii = String.fromCodePoint(...ALL_BYTES.subarray(32, 127))
  assert.equal(visibleBytes(ALL_BYTES), `${pictures}${ascii}␡${high}`)
})

test('visibleBytes tells any two byte strings apart: the bytes can be read back', () => {
  fc.assert(
    fc.property(anyBytes(), (bytes) => assert.deepEqual(readBack(visibleBytes(bytes)), Buffer.from(bytes))),
  )
})

test('hexLines shows one short line with its text in the column of a full one', () => {
  assert.deepEqual(hexLines(Buffer.from('hello\n')), [`68 65 6c 6c 6f 0a${' '.repeat(31)}|hello␊|`])
  assert.deepEqual(hexLines(Buffer.from('GET / HTTP/1.1\r\n')), [
    '47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a |GET / HTTP/1.1␍␊|',
  ])
  assert.deepEqual(hexLines(new Uint8Array()), [])
})

test('hexLines shows a character that crosses a line at its first byte', () => {
  assert.deepEqual(hexLines(Buffer.from('fourteen bytes€!')), [
    '66 6f 75 72 74 65 65 6e 20 62 79 74 65 73 e2 82 |fourteen bytes€|',
    `ac 21${' '.repeat(43)}|!|`,
  ])
  assert.deepEqual(hexLines(Buffer.from('fifteen bytes: 🎉')), [
    '66 69 66 74 65 65 6e 20 62 79 74 65 73 3a 20 f0 |fifteen bytes: 🎉|',
    `9f 8e 89${' '.repeat(40)}||`,
  ])
})

test('hexLines shows a byte that has no shape as a dot, and a character without one as a dot for each byte', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0x41]), Buffer.from('\u202e\u00a0b')])
  assert.deepEqual(hexLines(bytes), [`ff 41 e2 80 ae c2 a0 62${' '.repeat(25)}|·A·····b|`])
})

test('hexLines shows each byte of a character without a shape on its own line', () => {
  assert.deepEqual(hexLines(Buffer.from('fourteen bytes\u202eb')), [
    '66 6f 75 72 74 65 65 6e 20 62 79 74 65 73 e2 80 |fourteen bytes··|',
    `ae 62${' '.repeat(43)}|·b|`,
  ])
})

test('hexLines shows every byte once, 16 on a line', () => {
  const lines = hexLines(ALL_BYTES)
  assert.equal(lines.length, 16)
  assert.equal(lines[4], '40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f |@ABCDEFGHIJKLMNO|')
  assert.equal(lines[15], 'f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff |················|')
  assert.deepEqual(hexOf(lines), Buffer.from(ALL_BYTES))
})

suite('whatever the bytes are', () => {
  test('hexLines has all of them, in order', () => {
    fc.assert(
      fc.property(anyBytes(), (bytes) => assert.deepEqual(hexOf(hexLines(bytes)), Buffer.from(bytes))),
    )
  })

  test('nothing that the gate would change comes out of visibleBytes and hexLines', () => {
    fc.assert(
      fc.property(anyBytes(), (bytes) => {
        for (const line of [visibleBytes(bytes), ...hexLines(bytes)]) {
          assert.equal(printable(line), line)
          assert.doesNotMatch(line, /[\p{Cc}\p{Bidi_Control}]/u)
        }
      }),
    )
  })
})

/** Bytes of all kinds: any, any text, and what is easily taken for something else. */
function anyBytes(): fc.Arbitrary<Uint8Array> {
  const text = fc
    .string({ unit: 'binary', maxLength: 60, size: 'max' })
    .map((words) => Uint8Array.from(Buffer.from(words)))
  const tricky = fc.constantFrom('\\', 'x', '4', 'a', '␊', '\n', '\u00a0', 'é', '\u2028', '·', '|')
  const mixed = fc
    .array(tricky, { maxLength: 60, size: 'max' })
    .map((parts) => Uint8Array.from(Buffer.from(parts.join(''))))
  const any = fc.uint8Array({ maxLength: 64, size: 'max' })
  return fc
    .array(fc.oneof(any, text, mixed), { maxLength: 4, size: 'max' })
    .map((parts) => Uint8Array.from(Buffer.concat(parts)))
}

/** The bytes that `visibleBytes` showed so. */
function readBack(shown: string): Buffer {
  const parts = [...shown.matchAll(/\\x(?<hex>[0-9a-f]{2})|(?<character>.)/gsu)].map(({ groups }) => {
    const { hex, character = '' } = groups ?? {}
    if (hex !== undefined) return Buffer.from(hex, 'hex')
    const code = character.codePointAt(0) ?? 0
    if (code === 0x2421) return Buffer.of(0x7f)
    return code >= 0x2400 && code < 0x2420 ? Buffer.of(code - 0x2400) : Buffer.from(character)
  })
  return Buffer.concat(parts)
}

/** The bytes in the hex columns of a dump. */
function hexOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => line.slice(0, 47).replaceAll(' ', '')).join(''), 'hex')
}
