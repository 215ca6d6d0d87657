/** Names: what is made of anything that somebody types, and which names are one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LIMITS } from './limits.ts'
import { caseless, fitName, isReserved, type NameChange, nameKeys, numberedName } from './names.ts'

const CASES: readonly [typed: string, name: string, ...changes: NameChange[]][] = [
  ['ann', 'ann'],
  ['  ann \t', 'ann'],
  ['Zoë', 'Zoë'],
  ['ann lee', 'ann_lee', 'blanks'],
  ['ann \u00a0\t lee', 'ann_lee', 'blanks'],
  ['[x]{y}|^-_', '[x]{y}|^-_'],
  ['a:b@c#d!e*f,g/h.i', 'abcdefghi', 'characters'],
  ['7of9', '_7of9', 'start'],
  ['-ann', '_-ann', 'start'],
  ['x'.repeat(33), 'x'.repeat(32), 'length'],
  ['x'.repeat(4096), 'x'.repeat(32), 'length'],
  ['Ａｎｎ', 'Ann'],
  ['Иван', 'Иван'],
  ['Μαρία', 'Μαρία'],
  ['太郎たろうタロー', '太郎たろうタロー'],
  ['김철수', '김철수'],
  ['ᄀ:ᅡ', '가', 'characters'],
  ['हिन्दी', 'हिन्दी'],
  ['محمد', 'محمد'],
  ['Pаypal', 'Pypal', 'script'],
  ['annИван', 'Иван', 'script'],
  ['ann\u202e\u200b\u{e0041}', 'ann', 'characters'],
  ['ann\u3164', 'ann', 'characters'],
  ['\u0301\u0302ann', 'ann', 'script'],
  ['', 'guest', 'nothing'],
  ['   ', 'guest', 'nothing'],
  ['::', 'guest', 'nothing'],
  ['_', 'guest', 'nothing'],
  ['😀', 'guest', 'nothing'],
]

for (const [typed, name, ...changes] of CASES) {
  test(`fitName makes ${JSON.stringify(name)} of ${JSON.stringify(typed.slice(0, 40))}`, () => {
    assert.deepEqual(fitName(typed), { name, changes })
  })
}

test('fitName makes a name of anything, and leaves a name as it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (typed) => {
      const { name } = fitName(typed)
      assert.match(name, /^(?![\p{Nd}-])[\p{L}\p{M}\p{Nd}_[\]{}|^-]{1,32}$/u)
      assert.deepEqual(fitName(name), { name, changes: [] })
    }),
    { numRuns: 500 },
  )
})

test('numberedName stays a name, however long the name was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 99_999 }), (typed, number) => {
      const { name } = fitName(typed)
      const numbered = numberedName(name, number)
      assert.ok(Array.from(numbered).length <= LIMITS.nameLength && numbered.endsWith(String(number)))
    }),
  )
  assert.equal(numberedName('ann', 2), 'ann2')
  assert.equal(numberedName('ann2', 2), 'ann2_2')
})

function areOne(one: string, other: string): boolean {
  const keys = nameKeys(one)
  return nameKeys(other).some((key) => keys.includes(key))
}

const ONE = [
  ['ann', 'ANN'],
  ['Straße', 'STRASSE'],
  ['Ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
  ['paypal', 'paypaI'],
  ['paypal', 'paypa1'],
  ['ill', 'i1|'],
  ['bob', 'b0b'],
  ['tom', 'ΤΟΜ'],
  ['scope', 'ѕсоре'],
  ['ann', 'Αnn'],
  ['modern', 'modem'],
  ['vvilly', 'willy'],
  ['ó', 'ό'],
  ['ivan', 'IVAN'],
] as const

const OTHERS = [
  ['ann', 'anna'],
  ['ann', 'ánn'],
  ['ann', 'ann2'],
  ['ann2', 'ann3'],
  ['Иван', 'Ivan'],
  ['bob', 'rob'],
] as const

test('nameKeys: names that differ by case or look only are one', () => {
  for (const [one, other] of ONE) assert.ok(areOne(one, other), `${one} ${other}`)
})

test('nameKeys: names that people can tell apart are not', () => {
  for (const [one, other] of OTHERS) assert.ok(!areOne(one, other), `${one} ${other}`)
})

test('isReserved knows the names that would speak for the server, in any likeness', () => {
  for (const name of ['you', 'You', 'y0u', 'уоu', 'Server', 'c0nsoIe', 'ADMIN', 'Everybody', '0perat0r']) {
    assert.ok(isReserved(name), name)
  }
  for (const name of ['ann', 'yousef', 'server2', 'guest']) assert.ok(!isReserved(name), name)
})

test('caseless: every character of Unicode is one with its capital and its small letter, and folds only once', () => {
  for (let code = 0; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue // halves of a pair
    const character = String.fromCodePoint(code)
    const folded = caseless(character)
    const others = [folded, character.toUpperCase(), character.toLowerCase()]
    if (others.some((other) => caseless(other) !== folded))
      assert.fail(`U+${code.toString(16)}: ${others.join()}`)
  }
})
