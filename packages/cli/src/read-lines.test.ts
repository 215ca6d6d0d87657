import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { readLines } from './read-lines.ts'

const never = new AbortController().signal

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<unknown[]> {
  const lines: unknown[] = []
  await readLines(Readable.from(chunks, { objectMode: false }), (line) => void lines.push(line), {
    signal: never,
    max: 10,
  })
  return lines
}

test('readLines takes every kind of ending, and a last line without one', async () => {
  assert.deepEqual(await linesOf('one\ntwo\r\n\nthree'), [
    { text: 'one' },
    { text: 'two' },
    { text: 'three' },
  ])
  assert.deepEqual(await linesOf('on', 'e\nt', 'wo\n'), [{ text: 'one' }, { text: 'two' }])
  assert.deepEqual(await linesOf(), [])
})

test('readLines keeps a character whole that comes in two pieces', async () => {
  const bytes = Buffer.from('Zoë\n')
  assert.deepEqual(await linesOf(bytes.subarray(0, 3), bytes.subarray(3)), [{ text: 'Zoë' }])
})

test('readLines tells the length of a line that is too long, and reads the next one right', async () => {
  assert.deepEqual(await linesOf(`${'x'.repeat(1000)}\nnext\n`), [{ tooLong: 1000 }, { text: 'next' }])
})

test('readLines hands over one line after the other', async () => {
  const order: string[] = []
  await readLines(
    Readable.from(['1\n2\n', '3\n']),
    async (line) => {
      order.push(`begin ${JSON.stringify(line)}`)
      await Promise.resolve()
      order.push('end')
    },
    { signal: never, max: 10 },
  )
  const begins = ['1', '2', '3'].map((text) => `begin ${JSON.stringify({ text })}`)
  assert.deepEqual(
    order,
    begins.flatMap((begin) => [begin, 'end']),
  )
})

test('readLines stops when its signal aborts, and leaves the input alone', async () => {
  const controller = new AbortController()
  const input = new PassThrough()
  const lines: unknown[] = []
  const done = readLines(
    input,
    (line) => {
      lines.push(line)
      controller.abort()
    },
    { signal: controller.signal, max: 10 },
  )
  input.write('one\n')
  await done
  assert.deepEqual(lines, [{ text: 'one' }])
  assert.equal(input.destroyed, false)
  assert.equal(input.listenerCount('data'), 0)
})

test('readLines takes an input that fails, or is over already, for ended', async () => {
  const input = new PassThrough()
  const lines: unknown[] = []
  const done = readLines(input, (line) => void lines.push(line), { signal: never, max: 10 })
  input.write('half')
  input.destroy(Object.assign(new Error('read EIO'), { code: 'EIO', syscall: 'read' }))
  await done
  await readLines(input, (line) => void lines.push(line), { signal: never, max: 10 })
  const aborted = { signal: AbortSignal.abort(), max: 10 }
  await readLines(Readable.from(['never\n']), (line) => void lines.push(line), aborted)
  assert.ok(lines.length <= 1)
})
