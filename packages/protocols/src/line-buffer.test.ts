import assert from 'node:assert/strict'
import test from 'node:test'
import { LineBuffer } from './line-buffer.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString()

test('LineBuffer takes up to the end of a line, and gives each line once', () => {
  const lines = new LineBuffer(100)
  const data = bytesOf('one\ntwo\r\nthr')
  assert.equal(lines.take(data, 0), 4)
  assert.equal(textOf(lines.line()), 'one\n')
  assert.equal(lines.line(), undefined)
  assert.equal(lines.take(data, 4), 5)
  assert.equal(textOf(lines.line()), 'two\r\n')
  assert.equal(lines.take(data, 9), 3)
  assert.equal(lines.line(), undefined)
  assert.equal(textOf(lines.unfinished), 'thr')
  assert.equal(textOf(lines.all()), 'one\ntwo\r\nthr')
})

test('LineBuffer takes no more than its limit', () => {
  const lines = new LineBuffer(5)
  assert.equal(lines.take(bytesOf('four\n'), 0), 5)
  assert.equal(lines.isFull, true)
  assert.equal(textOf(lines.line()), 'four\n')
  assert.equal(lines.take(bytesOf('more'), 0), 0)
  assert.equal(lines.length, 5)
  const other = new LineBuffer(5)
  assert.equal(other.take(bytesOf('longer\n'), 0), 5)
  assert.deepEqual([other.isFull, other.line()], [true, undefined])
})

test('LineBuffer keeps copies, byte by byte too', () => {
  const lines = new LineBuffer(1000)
  const text = `${'x'.repeat(500)}\n`
  for (const byte of bytesOf(text)) {
    const lent = Uint8Array.of(byte)
    lines.take(lent, 0)
    lent[0] = 0
  }
  assert.equal(textOf(lines.line()), text)
})
