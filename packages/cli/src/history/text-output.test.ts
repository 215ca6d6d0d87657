import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryOutput } from '../body-output.ts'
import { fakeIo } from '../testing/fake-io.ts'
import type { WatchReader } from './lost-reader.ts'
import { TextOutput, whileRead } from './text-output.ts'

test('TextOutput writes in large pieces, and all of it', async () => {
  const pieces: number[] = []
  const memory = new MemoryOutput(1_000_000)
  const output = new TextOutput({
    write: async (bytes) => {
      pieces.push(bytes.length)
      await memory.write(bytes)
    },
    finish: async () => {},
    discard: async () => {},
  })
  for (let i = 0; i < 20_000; i += 1) await output.write('tea, é\n')
  await output.flush()
  await output.flush()
  assert.equal(memory.bytes().toString(), 'tea, é\n'.repeat(20_000))
  assert.equal(pieces.length, 3)
})

test('whileRead gives 0, the code of a signal, and 0 when nobody reads any more', async () => {
  assert.equal(await whileRead(fakeIo(), async () => {}), 0)
  const stopped = fakeIo()
  const aborted = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
  const ending = whileRead(stopped, aborted)
  stopped.stop('SIGTERM')
  assert.equal(await ending, 143)
  const unread = fakeIo()
  const leaving = whileRead(unread, aborted)
  unread.stdout.emit('error', Object.assign(new Error('write'), { code: 'EPIPE' }))
  assert.equal(await leaving, 0)
  assert.equal(unread.stdout.listenerCount('error'), 0)
})

test('whileRead watches whether anybody reads for as long as it works, and gives 0 when nobody does', async () => {
  const io = fakeIo()
  const stdout = Object.assign(io.stdout, { fd: 1 })
  const seen: unknown[] = []
  let leave = (): void => assert.fail('nobody watches')
  const watch: WatchReader = (descriptor, left) => {
    seen.push(descriptor)
    leave = left
    return () => seen.push('unwatched')
  }
  const work = async (signal: AbortSignal): Promise<void> => {
    seen.push(signal.aborted)
    leave()
    seen.push(signal.aborted)
  }
  assert.equal(await whileRead({ ...io, stdout }, work, watch), 0)
  assert.deepEqual(seen, [1, false, true, 'unwatched'])
})

test('whileRead fails when standard output cannot be written, also at the very end', async () => {
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
  const io = fakeIo()
  const writing = whileRead(io, async () => void io.stdout.emit('error', full))
  await assert.rejects(writing, { exitCode: 1, message: 'cannot write standard output (ENOSPC).' })
})
