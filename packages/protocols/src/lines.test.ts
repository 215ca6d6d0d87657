import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type DecodedLine, TextLineDecoder } from './lines.ts'
import { decodeText } from './text-encoding.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Feeds segments, then the end of the stream; gives the texts, and numbers for lines that were too long. */
function read(
  segments: readonly Uint8Array[],
  decoder: TextLineDecoder = new TextLineDecoder(),
): (string | number)[] {
  return [...segments.flatMap((segment) => decoder.feed(segment)), ...decoder.end()].map(seen)
}

function seen(line: DecodedLine): string | number {
  return 'text' in line ? line.text : line.tooLong
}

function typist(): TextLineDecoder {
  const decoder = new TextLineDecoder()
  decoder.expectTypist()
  return decoder
}

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}

for (const { name, bytes, lines } of [
  { name: 'lines that end with LF', bytes: utf8('ann\nhi\n'), lines: ['ann', 'hi'] },
  { name: 'lines that end with CR LF', bytes: utf8('ann\r\nhi\r\n'), lines: ['ann', 'hi'] },
  { name: 'lines that end with CR NUL', bytes: utf8('ann\r\0hi\r\0'), lines: ['ann', 'hi'] },
  { name: 'lines that end with CR CR LF', bytes: utf8('ann\r\r\nhi\r\r\n'), lines: ['ann', 'hi'] },
  { name: 'a last line without an ending', bytes: utf8('ann\nhi'), lines: ['ann', 'hi'] },
  { name: 'a last line that ends with CR', bytes: utf8('ann\nhi\r'), lines: ['ann', 'hi'] },
  { name: 'empty lines as nothing', bytes: utf8('\n\r\n\r\0ann\n\n\r\n'), lines: ['ann'] },
  { name: 'blanks as text', bytes: utf8('  \n a \n'), lines: ['  ', ' a '] },
  {
    name: 'a buffer filled up with NUL',
    bytes: utf8(`ann\n${'\0'.repeat(100)}hi\0\0`),
    lines: ['ann', 'hi'],
  },
  { name: 'UTF-8', bytes: utf8('Žofie\n🙂🙂\n'), lines: ['Žofie', '🙂🙂'] },
  { name: 'windows-1252', bytes: latin1('caf\xe9\n\x80 5\n'), lines: ['café', '€ 5'] },
  {
    name: 'a byte order mark in front of the first line',
    bytes: utf8('\ufeffann\nhi\n'),
    lines: ['ann', 'hi'],
  },
  { name: 'escape sequences as they are', bytes: utf8('\x1b[31mred\n'), lines: ['\x1b[31mred'] },
]) {
  test(`TextLineDecoder reads ${name}, whole`, () => assert.deepEqual(read([bytes]), lines))
  test(`TextLineDecoder reads ${name}, two bytes at a time`, () => {
    assert.deepEqual(read(inPieces(bytes, 2)), lines)
  })
  test(`TextLineDecoder reads ${name}, byte by byte`, () => assert.deepEqual(read(inPieces(bytes, 1)), lines))
}

test('TextLineDecoder keeps a CR inside a line of a program, and drops one in front', () => {
  assert.deepEqual(read([utf8('10%\r20%\n\rdone\n')]), ['10%\r20%', 'done'])
})

test('TextLineDecoder reports a line that is too long once, with its bytes, and reads the next one right', () => {
  const decoder = new TextLineDecoder({ max: 4 })
  assert.deepEqual(read([utf8('1234\n12345\n123\r\n1234\r\n12\n')], decoder), [
    '1234',
    5,
    '123',
    '1234',
    '12',
  ])
})

test('TextLineDecoder counts a line that is too long over many segments and reports it at its end', () => {
  const decoder = new TextLineDecoder({ max: 10 })
  const segment = utf8('x'.repeat(1000))
  for (let n = 0; n < 1000; n += 1) assert.deepEqual(decoder.feed(segment), [])
  assert.deepEqual(decoder.feed(utf8('\nok\n')), [{ tooLong: 1_000_000 }, { text: 'ok' }])
})

test('TextLineDecoder counts bytes, not characters', () => {
  assert.deepEqual(read([utf8('žž\nžžž\n')], new TextLineDecoder({ max: 4 })), ['žž', 6])
})

test('TextLineDecoder takes 4096 bytes unless told otherwise', () => {
  assert.deepEqual(read([utf8(`${'a'.repeat(4096)}\r\n${'a'.repeat(4097)}\r\n`)]), ['a'.repeat(4096), 4097])
})

