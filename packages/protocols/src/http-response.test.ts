import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { HttpField, HttpResponseErrorCode } from './http-head.ts'
import { HTTP_RESPONSE_LIMITS, HttpResponseDecoder, type HttpResponseEvent } from './http-response.ts'

/** What a client learned of a response. */
interface Seen {
  heads: string[]
  body: string
  fields?: readonly HttpField[]
  trailers?: readonly HttpField[]
  failed?: HttpResponseErrorCode
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

function read(pieces: readonly Uint8Array[], method = 'GET'): Seen {
  const decoder = new HttpResponseDecoder({ method })
  const seen: Seen = { heads: [], body: '' }
  const body: Uint8Array[] = []
  // Each piece is written over right after it was fed: the decoder must not need it any more.
  for (const piece of pieces) {
    const lent = Uint8Array.from(piece)
    for (const event of decoder.feed(lent)) note(event, seen, body)
    lent.fill(0)
  }
  for (const event of decoder.end()) note(event, seen, body)
  assert.equal(decoder.isOver, true)
  assert.deepEqual(decoder.end(), [])
  const all = Buffer.concat(body)
  assert.equal(decoder.received, all.length)
  seen.body = all.toString()
  return seen
}

function note(event: HttpResponseEvent, seen: Seen, body: Uint8Array[]): void {
  assert.ok(seen.trailers === undefined && seen.failed === undefined, 'nothing comes after the end')
  if (event.kind === 'head') {
    seen.heads.push(`${event.head.version} ${event.head.status} ${event.head.reason}`.trim())
    seen.fields = event.head.fields
  } else if (event.kind === 'body') body.push(Uint8Array.from(event.data))
  else if (event.kind === 'end') seen.trailers = event.trailers
  else seen.failed = event.error.code
}

interface Case {
  readonly name: string
  readonly text: string
  readonly method?: string
  readonly expected: Seen
}

const OK = 'HTTP/1.1 200 OK\r\n'
const whole = (body: string, fields: readonly HttpField[], trailers: readonly HttpField[] = []): Seen => ({
  heads: ['1.1 200 OK'],
  fields,
  body,
  trailers,
})
const failing = (failed: HttpResponseErrorCode, body = '', fields?: readonly HttpField[]): Seen => ({
  heads: fields === undefined ? [] : ['1.1 200 OK'],
  ...(fields === undefined ? {} : { fields }),
  body,
  failed,
})

const CHUNKED: readonly HttpField[] = [['Transfer-Encoding', 'chunked']]
const chunked = (body: string): string => `${OK}Transfer-Encoding: chunked\r\n\r\n${body}`
const FIVE: readonly HttpField[] = [['Content-Length', '5']]

const cases: readonly Case[] = [
  {
    name: 'a body with a length',
    text: `${OK}Content-Length: 5\r\n\r\nhello`,
    expected: whole('hello', FIVE),
  },
  { name: 'a body until the stream ends', text: `${OK}\r\nhello`, expected: whole('hello', []) },
  { name: 'an empty body until the stream ends', text: `${OK}\r\n`, expected: whole('', []) },
  {
    name: 'an empty body with a length',
    text: `${OK}Content-Length: 0\r\n\r\n`,
    expected: whole('', [['Content-Length', '0']]),
  },
  {
    name: 'chunks, with extensions ignored and trailers kept',
    text: chunked('5;a="b;c"\r\nhello\r\n00001 \t; x\r\n \r\nA\r\n0123456789\r\n0\r\nDigest: x \r\n\r\n'),
    expected: whole('hello 0123456789', CHUNKED, [['Digest', 'x']]),
  },
  {
    name: 'chunks although there is a length too',
    text: `${OK}Content-Length: 5\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
    expected: whole('x', [...FIVE, ['Transfer-Encoding', 'Chunked']]),
  },
  {
    name: 'no bytes after the length',
    text: `${OK}Content-Length: 5\r\n\r\nhello, and more`,
    expected: whole('hello', FIVE),
  },
  {
    name: 'the same length stated several times',
    text: `${OK}Content-Length: 5, 5\r\ncontent-length: 5\r\n\r\nhello`,
    expected: whole('hello', [
      ['Content-Length', '5, 5'],
      ['content-length', '5'],
    ]),
  },
  {
    name: 'lines that end with LF alone, in a head',
    text: 'HTTP/1.0 200 OK\nA: b\n\nhello',
    expected: { heads: ['1.0 200 OK'], fields: [['A', 'b']], body: 'hello', trailers: [] },
  },
  {
    name: 'a status line without a reason',
    text: 'HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n',
    expected: { heads: ['1.1 299'], fields: [['Content-Length', '0']], body: '', trailers: [] },
  },
  {
    name: 'interim responses, then the one that counts',
    text: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 5\r\n\r\nhello`,
    expected: {
      heads: ['1.1 100 Continue', '1.1 103 Early Hints', '1.1 200 OK'],
      fields: FIVE,
      body: 'hello',
      trailers: [],
    },
  },
  ...['204 No Content', '304 Not Modified', '101 Switching Protocols'].map((line) => ({
    name: `no body after ${line}`,
    text: `HTTP/1.1 ${line}\r\nContent-Length: 5\r\n\r\nhello`,
    expected: { heads: [`1.1 ${line}`], fields: FIVE, body: '', trailers: [] },
  })),
  {
    name: 'no body in an answer to HEAD',
    method: 'HEAD',
    text: `${OK}Content-Length: 5\r\n\r\n`,
    expected: whole('', FIVE),
  },
  {
    name: 'blanks round a value, and none inside it',
    text: `${OK}A: \t b\u00a0 \t\r\nB:\r\nC::c: c\r\nContent-Length: 0\r\n\r\n`,
    expected: whole('', [
      ['A', 'b\u00a0'],
      ['B', ''],
      ['C', ':c: c'],
      ['Content-Length', '0'],
    ]),
  },
  { name: 'what is no HTTP', text: 'hello\n', expected: failing('not-http') },
  { name: 'what begins like HTTP and is none', text: 'HTT\r\n', expected: failing('not-http') },
  { name: 'HTTP/2', text: 'HTTP/2 200\r\n', expected: failing('version') },
  { name: 'HTTP/2.0', text: 'HTTP/2.0 200 OK\r\n', expected: failing('version') },
  { name: 'a status that is no number', text: 'HTTP/1.1 2x0 OK\r\n', expected: failing('status-line') },
  { name: 'a status line with a lone CR', text: 'HTTP/1.1 200 O\rK\r\n', expected: failing('status-line') },
  { name: 'a folded header', text: `${OK}A: b\r\n c\r\n`, expected: failing('folded') },
  { name: 'a header without a colon', text: `${OK}A b\r\n`, expected: failing('field') },
  { name: 'a blank before the colon', text: `${OK}A : b\r\n`, expected: failing('field') },
  { name: 'a header without a name', text: `${OK}: b\r\n`, expected: failing('field') },
  { name: 'a header with a NUL', text: `${OK}A: \0\r\n`, expected: failing('field') },
  { name: 'a header with a lone CR', text: `${OK}A: b\rC: d\r\n`, expected: failing('field') },
  ...['5, 6', '-5', '5 5', '0x5', '9007199254740993', ''].map((length) => ({
    name: `the length "${length}"`,
    text: `${OK}Content-Length: ${length}\r\n\r\nhello`,
    expected: failing('length', '', [['Content-Length', length]]),
  })),
  ...['gzip, chunked', 'chunked, chunked', 'chunked, gzip', 'identity'].map((coding) => ({
    name: `the transfer coding ${coding}`,
    text: `${OK}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`,
    expected: failing('coding', '', [['Transfer-Encoding', coding]]),
  })),
  ...['', '-1', '0x5', '5\n', '10000000000000', 'five', ' 5', '5 5'].map((size) => ({
    name: `the chunk size ${JSON.stringify(size)}`,
    text: chunked(`${size}\r\nhello\r\n0\r\n\r\n`),
    expected: failing('chunk', '', CHUNKED),
  })),
  {
    name: 'a chunk that is longer than it says',
    text: chunked('4\r\nhello\r\n'),
    expected: failing('chunk', 'hell', CHUNKED),
  },
  {
    name: 'a chunk that ends with LF alone',
    text: chunked('5\r\nhello\n0\r\n'),
    expected: failing('chunk', 'hello', CHUNKED),
  },
  { name: 'a broken trailer', text: chunked('0\r\nno colon\r\n'), expected: failing('field', '', CHUNKED) },
  { name: 'nothing at all', text: '', expected: failing('incomplete') },
  { name: 'half a head', text: `${OK}A: b\r\n`, expected: failing('incomplete') },
  {
    name: 'the end after an interim response',
    text: 'HTTP/1.1 100 Continue\r\n\r\n',
    expected: { heads: ['1.1 100 Continue'], fields: [], body: '', failed: 'incomplete' },
  },
  {
    name: 'fewer bytes than the length',
    text: `${OK}Content-Length: 5\r\n\r\nhell`,
    expected: failing('incomplete', 'hell', FIVE),
  },
  { name: 'half a chunk', text: chunked('5\r\nhel'), expected: failing('incomplete', 'hel', CHUNKED) },
  {
    name: 'no last chunk',
    text: chunked('5\r\nhello\r\n'),
    expected: failing('incomplete', 'hello', CHUNKED),
  },
  {
    name: 'half of the last chunk',
    text: chunked('5\r\nhello\r\n0\r\n'),
    expected: failing('incomplete', 'hello', CHUNKED),
  },
]

for (const { name, text, method, expected } of cases) {
  const verb = expected.failed === undefined ? 'reads' : 'refuses'
  const bytes = bytesOf(text)
  test(`HttpResponseDecoder ${verb} ${name}, whole`, () => assert.deepEqual(read([bytes], method), expected))
  test(`HttpResponseDecoder ${verb} ${name}, byte by byte`, () => {
    assert.deepEqual(
      read(
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
        method,
      ),
      expected,
    )
  })
}

test('HttpResponseDecoder sees the same however a response is split', () => {
  const cuts = fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(fc.constantFrom(...cases), cuts, ({ text, method, expected }, at) => {
      const bytes = bytesOf(text)
      const edges = [0, ...at.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      const pieces = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge))
      assert.deepEqual(read(pieces, method), expected)
    }),
    { numRuns: 1000 },
  )
})

