import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { CrlfEncoder, readBytes } from './input-bytes.ts'

const NEVER = new AbortController().signal

test('readBytes hands over chunk after chunk, waits for each, and resolves at the end', async () => {
  const input = new PassThrough()
  const taken: string[] = []
  let running = 0
  const read = readBytes(
    input,
    async (bytes) => {
      running += 1
      assert.equal(running, 1)
      await Promise.resolve()
      taken.push(Buffer.from(bytes).toString())
      running -= 1
    },
    NEVER,
  )
  input.write('one')
  input.write('two')
  input.end('three')
  await read
  assert.equal(taken.join(''), 'onetwothree')
})

test('readBytes reads no further than what is being taken', async () => {
  const input = new PassThrough({ highWaterMark: 10 })
  const first = Promise.withResolvers<void>()
  const taken: number[] = []
  const read = readBytes(
    input,
    (bytes) => {
      taken.push(bytes.length)
      return first.promise
    },
    NEVER,
  )
  for (let i = 0; i < 100; i++) input.write(Buffer.alloc(10))
  await new Promise(setImmediate)
  assert.deepEqual(taken, [10])
  input.end()
  first.resolve()
  await read
  assert.equal(
    taken.reduce((sum, length) => sum + length),
    1000,
  )
})

test('readBytes stops when its signal aborts, and leaves the input paused', async () => {
  const input = new PassThrough()
  const controller = new AbortController()
  const read = readBytes(input, async () => {}, controller.signal)
  controller.abort()
  await read
  assert.equal(input.isPaused(), true)
  assert.equal(input.listenerCount('data'), 0)
  await readBytes(input, () => assert.fail('it was aborted before'), controller.signal)
})

test('readBytes resolves for an input that breaks or has ended, and rejects with what take throws', async () => {
  const broken = new PassThrough()
  const read = readBytes(broken, async () => {}, NEVER)
  broken.destroy(new Error('EIO'))
  await read
  await readBytes(broken, async () => {}, NEVER)
  const input = new PassThrough()
  input.write('x')
  const failed = readBytes(input, () => Promise.reject(new Error('no room')), NEVER)
  await assert.rejects(failed, /no room/)
  assert.equal(input.listenerCount('data'), 0)
})

test('CrlfEncoder makes CR LF of each LF that has no CR, wherever the bytes are cut', () => {
  const text = fc.array(fc.constantFrom('\r', '\n', 'a', 'é')).map((parts) => Buffer.from(parts.join('')))
  fc.assert(
    fc.property(text, fc.array(fc.nat(20)), (bytes, cuts) => {
      const encoder = new CrlfEncoder()
      const parts: Uint8Array[] = []
      let rest: Uint8Array = bytes
      for (const cut of cuts) {
        parts.push(encoder.encode(rest.subarray(0, cut)))
        rest = rest.subarray(cut)
      }
      parts.push(encoder.encode(rest))
      assert.equal(Buffer.concat(parts).toString(), bytes.toString().replace(/(?<!\r)\n/g, '\r\n'))
    }),
  )
})
