import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { TelnetDecoder } from './telnet.ts'

const IAC = 255
const DONT = 254
const DO = 253
const WONT = 252
const WILL = 251
const SB = 250
const AYT = 246
const SE = 240
const ECHO = 1
const SGA = 3
const TIMING_MARK = 6
const LINEMODE = 34

type Part = string | number

function bytesOf(...parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])),
  )
}

/** Feeds pieces of `size` bytes and gives back all data and all replies, as plain arrays of bytes. */
function read(
  bytes: Uint8Array,
  size: number,
  decoder = new TelnetDecoder(),
): { data: number[]; reply: number[] } {
  const data: number[] = []
  const reply: number[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const result = decoder.feed(bytes.subarray(at, at + size))
    data.push(...result.data)
    reply.push(...result.reply)
  }
  return { data, reply }
}

const cases: readonly { name: string; sent: Part[]; data: Part[]; reply: Part[] }[] = [
  { name: 'leaves text alone', sent: ['hi\r\n'], data: ['hi\r\n'], reply: [] },
  { name: 'reads IAC IAC as the byte 0xFF', sent: ['a', IAC, IAC, 'b'], data: ['a', 0xff, 'b'], reply: [] },
  {
    name: 'reads IAC before a letter as the letter ÿ',
    sent: ['a', IAC, 'b\n'],
    data: ['a', 0xff, 'b\n'],
    reply: [],
  },
  { name: 'refuses DO ECHO', sent: [IAC, DO, ECHO], data: [], reply: [IAC, WONT, ECHO] },
  { name: 'refuses WILL LINEMODE', sent: [IAC, WILL, LINEMODE], data: [], reply: [IAC, DONT, LINEMODE] },
  { name: 'says nothing to DONT and WONT', sent: [IAC, DONT, ECHO, IAC, WONT, SGA], data: [], reply: [] },
  {
    name: 'refuses the option 0xFF',
    sent: ['a', IAC, DO, 255, 'b'],
    data: ['ab'],
    reply: [IAC, WONT, 255],
  },
  {
    name: 'agrees to SUPPRESS GO AHEAD once in each direction',
    sent: [IAC, DO, SGA, IAC, WILL, SGA, IAC, DO, SGA, IAC, WILL, SGA],
    data: [],
    reply: [IAC, WILL, SGA, IAC, DO, SGA],
  },
  {
    name: 'takes SUPPRESS GO AHEAD back when asked, and agrees again',
    sent: [IAC, DO, SGA, IAC, DONT, SGA, IAC, DONT, SGA, IAC, DO, SGA],
    data: [],
    reply: [IAC, WILL, SGA, IAC, WONT, SGA, IAC, WILL, SGA],
  },
  { name: 'answers ARE YOU THERE', sent: ['a', IAC, AYT, 'b'], data: ['ab'], reply: ['\r\n[Yes]\r\n'] },
  { name: 'reads ERASE CHARACTER as backspace', sent: ['ab', IAC, 247], data: ['ab\b'], reply: [] },
  { name: 'reads ERASE LINE as 0x15', sent: ['ab', IAC, 248, 'c'], data: ['ab\x15c'], reply: [] },
  {
    name: 'takes out all other commands',
    sent: [
      'a',
      ...[236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 249].flatMap((command) => [IAC, command]),
      'b',
    ],
    data: ['ab'],
    reply: [],
  },
  {
    name: 'skips a subnegotiation with everything in it',
    sent: ['a', IAC, SB, 24, 0, 'xterm', DO, IAC, IAC, SE, IAC, 1, SB, IAC, SE, 'b'],
    data: ['ab'],
    reply: [],
  },
  {
    name: 'ends a subnegotiation whose end is missing at the next command',
    sent: [IAC, SB, 31, 0, 80, IAC, DO, ECHO, 'b'],
    data: ['b'],
    reply: [IAC, WONT, ECHO],
  },
  {
    name: 'answers the Ctrl-C of a Linux telnet, which shows nothing until then',
    sent: ['ann\r\n', IAC, 244, IAC, DO, TIMING_MARK],
    data: ['ann\r\n'],
    reply: [IAC, WONT, TIMING_MARK],
  },
  {
    name: 'reads a Linux telnet that goes to character mode and back',
    sent: [
      IAC,
      DO,
      SGA,
      IAC,
      DO,
      ECHO,
      'hex\x7f',
      'é',
      '\r\0',
      IAC,
      DONT,
      SGA,
      IAC,
      WILL,
      LINEMODE,
      'line\r\n',
    ],
    data: ['hex\x7fé\r\0line\r\n'],
    reply: [IAC, WILL, SGA, IAC, WONT, ECHO, IAC, WONT, SGA, IAC, DONT, LINEMODE],
  },
]

