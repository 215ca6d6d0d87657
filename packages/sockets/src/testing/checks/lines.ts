/** Checks of readLine and lines: endings, limits, encodings, and loops that are left early. */
import { deepEqual, equal } from 'node:assert/strict'
import type { ByteStream, LineOptions } from '../../byte-stream.ts'
import {
  arrived,
  aside,
  fails,
  leave,
  numbers,
  readToEnd,
  roundTrip,
  type StreamCheck,
  sameBytes,
  turns,
} from './check.ts'

/** Bytes that are no UTF-8: a text made of them cannot be turned back into them. */
const NOT_UTF8 = Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28, 0xe2, 0x82])

export const LINE_CHECKS: readonly StreamCheck[] = [
  {
    id: 'line-endings',
    name: 'readLine and lines end a line at LF and CR LF, and keep a CR anywhere else',
    needs: 'every',
    run: async (near, far) => {
      const text = 'one\ntwo\r\n\n\r\nfi\rve\r\r\n\rseven\n'
      const lines = ['one', 'two', '', '', 'fi\rve\r', '\rseven']
      await far.send(text)
      for (const line of lines) equal(await near.readLine(), line)
      await far.send(text)
      deepEqual(await take(near, lines.length), lines)
      equal(near.buffered, 0)
    },
  },
  {
    id: 'line-at-end',
    name: 'readLine gives a last line without an ending, or with atEnd throw is incomplete',
    needs: 'every',
    run: async (near, far) => {
      await far.send('one\ntail')
      leave(far)
      equal(await near.readLine({ atEnd: 'throw' }), 'one')
      const error = await fails(near.readLine({ atEnd: 'throw' }), 'incomplete')
      equal(String(error.partial), 'tail')
      equal(await near.readLine(), null)
      near.unread('again\nlast')
      const lines: string[] = []
      for await (const line of near.lines()) lines.push(line)
      deepEqual(lines, ['again', 'last'])
      equal(await near.readLine({ atEnd: 'throw' }), null)
    },
  },
  {
    id: 'line-split',
    name: 'readLine and lines put characters and line endings together that are split anywhere',
    needs: 'every',
    run: splitEverywhere,
  },
  {
    id: 'line-encoding',
    name: 'readLine and lines show invalid UTF-8 as U+FFFD, and with latin1 each byte as one character',
    needs: 'every',
    run: async (near, far) => {
      const bytes = Buffer.concat([NOT_UTF8, Buffer.from('\n')])
      await far.send([bytes, bytes, bytes, bytes])
      equal(await near.readLine(), NOT_UTF8.toString('utf8'))
      equal(await near.readLine({ encoding: 'latin1' }), NOT_UTF8.toString('latin1'))
      deepEqual(await take(near, 1), [NOT_UTF8.toString('utf8')])
      deepEqual(await take(near, 1, { encoding: 'latin1' }), [NOT_UTF8.toString('latin1')])
    },
  },
  {
    id: 'line-random',
    name: 'readLine and lines agree with a plain split, whatever the bytes and the packets',
    needs: 'every',
    run: randomLines,
  },
  {
    id: 'line-max',
    name: 'readLine allows exactly max bytes, its ending not counted',
    needs: 'every',
    run: async (near, far) => {
      await far.send('12345678\n12345678\r\n')
      equal(await near.readLine({ max: 8 }), '12345678')
      equal(await near.readLine({ max: 8 }), '12345678')
      await far.send('grüße!\r\ngrüße!!\r\n')
      equal(await near.readLine({ max: 8 }), 'grüße!', 'max counts bytes')
      await fails(near.readLine({ max: 8 }), 'limit')
      await far.send('12345678\r')
      await arrived(near, 9)
      const waiting = aside(near.readLine({ max: 8 }))
      await far.send('\n')
      equal(await waiting, '12345678', 'a CR that may belong to the ending is not a byte too many')
    },
  },
  ...(['throw', 'discard', 'truncate'] as const).flatMap((tooLong): StreamCheck[] => [
    {
      id: `line-${tooLong}`,
      name: `after a line that was too long, readLine with tooLong ${tooLong} reads the next one right`,
      needs: 'every',
      run: (near, far) => tooLongLine(near, far, tooLong, (options) => near.readLine(options)),
    },
    {
      id: `lines-${tooLong}`,
      name: `after a line that was too long, lines with tooLong ${tooLong} reads the next one right`,
      needs: 'every',
      run: (near, far) => tooLongLine(near, far, tooLong, (options) => nextOf(near.lines(options))),
    },
  ]),
  {
    id: 'line-endless',
    name: 'a line without an end is thrown away as it comes, whether or not the calls are cancelled',
    needs: 'every',
    run: endlessLine,
  },
  {
    id: 'lines-left',
    name: 'leaving a lines loop early loses nothing: the bytes come back as they were, also invalid UTF-8',
    needs: 'every',
    run: leftEarly,
  },
  {
    id: 'lines-thrown',
    name: 'an error in a lines loop leaves the stream open and the untaken lines there',
    needs: 'every',
    run: async (near, far) => {
      await far.send('one\ntwo\nthree\n')
      await arrived(near, 14)
      const ours = new Error('ours')
      const loop = async (): Promise<void> => {
        for await (const line of near.lines()) if (line === 'two') throw ours
      }
      equal(await loop().catch((error: unknown) => error), ours)
      equal(await near.readLine(), 'three')
      await roundTrip(near, far)
    },
  },
  {
    id: 'lines-mixed',
    name: 'a receive inside a lines loop finds what comes right after the line',
    needs: 'every',
    run: async (near, far) => {
      await far.send('a\nDATA\n12\n45b\nc\nd\n')
      await arrived(near, 18)
      const seen: string[] = []
      for await (const line of near.lines()) {
        seen.push(line)
        if (line === 'DATA') seen.push(String(await near.recvExactly(5)))
        if (line === 'b') seen.push(String(await near.readLine()))
        if (line === 'd') break
      }
      deepEqual(seen, ['a', 'DATA', '12\n45', 'b', 'c', 'd'])
      equal(near.buffered, 0)
    },
  },
  {
    id: 'lines-signal',
    name: 'a lines loop whose signal fires stops before the next line, and nothing is lost',
    needs: 'every',
    run: async (near, far) => {
      await far.send('one\ntwo\nthree\n')
      await arrived(near, 14)
      const stop = new AbortController()
      const lines = near.lines({ signal: stop.signal })
      deepEqual(await lines.next(), { done: false, value: 'one' })
      stop.abort()
      await fails(lines.next(), 'aborted')
      await lines.return?.()
      sameBytes(await near.recvExactly(10), Buffer.from('two\nthree\n'))
    },
  },
]

