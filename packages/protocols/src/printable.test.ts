import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { literal, printable } from './printable.ts'

/**
 * What must never be shown, as numbers and not as Unicode properties: a second opinion on the gate. From
 * Unicode 17: DerivedCoreProperties (Default_Ignorable_Code_Point), PropList (Bidi_Control,
 * Noncharacter_Code_Point).
 */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x80, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe00ff],
  [0xe01f0, 0xe0fff],
]

function isHidden(code: number): boolean {
  return (code & 0xfffe) === 0xfffe || HIDDEN.some(([first, last]) => first <= code && code <= last)
}

function expected(code: number): string {
  if (code === 0x09) return '    '
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '␡'
  return isHidden(code) ? '\ufffd' : String.fromCodePoint(code)
}

test('printable shows each of the 1,114,112 code points of Unicode as itself, as a picture, or as U+FFFD', () => {
  const wrong: string[] = []
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const shown = printable(String.fromCodePoint(code))
    if (shown !== expected(code)) wrong.push(`U+${code.toString(16)}`)
  }
  assert.deepEqual(wrong, [])
})

for (const { name, text, shown } of [
  { name: 'plain text as it is', text: 'Dobrý den, 你好, שלום, 🙂', shown: 'Dobrý den, 你好, שלום, 🙂' },
  { name: 'an escape sequence as text', text: '\x1b[31mred\x1b[0m', shown: '␛[31mred␛[0m' },
  { name: 'a title sequence as text', text: '\x1b]0;owned\x07', shown: '␛]0;owned␇' },
  { name: 'newlines as pictures', text: 'a\r\nann::hi\n', shown: 'a␍␊ann::hi␊' },
  { name: 'a tab as four blanks', text: 'a\tb', shown: 'a    b' },
  { name: 'an override of direction as U+FFFD', text: 'gpj.\u202eexe', shown: 'gpj.\ufffdexe' },
  { name: 'emoji that are joined', text: '👨‍👩‍👧 ❤️ 👍🏽 🏳️‍🌈 🇨🇿', shown: '👨‍👩‍👧 ❤️ 👍🏽 🏳️‍🌈 🇨🇿' },
  { name: 'words with a zero-width non-joiner', text: 'می\u200cخواهم', shown: 'می\u200cخواهم' },
  { name: 'text in tag characters as U+FFFD', text: 'a\u{e0068}\u{e0069}', shown: 'a\ufffd\ufffd' },
  { name: 'a surrogate alone as U+FFFD', text: 'a\ud83d', shown: 'a\ufffd' },
]) {
  test(`printable shows ${name}`, () => assert.equal(printable(text), shown))
}

test('printable of any text is one well-formed line that stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)),
        maxLength: 100,
        size: 'max',
      }),
      (text) => {
        const shown = printable(text)
        assert.ok(shown.isWellFormed())
        assert.doesNotMatch(shown, /[\p{Cc}\p{Zl}\p{Zp}]/u)
        assert.equal(printable(shown), shown)
      },
    ),
  )
})

test('printable takes a long hostile text in one pass', () => {
  const text = '\x1b\u202e'.repeat(100_000)
  assert.equal(printable(text), '␛\ufffd'.repeat(100_000))
})

test('literal puts printable parts and numbers between fixed words', () => {
  assert.equal(literal`-- ${printable('a\tb')}: ${3} new`, '-- a    b: 3 new')
  assert.equal(literal`one\nline`, 'one␊line')
})