test('TextLineDecoder refuses a limit that is none', () => {
  for (const max of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new TextLineDecoder({ max }), RangeError)
  }
})

test('TextLineDecoder does not keep the memory that it was fed', () => {
  const decoder = new TextLineDecoder()
  const segment = utf8('ann')
  decoder.feed(segment)
  segment.fill(0x78)
  assert.deepEqual(decoder.feed(utf8('\n')), [{ text: 'ann' }])
})

test('TextLineDecoder.pauseAfter is 150 ms until the first newline, and 2 s after it', () => {
  const decoder = new TextLineDecoder()
  assert.equal(decoder.pauseAfter, undefined)
  decoder.feed(utf8('ann'))
  assert.equal(decoder.pauseAfter, 150)
  assert.deepEqual(decoder.pause(), [{ text: 'ann' }])
  assert.equal(decoder.pauseAfter, undefined)
  decoder.feed(utf8('hi'))
  assert.equal(decoder.pauseAfter, 150)
  decoder.feed(utf8('\n'))
  assert.equal(decoder.pauseAfter, undefined)
  decoder.feed(utf8('half a line'))
  assert.equal(decoder.pauseAfter, 2000)
  assert.deepEqual(decoder.pause(), [{ text: 'half a line' }])
})

test('TextLineDecoder.pauseAfter is 2 s for a CR LF and for a CR NUL too', () => {
  for (const ending of ['\r\n', '\r\0']) {
    const decoder = new TextLineDecoder()
    decoder.feed(utf8(`ann${ending}half`))
    assert.equal(decoder.pauseAfter, 2000)
  }
})

test('TextLineDecoder.pauseAfter is 2 s for a lone byte', () => {
  const decoder = new TextLineDecoder()
  decoder.feed(utf8('a'))
  assert.equal(decoder.pauseAfter, 2000)
  assert.deepEqual(decoder.pause(), [{ text: 'a' }])
})

test('TextLineDecoder.pauseAfter starts anew with each line: two lone bytes with a pause between are two lines', () => {
  const decoder = new TextLineDecoder()
  for (const answer of ['y', 'n', 'y']) {
    decoder.feed(utf8(answer))
    assert.equal(decoder.pauseAfter, 2000)
    assert.deepEqual(decoder.pause(), [{ text: answer }])
  }
})

test('TextLineDecoder with pauses before-newline ends every line by 150 ms, until the first newline', () => {
  const decoder = new TextLineDecoder({ pauses: 'before-newline' })
  assert.equal(decoder.pauseAfter, undefined)
  for (const line of ['admin', 'R', '12345']) {
    decoder.feed(utf8(line))
    assert.equal(decoder.pauseAfter, 150)
    assert.deepEqual(decoder.pause(), [{ text: line }])
  }
  assert.deepEqual(decoder.feed(utf8('T\r\nhalf')), [{ text: 'T' }])
  assert.equal(decoder.pauseAfter, undefined)
  assert.deepEqual(decoder.pause(), [])
  assert.deepEqual(decoder.feed(utf8(' a line\n')), [{ text: 'half a line' }])
})

test('TextLineDecoder with pauses before-newline takes single bytes in a row for no typist', () => {
  const decoder = new TextLineDecoder({ pauses: 'before-newline' })
  for (const byte of ['h', 'i', '\b']) {
    decoder.feed(utf8(byte))
    assert.equal(decoder.pauseAfter, 150)
  }
  assert.deepEqual(decoder.pause(), [{ text: 'hi\b' }])
})

test('TextLineDecoder with pauses before-newline knows a typist when told, as a telnet client can', () => {
  const decoder = new TextLineDecoder({ pauses: 'before-newline' })
  decoder.expectTypist()
  decoder.feed(utf8('hello\b'))
  assert.equal(decoder.pauseAfter, undefined)
  assert.deepEqual(decoder.feed(utf8('\r')), [{ text: 'hell' }])
})

test('TextLineDecoder with pauses before-newline never ends a line inside a UTF-8 character', () => {
  const decoder = new TextLineDecoder({ pauses: 'before-newline' })
  decoder.feed(utf8('Jos\u00e9').subarray(0, 4))
  assert.equal(decoder.pauseAfter, undefined)
  decoder.feed(utf8('Jos\u00e9').subarray(4))
  assert.equal(decoder.pauseAfter, 150)
})

test('TextLineDecoder.pause does nothing when no pause may end a line', () => {
  const decoder = new TextLineDecoder()
  assert.deepEqual(decoder.pause(), [])
  decoder.feed(utf8('a'))
  decoder.feed(utf8('b'))
  assert.deepEqual(decoder.pause(), [])
  assert.deepEqual(decoder.feed(utf8('\n')), [{ text: 'ab' }])
})

