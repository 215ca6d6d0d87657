import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pythonBytes } from './python-bytes.ts'

for (const [text, written] of [
  ['', "b''"],
  ['hello', "b'hello'"],
  ["it's", `b"it's"`],
  [`"quoted"`, `b'"quoted"'`],
  [`'both' "kinds"`, `b'\\'both\\' "kinds"'`],
  ['a\tb\r\n', "b'a\\tb\\r\\n'"],
  ['back\\slash', "b'back\\\\slash'"],
  ['\0\x01\x1b[31m\x7f', "b'\\x00\\x01\\x1b[31m\\x7f'"],
  ['é🙂', "b'\\xc3\\xa9\\xf0\\x9f\\x99\\x82'"],
] as const) {
  test(`pythonBytes writes ${JSON.stringify(text)} as Python does`, () => {
    assert.equal(pythonBytes(Buffer.from(text)), written)
  })
}

test('pythonBytes writes one line of visible ASCII, whatever the bytes are', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  assert.match(pythonBytes(all), /^b'[ -~]*'$/)
})