test('HttpResponseDecoder gives back any body, sent in any chunks', () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 30, size: 'max' }),
      fc.integer({ min: 1, max: 30 }),
      (chunks, size) => {
        const frames = chunks.flatMap((data) => [
          bytesOf(`${data.length.toString(16)}\r\n`),
          data,
          bytesOf('\r\n'),
        ])
        const bytes = Buffer.concat([bytesOf(chunked('')), ...frames, bytesOf('0\r\n\r\n')])
        const decoder = new HttpResponseDecoder()
        const body: Uint8Array[] = []
        for (let at = 0; at < bytes.length; at += size) {
          for (const event of decoder.feed(bytes.subarray(at, at + size)))
            if (event.kind === 'body') body.push(event.data)
        }
        assert.equal(decoder.isOver, true)
        assert.deepEqual(Buffer.concat(body), Buffer.concat(chunks))
      },
    ),
  )
})

test('HttpResponseDecoder takes any bytes without throwing, and always comes to an end', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40, size: 'max' }),
    fc.constantFrom(...cases).map(({ text }) => bytesOf(text)),
  )
  fc.assert(fc.property(fc.array(piece, { maxLength: 20, size: 'max' }), (pieces) => void read(pieces)))
})

test('HttpResponseDecoder keeps the bytes of a head as they came', () => {
  const text = 'HTTP/1.1 200 OK\nA:  b\r\n\r\n'
  const [event] = new HttpResponseDecoder().feed(bytesOf(`${text}body`))
  assert.equal(event?.kind === 'head' && Buffer.from(event.head.bytes).toString(), text)
})

