import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { LineOptions } from './byte-stream.ts'
import { SocketError } from './errors.ts'
import { QueuedStream } from './queued-stream.ts'
import { fails } from './testing/checks/check.ts'
import { ManualTransport } from './testing/manual-transport.ts'

function streamOf(...chunks: readonly (string | Uint8Array)[]): QueuedStream {
  const stream = new QueuedStream(new ManualTransport())
  for (const chunk of chunks) stream.onData(Buffer.from(chunk))
  return stream
}

/** What a reader with these rules must give: lines, and `limit` for each that is too long. */
function model(bytes: Buffer, { max = 8192, tooLong = 'throw', encoding = 'utf8' }: LineOptions): string[] {
  const seen: string[] = []
  const parts = splitAt(bytes, 10)
  parts.forEach((part, i) => {
    const isLast = i === parts.length - 1
    if (isLast && part.length === 0) return
    const line = !isLast && part.at(-1) === 13 ? part.subarray(0, -1) : part
    // At the end of the stream one CR more than `max` bytes is not told from a line ending that was cut off.
    const isOver = line.length > max && !(isLast && line.length === max + 1 && line.at(-1) === 13)
    if (!isOver) seen.push(line.toString(encoding))
    else if (tooLong === 'throw') seen.push('limit')
    else if (tooLong === 'truncate') seen.push(line.toString('latin1', 0, max))
  })
  return seen
}

function splitAt(bytes: Buffer, value: number): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(value); at !== -1; at = bytes.indexOf(value, from)) {
    parts.push(bytes.subarray(from, at))
    from = at + 1
  }
  return [...parts, bytes.subarray(from)]
}

/** Reads to the end, by turns with `readLine` and with `lines` loops of a few lines. */
async function readAll(
  stream: QueuedStream,
  options: LineOptions,
  loops: readonly number[],
): Promise<string[]> {
  const seen: string[] = []
  for (let turn = 0; ; turn++) {
    try {
      let left = loops[turn % Math.max(1, loops.length)] ?? 0
      if (left === 0) {
        const line = await stream.readLine(options)
        if (line === null) return seen
        seen.push(line)
      } else {
        for await (const line of stream.lines(options)) {
          seen.push(line)
          if (--left === 0) break
        }
        if (left > 0) return seen
      }
    } catch (error) {
      if (!SocketError.is(error, 'limit')) throw error
      assert.equal(error.partial?.length, options.max)
      seen.push('limit')
    }
  }
}

const text = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('a', 'b', '\r', 'é') },
      { weight: 3, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n') },
      { weight: 1, arbitrary: fc.constantFrom('abcdefgh', 'aaaaaaaaaaaaaaaaaaaaaaaa') },
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'))
const loops = fc.array(fc.nat(4), { maxLength: 4, size: 'max' })
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20, size: 'max' })

for (const tooLong of ['throw', 'discard', 'truncate'] as const) {
  test(`LineReader with ${tooLong} gives the lines of any bytes in any pieces, read in any way`, async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        cuts,
        loops,
        fc.integer({ min: 1, max: 12 }),
        async (bytes, sizes, ways, max) => {
          const options = { max, tooLong, encoding: 'latin1' } as const
          const stream = new QueuedStream(new ManualTransport())
          const reading = readAll(stream, options, ways)
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length] ?? 1
            stream.onData(Buffer.from(bytes.subarray(at, at + size)))
            at += size
            if (size % 3 === 0) await Promise.resolve()
          }
          stream.onEnd()
          assert.deepEqual(await reading, model(bytes, options))
        },
      ),
      { numRuns: 300 },
    )
  })
}

test('LineReader reads the same with one call and with many, however large the lines are', async () => {
  const bytes = Buffer.from(Array.from({ length: 3000 }, (_, i) => `${'é'.repeat(i % 70)}${i}\r\n`).join(''))
  const whole = await readAll(streamEnded(bytes, 64 * 1024), {}, [1000])
  const parts = await readAll(streamEnded(bytes, 11), {}, [0, 3, 1])
  assert.deepEqual(whole, model(bytes, {}))
  assert.deepEqual(parts, whole)
})

function streamEnded(bytes: Buffer, size: number): QueuedStream {
  const stream = new QueuedStream(new ManualTransport(), { recvHighWater: 1024 * 1024 })
  for (let at = 0; at < bytes.length; at += size) stream.onData(Buffer.from(bytes.subarray(at, at + size)))
  stream.onEnd()
  return stream
}

test('LineReader truncate never shows half a character', async () => {
  for (let max = 1; max <= 9; max++) {
    const stream = streamOf('aé漢😀z\nnext\n')
    const line = await stream.readLine({ max, tooLong: 'truncate' })
    assert.ok(line !== null && 'aé漢😀z'.startsWith(line), `${max}: ${line}`)
    assert.ok(Buffer.byteLength(line) <= max)
    assert.ok(Buffer.byteLength(line) > max - 4)
    assert.equal(await stream.readLine(), 'next')
  }
})

