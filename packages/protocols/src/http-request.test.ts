import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { formatHttpRequest, HttpRequestError, parseHeaderLine, parseHttpUrl } from './http-request.ts'

for (const [typed, href, host, port] of [
  ['http://example.com', 'http://example.com/', 'example.com', 80],
  ['HTTPS://Example.COM/a', 'https://example.com/a', 'example.com', 443],
  ['http://example.com:80/', 'http://example.com/', 'example.com', 80],
  ['https://example.com:80/', 'https://example.com:80/', 'example.com', 80],
  ['example.com/a?b=c#d', 'http://example.com/a?b=c', 'example.com', 80],
  ['localhost:8000', 'http://localhost:8000/', 'localhost', 8000],
  ['localhost:8000/r/lobby', 'http://localhost:8000/r/lobby', 'localhost', 8000],
  [':8000/x', 'http://localhost:8000/x', 'localhost', 8000],
  ['//example.com/x', 'http://example.com/x', 'example.com', 80],
  ['127.0.0.1:8000', 'http://127.0.0.1:8000/', '127.0.0.1', 8000],
  ['[::1]:8000/x', 'http://[::1]:8000/x', '::1', 8000],
  ['http://[::1]', 'http://[::1]/', '::1', 80],
  ['example.com?q=a b&u=http://x@y', 'http://example.com/?q=a%20b&u=http://x@y', 'example.com', 80],
  ['example.com/a b/%20/č?č="', 'http://example.com/a%20b/%20/%C4%8D?%C4%8D=%22', 'example.com', 80],
  ['example.com/a/../b', 'http://example.com/b', 'example.com', 80],
  ['http://žluť.example/', 'http://xn--lu-7mai.example/', undefined, 80],
] as const) {
  test(`parseHttpUrl reads ${typed}`, () => {
    const url = parseHttpUrl(typed)
    if (host !== undefined) assert.deepEqual([url.href, url.host, url.port], [href, host, port])
    else assert.match(url.host, /^xn--[a-z0-9-]+\.example$/)
    assert.equal(url.href, `${url.scheme}://${url.authority}${url.target}`)
  })
}

for (const [typed, sentence] of [
  ['', /^the URL is empty\.$/],
  ['http://exa\nmple.com', /control character/],
  ['\thttp://example.com', /control character/],
  ['ftp://example.com', /^ftp:\/\/ is not HTTP/],
  ['http://ann@example.com/', /^a name or password/],
  ['ann:secret@example.com', /^a name or password/],
  ['8000', /^8000 is not a host\. A port of this machine is written :8000$/],
  ['8000/x', /^8000 is not a host/],
  ['http://', /is not a URL/],
  ['http:///x', /is not a URL/],
  ['/x', /is not a URL/],
  ['http:example.com', /is not a URL/],
  ['example.com:0', /is not a URL/],
  ['example.com:65536', /is not a URL/],
  ['example.com:abc', /is not a URL/],
  ['http://:8000/', /is not a URL/],
  ['http://exa mple.com', /is not a URL/],
  ['http://[::1', /is not a URL/],
  ['::1', /is not a URL/],
] as const) {
  test(`parseHttpUrl refuses ${JSON.stringify(typed)}`, () => {
    assert.throws(
      () => parseHttpUrl(typed),
      (error) => error instanceof HttpRequestError && sentence.test(error.message),
    )
  })
}

test('parseHttpUrl gives a target that cannot break out of its line, whatever was typed', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 100, size: 'max' }), fc.webUrl({ size: 'large' })),
      fc.constantFrom('', 'http://a/', 'a.b:80/', ':1/?'),
      (text, before) => {
        try {
          const { target, authority, href } = parseHttpUrl(before + text)
          assert.match(target, /^\/[!-~]*$/)
          assert.match(authority, /^[!-~]+$/)
          assert.equal(parseHttpUrl(href).target, target)
        } catch (error) {
          assert.ok(error instanceof HttpRequestError)
        }
      },
    ),
  )
})

test('parseHeaderLine reads a name and a value', () => {
  assert.deepEqual(parseHeaderLine('Accept: text/plain'), ['Accept', 'text/plain'])
  assert.deepEqual(parseHeaderLine('X-Name:ann:é '), ['X-Name', 'ann:é'])
  assert.deepEqual(parseHeaderLine('Accept:'), ['Accept', ''])
})

for (const typed of [
  '',
  'Accept',
  'Accept text/plain',
  ': x',
  'A b: c',
  'Ä: b',
  'A: b\r\nC: d',
  'A: b\nC: d',
  'A: \0',
  'A: \x1b',
  'A\r\n: b',
]) {
  test(`parseHeaderLine refuses ${JSON.stringify(typed)}`, () => {
    assert.throws(() => parseHeaderLine(typed), HttpRequestError)
  })
}

test('formatHttpRequest writes what goes over the line, with own headers instead of usual ones', () => {
  const usual = [
    ['Host', 'a:1'],
    ['Accept', '*/*'],
    ['Connection', 'close'],
  ] as const
  const own = [
    ['accept', 'text/html'],
    ['X', '1'],
    ['X', '2'],
    ['connection', ''],
  ] as const
  assert.equal(
    formatHttpRequest('GET', '/', usual),
    'GET / HTTP/1.1\r\nHost: a:1\r\nAccept: */*\r\nConnection: close\r\n\r\n',
  )
  assert.equal(
    formatHttpRequest('HEAD', '/b', usual, own),
    'HEAD /b HTTP/1.1\r\nHost: a:1\r\naccept: text/html\r\nX: 1\r\nX: 2\r\n\r\n',
  )
})