test('HttpResponseDecoder reads a value that is not UTF-8 as windows-1252', () => {
  const [event] = new HttpResponseDecoder().feed(Buffer.from(`${OK}A: caf\xe9\r\n\r\n`, 'latin1'))
  assert.deepEqual(event?.kind === 'head' && event.head.fields, [['A', 'café']])
})

test('HttpResponseDecoder says how far an answer came that ended too early', () => {
  for (const [text, words] of [
    ['', 'the connection ended before any answer'],
    ['HTTP/1.1 200', 'the answer ended inside its head'],
    [`${OK}Content-Length: 1024\r\n\r\n${'x'.repeat(512)}`, 'the answer ended after 512 of 1,024 bytes'],
    [chunked(`400\r\n${'x'.repeat(1024)}\r\n`), 'the answer ended after 1,024 bytes, before its last chunk'],
  ] as const) {
    const decoder = new HttpResponseDecoder()
    decoder.feed(bytesOf(text))
    const [event] = decoder.end()
    assert.equal(event?.kind === 'failed' && event.error.message, words)
  }
})

test('HttpResponseDecoder knows how long a body will be as soon as the head says so', () => {
  const decoder = new HttpResponseDecoder()
  assert.equal(decoder.expected, undefined)
  decoder.feed(bytesOf(`${OK}Content-Length: 1024\r\n\r\nab`))
  assert.deepEqual([decoder.expected, decoder.received, decoder.isOver], [1024, 2, false])
})

