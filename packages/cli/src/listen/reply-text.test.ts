import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CommandError } from '../failure.ts'
import { parseReply } from './reply-text.ts'

test('parseReply understands escapes, and leaves everything else as it is', () => {
  for (const [text, bytes] of [
    ['hello', 'hello'],
    ['a\\nb\\r\\n\\t\\0', 'a\nb\r\n\t\0'],
    ['C:\\\\new', 'C:\\new'],
    ['\\\\x41', '\\x41'],
    ['\\x41\\x0a', 'A\n'],
    ['grüße', 'grüße'],
    ['two\nlines ', 'two\nlines '],
  ] as const) {
    assert.equal(Buffer.from(parseReply(text)).toString(), bytes)
  }
  assert.deepEqual([...parseReply('\\xff\\xFE')], [0xff, 0xfe])
})

test('parseReply refuses an escape that it does not know', () => {
  for (const [text, named] of [
    ['\\q', '\\q'],
    ['\\x4', 'this use of \\'],
    ['at the end \\', 'this use of \\'],
  ] as const) {
    assert.throws(
      () => parseReply(text),
      (error) => error instanceof CommandError && error.message === `--reply does not know ${named}.`,
    )
  }
})

test('parseReply gives back any bytes that are written as \\xNN', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
      assert.deepEqual([...parseReply(text)], [...bytes])
    }),
  )
})