async function nextOf(lines: AsyncIterator<string>): Promise<string | null> {
  const { done, value } = await lines.next()
  await lines.return?.()
  return done === true ? null : value
}

/** The next `count` lines by a loop that is then left. */
async function take(stream: ByteStream, count: number, options?: LineOptions): Promise<string[]> {
  const taken: string[] = []
  for await (const line of stream.lines(options)) {
    taken.push(line)
    if (taken.length === count) break
  }
  return taken
}

async function splitEverywhere(near: ByteStream, far: ByteStream): Promise<void> {
  const lines = ['aé漢😀', '', 'z']
  const message = Buffer.from(`${lines.join('\r\n')}\r\n`)
  for (let cut = 1; cut < message.length; cut++) {
    await far.send(message.subarray(0, cut))
    await arrived(near, cut)
    const first = aside(near.readLine())
    await far.send(message.subarray(cut))
    deepEqual([await first, await near.readLine(), await near.readLine()], lines, `readLine, cut at ${cut}`)
    await far.send(message.subarray(0, cut))
    await arrived(near, cut)
    const rest = aside(take(near, lines.length))
    await far.send(message.subarray(cut))
    deepEqual(await rest, lines, `lines, cut at ${cut}`)
    equal(near.buffered, 0)
  }
}

async function randomLines(near: ByteStream, far: ByteStream): Promise<void> {
  const random = numbers(17)
  const pieces = ['\n', '\r', '\r\n', 'a', 'ü', '漢', '😀', '\0'].map((text) => Buffer.from(text))
  for (let i = 0; i < NOT_UTF8.length; i++) pieces.push(NOT_UTF8.subarray(i, i + 1))
  for (let round = 0; round < 60; round++) {
    const body = Array.from({ length: random(100) }, () => pieces[random(pieces.length)] ?? NOT_UTF8)
    const all = Buffer.concat([...body, Buffer.from('\n')])
    const expected = all.toString('latin1').split('\n').slice(0, -1).map(asRead)
    const cut = random(all.length)
    const reading = aside(round % 2 === 0 ? take(near, expected.length) : oneByOne(near, expected.length))
    await far.send(all.subarray(0, cut))
    await far.flush()
    await turns(round % 3)
    await far.send(all.subarray(cut))
    deepEqual(await reading, expected, `round ${round}: ${JSON.stringify(all.toString('latin1'))}`)
  }
}

