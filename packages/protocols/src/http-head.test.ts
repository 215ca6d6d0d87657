import assert from 'node:assert/strict'
import test from 'node:test'
import {
  cannotBeHttp,
  HTTP_RESPONSE_ERRORS,
  HttpResponseError,
  type HttpResponseErrorCode,
  listOf,
  parseField,
  parseStatusLine,
  withoutEnding,
} from './http-head.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

test('parseStatusLine reads version, status and reason', () => {
  for (const [line, version, status, reason] of [
    ['HTTP/1.1 200 OK', '1.1', 200, 'OK'],
    ['HTTP/1.0 404 Not Found', '1.0', 404, 'Not Found'],
    ['HTTP/1.1 999 ', '1.1', 999, ''],
    ['HTTP/1.1 204', '1.1', 204, ''],
    ['HTTP/1.1 200 žádný\x1b[m', '1.1', 200, 'žádný\x1b[m'],
  ] as const) {
    assert.deepEqual(parseStatusLine(bytesOf(line)), { version, status, reason })
  }
})

for (const line of [
  'HTTP/1.1',
  'HTTP/1.1  200 OK',
  'HTTP/1.1 20 OK',
  'HTTP/1.1 099 OK',
  'HTTP/1.1 2000 OK',
  'HTTP/1.1\t200 OK',
  'HTTP/11 200 OK',
]) {
  test(`parseStatusLine refuses ${JSON.stringify(line)}`, () => {
    assert.throws(
      () => parseStatusLine(bytesOf(line)),
      (error) => error instanceof HttpResponseError && error.code === 'status-line',
    )
  })
}

test('cannotBeHttp knows from the first wrong byte', () => {
  for (const text of ['', 'H', 'HTTP/', 'HTTP/1.1 200'])
    assert.equal(cannotBeHttp(bytesOf(text)), false, text)
  for (const text of ['h', 'HTTQ', '\nHTTP/1.1', 'SSH-2.0-x'])
    assert.equal(cannotBeHttp(bytesOf(text)), true, text)
})

test('parseField takes away blanks round a value, and looks at them once', () => {
  const blanks = ' \t'.repeat(30_000)
  assert.deepEqual(parseField(bytesOf(`A:${blanks}b${blanks}c${blanks}`)), ['A', `b${blanks}c`])
  assert.deepEqual(parseField(bytesOf(`A:${blanks}`)), ['A', ''])
})

test('listOf splits values at their commas, whatever the case of the name', () => {
  const fields = [
    ['Vary', 'A, ,B'],
    ['Other', 'x'],
    ['vary', 'c'],
  ] as const
  assert.deepEqual(listOf(fields, 'vary'), ['a', 'b', 'c'])
  assert.deepEqual(listOf(fields, 'none'), [])
})

test('withoutEnding takes away one line ending', () => {
  for (const [line, rest] of [
    ['a\r\n', 'a'],
    ['a\n', 'a'],
    ['a\r\r\n', 'a\r'],
    ['\r\n', ''],
    ['\n', ''],
  ] as const) {
    assert.equal(Buffer.from(withoutEnding(bytesOf(line))).toString(), rest)
  }
})

test('HttpResponseError has the words of its table, or better ones', () => {
  for (const [code, words] of Object.entries(HTTP_RESPONSE_ERRORS)) {
    const error = new HttpResponseError(code as HttpResponseErrorCode)
    assert.deepEqual([error.code, error.message], [code, words])
  }
  assert.equal(new HttpResponseError('chunk', 'other words').message, 'other words')
})