for (const { name, sent, data, reply } of cases) {
  const expected = { data: [...bytesOf(...data)], reply: [...bytesOf(...reply)] }
  test(`TelnetDecoder ${name}, whole`, () => assert.deepEqual(read(bytesOf(...sent), 1000), expected))
  test(`TelnetDecoder ${name}, byte by byte`, () => assert.deepEqual(read(bytesOf(...sent), 1), expected))
}

test('TelnetDecoder.characterMode is true while the client has SUPPRESS GO AHEAD', () => {
  const decoder = new TelnetDecoder()
  assert.equal(decoder.characterMode, false)
  decoder.feed(bytesOf(IAC, DO, SGA, IAC, DO, ECHO))
  assert.equal(decoder.characterMode, true)
  decoder.feed(bytesOf(IAC, DONT, SGA))
  assert.equal(decoder.characterMode, false)
})

test('TelnetDecoder hands plain bytes on without a copy', () => {
  const bytes = bytesOf('plain')
  assert.equal(new TelnetDecoder().feed(bytes).data, bytes)
})

test('TelnetDecoder stops answering at its limit and still takes the commands out', () => {
  const decoder = new TelnetDecoder({ maxAnswers: 2 })
  const sent = bytesOf('a', IAC, DO, ECHO, IAC, AYT, IAC, DO, ECHO, IAC, WILL, 9, IAC, DO, SGA, IAC, AYT, 'b')
  const { data, reply } = read(sent, 1000, decoder)
  assert.deepEqual(data, [...bytesOf('ab')])
  assert.deepEqual(reply, [...bytesOf(IAC, WONT, ECHO, '\r\n[Yes]\r\n')])
  assert.equal(decoder.characterMode, false)
})

test('TelnetDecoder answers an endless stream of commands 1024 times unless told otherwise', () => {
  const decoder = new TelnetDecoder()
  const sent = bytesOf(...Array.from({ length: 1000 }, () => [IAC, DO, ECHO, IAC, AYT]).flat())
  let replied = 0
  for (let n = 0; n < 20; n += 1) replied += decoder.feed(sent).reply.length
  assert.equal(replied, 512 * 3 + 512 * '\r\n[Yes]\r\n'.length)
})

test('TelnetDecoder refuses a limit that is none', () => {
  for (const maxAnswers of [-1, 0.5, Number.NaN]) {
    assert.throws(() => new TelnetDecoder({ maxAnswers }), RangeError)
  }
})

test('TelnetDecoder gives nothing of a subnegotiation that never ends', () => {
  const decoder = new TelnetDecoder()
  decoder.feed(bytesOf(IAC, SB, 24))
  const segment = new Uint8Array(65536).fill(0x61)
  for (let n = 0; n < 100; n += 1) assert.equal(decoder.feed(segment).data.length, 0)
})

// Telnet as it may come: mostly commands, sometimes anything.
const roughBytes = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(IAC) },
      { weight: 3, arbitrary: fc.integer({ min: 230, max: 255 }) },
      { weight: 1, arbitrary: fc.constantFrom(ECHO, SGA, LINEMODE) },
      { weight: 1, arbitrary: fc.nat({ max: 255 }) },
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((values) => Uint8Array.from(values))

test('TelnetDecoder reads any bytes the same way wherever they are cut', () => {
  fc.assert(
    fc.property(roughBytes, fc.integer({ min: 1, max: 5 }), (bytes, size) => {
      assert.deepEqual(read(bytes, size), read(bytes, 1000))
    }),
    { numRuns: 500 },
  )
})

test('TelnetDecoder answers nothing to a peer that sends no command, and loses none of its bytes', () => {
  // In text a 0xFF is followed by another byte of text; in windows-1252 no word has two letters from 0xEC up
  // in a row.
  const plain = fc.array(fc.oneof(fc.nat({ max: 235 }), fc.constant([0xff, 0x20])), {
    maxLength: 60,
    size: 'max',
  })
  fc.assert(
    fc.property(plain, fc.integer({ min: 1, max: 9 }), (values, size) => {
      const bytes = Uint8Array.from(values.flat())
      assert.deepEqual(read(bytes, size), { data: [...bytes], reply: [] })
    }),
  )
})

test('TelnetDecoder gives back every byte of a peer that doubles its IAC', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 9 }),
      (bytes, size) => {
        const doubled = Uint8Array.from([...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])))
        assert.deepEqual(read(doubled, size), { data: [...bytes], reply: [] })
      },
    ),
  )
})

test('TelnetDecoder never loops with another one that answers it', () => {
  fc.assert(
    fc.property(roughBytes, (bytes) => {
      const ends = [new TelnetDecoder(), new TelnetDecoder()] as const
      let onTheWay = ends[0].feed(bytes).reply
      let rounds = 0
      while (onTheWay.length > 0) {
        rounds += 1
        onTheWay = ends[rounds % 2 === 1 ? 1 : 0].feed(onTheWay).reply
      }
      assert.ok(rounds <= 3, `${rounds} rounds`)
    }),
  )
})