test('TextLineDecoder.pause drops the CR that a client ends its lines with, and the LF that comes late', () => {
  const decoder = new TextLineDecoder()
  decoder.feed(utf8('ann\r'))
  assert.deepEqual(decoder.pause(), [{ text: 'ann' }])
  assert.deepEqual(decoder.feed(utf8('\n')), [])
  decoder.feed(utf8('hi\r'))
  assert.deepEqual(decoder.pause(), [{ text: 'hi' }])
  assert.deepEqual(decoder.feed(utf8('there\n')), [{ text: 'there' }])
})

test('TextLineDecoder.pause ends a line that is too long, and so does the end of the stream', () => {
  const decoder = new TextLineDecoder({ max: 4 })
  decoder.feed(utf8('12345'))
  assert.deepEqual(decoder.pause(), [{ tooLong: 5 }])
  decoder.feed(utf8('123456'))
  assert.deepEqual(decoder.end(), [{ tooLong: 6 }])
  assert.deepEqual(decoder.end(), [])
})

test('TextLineDecoder.pauseAfter is undefined inside a UTF-8 character, also in a line that is thrown away', () => {
  for (const max of [2, 4096]) {
    for (const character of ['é', '€', '🙂']) {
      const decoder = new TextLineDecoder({ max })
      const bytes = utf8(`abcd${character}`)
      for (let cut = 5; cut < bytes.length; cut += 1) {
        assert.deepEqual(decoder.feed(bytes.subarray(0, cut)), [])
        assert.equal(decoder.pauseAfter, undefined)
        assert.deepEqual(decoder.pause(), [])
        decoder.feed(bytes.subarray(cut))
        assert.notEqual(decoder.pauseAfter, undefined)
        assert.deepEqual(decoder.pause(), [
          max === 2 ? { tooLong: bytes.length } : { text: `abcd${character}` },
        ])
      }
    }
  }
})

test('TextLineDecoder.pauseAfter does not wait for the rest of a character after a CR or NUL', () => {
  for (const ending of [0x0d, 0x00]) {
    const decoder = new TextLineDecoder()
    decoder.feed(Uint8Array.of(0x63, 0x61, 0x66, 0xe9, ending))
    assert.equal(decoder.pauseAfter, 150)
    assert.deepEqual(decoder.pause(), [{ text: 'café' }])
  }
})

test('TextLineDecoder.pauseAfter forgets with each line what its last character lacked', () => {
  const decoder = new TextLineDecoder()
  decoder.feed(latin1('caf\xe9\n\x80'))
  assert.equal(decoder.pauseAfter, 2000)
})

test('TextLineDecoder.pause never breaks a character, however the text is cut', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20, size: 'max' })
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100, size: 'max' }), cuts, (text, sizes) => {
      const bytes = utf8(text)
      const decoder = new TextLineDecoder()
      const lines: DecodedLine[] = []
      for (let at = 0, n = 0; at < bytes.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1
        lines.push(...decoder.feed(bytes.subarray(at, at + size)), ...decoder.pause())
        at += size
      }
      assert.equal([...lines, ...decoder.end()].map(seen).join(''), text)
    }),
  )
})

test('TextLineDecoder takes two single bytes in one line for a typist: from then on no pause ends a line', () => {
  const decoder = new TextLineDecoder()
  decoder.feed(utf8('a'))
  decoder.feed(utf8('n'))
  assert.equal(decoder.pauseAfter, undefined)
  assert.deepEqual(decoder.feed(utf8('\r\n')), [{ text: 'an' }])
  decoder.feed(utf8('pasted text'))
  assert.equal(decoder.pauseAfter, undefined)
  assert.deepEqual(decoder.feed(utf8('\n')), [{ text: 'pasted text' }])
})

test('TextLineDecoder does not take the bytes of a newline that come alone for a typist', () => {
  const decoder = new TextLineDecoder()
  for (const segment of ['ann', '\r', '\n', '\n', '\n', '\r', '\0', '\0', '\0']) decoder.feed(utf8(segment))
  decoder.feed(utf8('a\bb'))
  assert.equal(decoder.pauseAfter, 2000)
  assert.deepEqual(decoder.pause(), [{ text: 'a\bb' }])
})

test('TextLineDecoder ends a line of a typist at a lone CR, and once only at CR LF and CR NUL', () => {
  for (const enter of ['\r', '\r\n', '\r\0']) {
    for (const size of [1, 2, 100]) {
      const bytes = utf8(`ann${enter}hi${enter}`)
      assert.deepEqual(read(inPieces(bytes, size), typist()), ['ann', 'hi'])
    }
  }
})

