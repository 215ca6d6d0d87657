import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ShownText } from './shown-text.ts'

function lines(chunks: Iterable<Uint8Array>): string[] {
  const text = new ShownText()
  return [...[...chunks].flatMap((chunk) => text.feed(chunk)), ...text.end()]
}

const bytewise = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte))

for (const [name, sent, shown] of [
  ['lines of every ending', 'one\ntwo\r\n\nthree', ['one', 'two', '', 'three']],
  ['characters of several bytes', 'grüße 🎉\n€', ['grüße 🎉', '€']],
  ['escape sequences', '\u001b[31mred\u0007\n', ['␛[31mred␇']],
  ['a lone CR', 'over\rwritten\n', ['over␍written']],
] as const) {
  test(`ShownText shows ${name}, whole and byte by byte`, () => {
    const bytes = Buffer.from(sent)
    assert.deepEqual(lines([bytes]), shown)
    assert.deepEqual(lines(bytewise(bytes)), shown)
  })
}

test('ShownText keeps a part until pause, but for an unfinished character', () => {
  const text = new ShownText()
  assert.deepEqual(text.feed(Buffer.from('login: \xc3', 'latin1')), [])
  assert.equal(text.isWaiting, true)
  assert.deepEqual(text.pause(), ['login: '])
  assert.deepEqual(text.pause(), [])
  assert.deepEqual(text.feed(Buffer.from('\xa9\n', 'latin1')), ['é'])
})

test('ShownText breaks a line that is too long instead of keeping it', () => {
  const text = new ShownText()
  assert.deepEqual(text.feed(Buffer.alloc(4096, 'x')), [])
  assert.deepEqual(text.feed(Buffer.from('y')), [`${'x'.repeat(4096)}y`])
  assert.equal(text.isWaiting, false)
})

test('ShownText lets nothing through that a terminal would obey', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (chunks) => {
      for (const line of lines(chunks)) assert.doesNotMatch(line, /\p{Cc}/u)
    }),
  )
})