test('LineReader keeps a byte order mark in every way of reading', async () => {
  const bytes = '\ufeffab\n'
  assert.equal(await streamOf(bytes).readLine(), '\ufeffab')
  assert.equal((await streamOf(bytes).lines().next()).value, '\ufeffab')
  assert.equal(await streamOf(bytes).readLine({ max: 4, tooLong: 'truncate' }), '\ufeffa')
})

test('LineReader lines gives what it has not handed out back to readLine, recv, buffered and a second loop', async () => {
  const bytes = Buffer.from('one\r\n\xfftwo\nthree\nfour\nfi', 'latin1')
  const stream = streamOf(bytes)
  const loop = stream.lines()
  assert.equal((await loop.next()).value, 'one')
  assert.equal(stream.buffered, bytes.length - 5)
  assert.equal((await loop.next()).value, '\ufffdtwo')
  const second = stream.lines()
  assert.equal((await second.next()).value, 'three')
  assert.equal((await loop.next()).value, 'four')
  assert.equal(String(await stream.recv()), 'fi')
  stream.onEnd()
  assert.deepEqual(await loop.next(), { done: true, value: undefined })
  assert.deepEqual(await loop.next(), { done: true, value: undefined })
  assert.deepEqual(await second.next(), { done: true, value: undefined })
})

test('LineReader lines with bytes put back in the middle of a batch reads them first', async () => {
  const stream = streamOf('one\ntwo\nthree\n')
  const loop = stream.lines()
  assert.equal((await loop.next()).value, 'one')
  stream.unread('zero\n')
  assert.equal((await loop.next()).value, 'zero')
  assert.equal((await loop.next()).value, 'two')
  stream.unread('half ')
  assert.equal((await loop.next()).value, 'half three')
})

test('LineReader lines rejects with aborted as soon as its signal fires, in the middle of a batch too', async () => {
  const controller = new AbortController()
  const stream = streamOf('one\ntwo\n')
  const loop = stream.lines({ signal: controller.signal })
  assert.equal((await loop.next()).value, 'one')
  controller.abort()
  await fails(loop.next(), 'aborted')
  assert.equal(await stream.readLine(), 'two')
})

test('LineReader lines of a stream that was aborted in the middle of a batch is closed', async () => {
  const stream = streamOf('one\ntwo\n')
  const loop = stream.lines()
  assert.equal((await loop.next()).value, 'one')
  stream.abort()
  await fails(loop.next(), 'closed')
})

test('LineReader gives the whole lines that came before a failure, then the failure, again and again', async () => {
  const stream = streamOf('one\ntwo\nhalf')
  stream.onError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
  const loop = stream.lines()
  assert.equal((await loop.next()).value, 'one')
  assert.equal(await stream.readLine(), 'two')
  await fails(loop.next(), 'reset')
  await fails(stream.readLine(), 'reset')
  assert.equal(String(await stream.recv()), 'half', 'what has no line ending is not lost')
})

test('LineReader holds no more than a line of the longest size, while a longer one comes and comes', async () => {
  const transport = new ManualTransport()
  const stream = new QueuedStream(transport)
  const reading = stream.readLine({ max: 1000, tooLong: 'discard' })
  for (let i = 0; i < 1000; i++) {
    stream.onData(Buffer.alloc(900, 'x'))
    assert.ok(stream.buffered <= 1000 + 900)
  }
  stream.onData(Buffer.from('\nnext\n'))
  assert.equal(await reading, 'next')
  assert.ok(!transport.calls.includes('pause'))
})

test('LineReader with atEnd throw is incomplete, with the bytes, and after it the end', async () => {
  const stream = streamOf('one\nhalf')
  stream.onEnd()
  assert.equal(await stream.readLine({ atEnd: 'throw' }), 'one')
  const error = await fails(stream.readLine({ atEnd: 'throw' }), 'incomplete')
  assert.equal(String(error.partial), 'half')
  assert.equal(await stream.readLine({ atEnd: 'throw' }), null)
})

test('LineReader refuses options that are none, with a rejection from readLine and at once from lines', async () => {
  const stream = streamOf('one\n')
  const wrong: readonly unknown[] = [
    { max: 0 },
    { max: 1.5 },
    { encoding: 'utf-9' },
    { tooLong: 'ignore' },
    { atEnd: 'maybe' },
    { timeout: -1 },
  ]
  for (const options of wrong as readonly LineOptions[]) {
    await assert.rejects(stream.readLine(options), (error) => !SocketError.is(error))
    await assert.rejects(
      async () => stream.lines(options).next(),
      (error) => !SocketError.is(error),
    )
  }
  assert.equal(await stream.readLine(), 'one')
})