for (const { name, typed, line } of [
  { name: 'a letter', typed: 'helo\blo', line: 'hello' },
  { name: 'with DEL as with backspace', typed: 'hex\x7f\x7f\x7fhi', line: 'hi' },
  { name: 'a letter of several bytes', typed: 'caf€\bé', line: 'café' },
  { name: 'a letter with its accent', typed: 'cafe\u0301\be', line: 'cafe' },
  { name: 'an emoji of several characters', typed: 'a👨‍👩‍👧\bb', line: 'ab' },
  { name: 'no more than there is', typed: '\b\b\x7fhi', line: 'hi' },
  { name: 'the whole line', typed: 'wrong\x15right', line: 'right' },
]) {
  test(`TextLineDecoder lets a typist take back ${name}`, () => {
    const bytes = utf8(`${typed}\r\n`)
    for (const size of [1, 2, 100]) assert.deepEqual(read(inPieces(bytes, size), typist()), [line])
  })
}

test('TextLineDecoder reports no line when a typist took all of it back', () => {
  assert.deepEqual(read(inPieces(utf8('oh\b\b\nno\x15\n'), 1)), [])
})

test('TextLineDecoder knows a typist by an erasure that comes alone, and erases what came before', () => {
  const decoder = new TextLineDecoder()
  assert.deepEqual(read(['he', '\x7f', 'i', '\n'].map(utf8), decoder), ['hi'])
  assert.deepEqual(read(['help', '\x7f', '\n'].map(utf8)), ['hel'])
  assert.deepEqual(read(['help', '\b', '\n'].map(utf8)), ['hel'])
  assert.deepEqual(read(['help', '\x15', '\n'].map(utf8)), [])
})

test('TextLineDecoder leaves a backspace in the text of a program', () => {
  assert.deepEqual(read([utf8('a\bb\x15\x7f\n')]), ['a\bb\x15\x7f'])
})

// The rules again, by another way: endings are replaced in the whole stream before it is cut.
function expected(bytes: Uint8Array, max: number): (string | number)[] {
  const stream = Buffer.from(bytes)
    .toString('latin1')
    .replace(/\r+[\n\0]/g, '\n')
    .replaceAll('\0', '')
  return stream
    .replace(/\r+$/, '')
    .split('\n')
    .map((line) => line.replace(/^\r+/, '').replace(/\r+/g, '\r'))
    .map((line) => (line.length > max ? line.length : decodeText(latin1(line))))
    .filter((line) => line !== '')
}

const roughBytes = fc
  .array(fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x00, 0x61, 0x7f, 0xc3, 0xa9, 0xff), fc.nat({ max: 255 })), {
    maxLength: 80,
    size: 'max',
  })
  .map((values) => Uint8Array.from(values))

test('TextLineDecoder reads any bytes by its rules, wherever they are cut in segments of two and more', () => {
  fc.assert(
    fc.property(
      roughBytes,
      fc.integer({ min: 2, max: 7 }),
      fc.integer({ min: 1, max: 12 }),
      (bytes, size, max) => {
        const pieces = inPieces(bytes, size)
        const last = pieces.at(-1)
        if (last?.length === 1) pieces.splice(-2, 2, Uint8Array.of(...(pieces.at(-2) ?? []), ...last))
        fc.pre(bytes.length !== 1)
        assert.deepEqual(read(pieces, new TextLineDecoder({ max })), expected(bytes, max))
      },
    ),
  )
})

test('TextLineDecoder reads what a typist sends the same way wherever it is cut', () => {
  fc.assert(
    fc.property(roughBytes, fc.integer({ min: 1, max: 7 }), (bytes, size) => {
      assert.deepEqual(read(inPieces(bytes, size), typist()), read([bytes], typist()))
    }),
  )
})

test('TextLineDecoder has a pause to wait for exactly when a pause ends something', () => {
  fc.assert(
    fc.property(fc.array(roughBytes, { maxLength: 10, size: 'max' }), (segments) => {
      const decoder = new TextLineDecoder({ max: 16 })
      for (const segment of segments) {
        decoder.feed(segment)
        const wait = decoder.pauseAfter
        assert.ok(wait === undefined || wait === 150 || wait === 2000)
        const lines = decoder.pause()
        assert.ok(lines.length <= 1)
        if (wait === undefined) assert.deepEqual(lines, [])
        assert.deepEqual(decoder.pause(), [])
      }
    }),
  )
})