for (const [fields, endsBy] of [
  ['', 'end of the stream'],
  ['Content-Length: 0\r\n', 'length'],
  ['Content-Length: 5\r\n', 'length'],
  ['Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 'last chunk'],
] as const) {
  test(`HttpResponseDecoder finds the end of a body by ${endsBy} after ${JSON.stringify(fields)}`, () => {
    const decoder = new HttpResponseDecoder()
    assert.equal(decoder.endsBy, undefined)
    decoder.feed(bytesOf(`${OK}${fields}\r\n`))
    assert.equal(decoder.endsBy, endsBy)
    const toHead = new HttpResponseDecoder({ method: 'HEAD' })
    toHead.feed(bytesOf(`${OK}${fields}\r\n`))
    assert.equal(toHead.endsBy, 'no body')
  })
}

for (const { name, text, failed } of [
  {
    name: 'a head of exactly the longest size',
    text: head(HTTP_RESPONSE_LIMITS.headBytes),
    failed: undefined,
  },
  {
    name: 'a head that is a byte too long',
    text: head(HTTP_RESPONSE_LIMITS.headBytes + 1),
    failed: 'head-too-long',
  },
  {
    name: 'a header without an end',
    text: `${OK}A: ${'x'.repeat(HTTP_RESPONSE_LIMITS.headBytes)}`,
    failed: 'head-too-long',
  },
  {
    name: 'the most headers',
    text: `${OK}${'A: b\r\n'.repeat(HTTP_RESPONSE_LIMITS.fields)}\r\n`,
    failed: undefined,
  },
  {
    name: 'a header more',
    text: `${OK}${'A: b\r\n'.repeat(HTTP_RESPONSE_LIMITS.fields + 1)}\r\n`,
    failed: 'head-too-long',
  },
  {
    name: 'the most interim responses',
    text: `${interim(HTTP_RESPONSE_LIMITS.interim)}${OK}\r\n`,
    failed: undefined,
  },
  {
    name: 'one interim response more',
    text: interim(HTTP_RESPONSE_LIMITS.interim + 1),
    failed: 'too-many-interim',
  },
  {
    name: 'a chunk line of the longest size',
    text: chunked(`${chunkLine(HTTP_RESPONSE_LIMITS.chunkLineBytes)}x\r\n0\r\n\r\n`),
    failed: undefined,
  },
  {
    name: 'a chunk line that is a byte too long',
    text: chunked(chunkLine(HTTP_RESPONSE_LIMITS.chunkLineBytes + 1)),
    failed: 'chunk',
  },
  {
    name: 'trailers that are too long',
    text: chunked(`0\r\nA: ${'x'.repeat(HTTP_RESPONSE_LIMITS.headBytes)}`),
    failed: 'head-too-long',
  },
  {
    name: 'a trailer too many',
    text: chunked(`0\r\n${'A: b\r\n'.repeat(HTTP_RESPONSE_LIMITS.fields + 1)}`),
    failed: 'head-too-long',
  },
] as const) {
  test(`HttpResponseDecoder ${failed === undefined ? 'reads' : 'refuses'} ${name}`, () => {
    assert.equal(read([bytesOf(text)]).failed, failed)
    assert.equal(read(Array.from(bytesOf(text), (byte) => Uint8Array.of(byte))).failed, failed)
  })
}

test('HttpResponseDecoder takes away blanks without looking at them twice', () => {
  const blanks = ' '.repeat(65_000)
  assert.deepEqual(read([bytesOf(`${OK}A: b${blanks}b\r\n\r\n`)]).fields, [['A', `b${blanks}b`]])
  assert.deepEqual(read([bytesOf(`${OK}A: ${blanks}b\r\n\r\n`)]).fields, [['A', 'b']])
})

function head(bytes: number): string {
  return `${OK}A: ${'x'.repeat(bytes - OK.length - 'A: \r\n\r\n'.length)}\r\n\r\n`
}

function interim(times: number): string {
  return 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(times)
}

function chunkLine(bytes: number): string {
  return `1;${'x'.repeat(bytes - 4)}\r\n`
}
