import assert from 'node:assert/strict'
import test from 'node:test'
import { looksLikeHttp, plainHttpResponse } from './http-message.ts'

for (const line of [
  'GET / HTTP/1.1',
  'GET /r/lobby?x=1 HTTP/1.0',
  'POST http://chat.example:5000/ HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'CONNECT chat.example:443 HTTP/1.1',
  'M-SEARCH * HTTP/1.1',
  'PRI * HTTP/2.0',
]) {
  test(`looksLikeHttp knows ${line}`, () => assert.equal(looksLikeHttp(line), true))
}

for (const line of [
  '',
  'GET',
  'GET /',
  'ann',
  'I like HTTP/1.1',
  'GET / HTTP/1.1 ',
  'GET  / HTTP/1.1',
  ' GET / HTTP/1.1',
  'GET / http/1.1',
  'GET / HTTP/11',
  'GET /a b HTTP/1.1',
  '[x] / HTTP/1.1',
]) {
  test(`looksLikeHttp does not take ${JSON.stringify(line)} for HTTP`, () =>
    assert.equal(looksLikeHttp(line), false))
}

test('plainHttpResponse is a whole response with the length of its text in bytes', () => {
  assert.equal(
    plainHttpResponse(400, 'Bad Request', 'žluť\n'),
    'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 7\r\n' +
      'Connection: close\r\n\r\nžluť\n',
  )
})

test('plainHttpResponse refuses what would make another message', () => {
  for (const status of [0, 199, 600, 200.5, Number.NaN]) {
    assert.throws(() => plainHttpResponse(status, 'OK', ''), RangeError)
  }
  for (const reason of ['OK\r\nX: y', 'žádný']) {
    assert.throws(() => plainHttpResponse(200, reason, ''), RangeError)
  }
})