function asRead(line: string): string {
  return Buffer.from(line.endsWith('\r') ? line.slice(0, -1) : line, 'latin1').toString('utf8')
}

async function oneByOne(stream: ByteStream, count: number): Promise<(string | null)[]> {
  const lines: (string | null)[] = []
  for (let i = 0; i < count; i++) lines.push(await stream.readLine())
  return lines
}

async function tooLongLine(
  near: ByteStream,
  far: ByteStream,
  tooLong: 'throw' | 'discard' | 'truncate',
  read: (options: LineOptions) => Promise<string | null>,
): Promise<void> {
  const options: LineOptions = { max: 4, tooLong }
  const tooLongOne = async (): Promise<void> => {
    if (tooLong === 'truncate') equal(await read(options), '1234')
    if (tooLong === 'throw') equal(String((await fails(read(options), 'limit')).partial), '1234')
  }
  for (const ending of ['\n', '\r\n']) {
    const message = `ok${ending}1234567${ending}next${ending}`
    for (let cut = 0; cut < message.length; cut++) {
      await far.send(message.slice(0, cut))
      await arrived(near, cut)
      const first = aside(read(options))
      await far.send(message.slice(cut))
      equal(await first, 'ok', `cut at ${cut}`)
      await tooLongOne()
      equal(await read(options), 'next', `cut at ${cut}`)
      equal(near.buffered, 0)
    }
  }
  await far.send('1234567')
  leave(far)
  await tooLongOne()
  equal(await read(options), null, 'the rest of a line that was too long is not a line at the end')
}

async function endlessLine(near: ByteStream, far: ByteStream): Promise<void> {
  const options: LineOptions = { max: 16, tooLong: 'discard' }
  for (let i = 0; i < 40; i++) {
    const stop = new AbortController()
    const reading = aside(fails(near.readLine({ ...options, signal: stop.signal }), 'aborted'))
    await far.send(Buffer.alloc(10_000, '.'))
    await turns(i % 4)
    stop.abort()
    await reading
  }
  await far.send('.\nright\n')
  equal(await near.readLine(options), 'right')
  const sending = aside(far.send([Buffer.alloc(1024 * 1024, '.'), '\nright again\n']))
  equal(await near.readLine(options), 'right again')
  await sending
}

async function leftEarly(near: ByteStream, far: ByteStream): Promise<void> {
  const lines = ['one\r\n', '\n', '\xff\xfe\x80\r\n', 'f\xc3\xbcnf\n', '\r\r\n', 'seven\n', '\xe2\x82']
  const all = Buffer.from(lines.join(''), 'latin1')
  for (let taken = 0; taken < lines.length; taken++) {
    await far.send(all)
    await arrived(near, all.length)
    if (taken > 0) await take(near, taken)
    const rest = Buffer.from(lines.slice(taken).join(''), 'latin1')
    equal(near.buffered, rest.length)
    sameBytes(await near.recvExactly(rest.length), rest)
    await far.send(all)
    await arrived(near, all.length)
    for (let i = 0; i < taken; i++) await take(near, 1)
    equal(near.buffered, rest.length)
    sameBytes(await near.recvExactly(rest.length), rest)
  }
  leave(far)
  equal((await readToEnd(near)).length, 0)
}
