import assert from 'node:assert/strict'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { watchReader } from './lost-reader.ts'
import { pipeEnds } from './testing/pipe-ends.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'only where tail is that of GNU' }

test('watchReader calls when nobody can read a pipe any more, and not before', ON_LINUX, async (t) => {
  const { reading, writing } = pipeEnds(t)
  writeSync(writing, 'unread')
  const called = Promise.withResolvers<void>()
  let isOpen = true
  const stop = watchReader(writing, () => {
    assert.equal(isOpen, false)
    called.resolve()
  })
  t.after(stop)
  await new Promise(setImmediate)
  isOpen = false
  closeSync(reading)
  await called.promise
})

test('watchReader watches only pipes', (t) => {
  const file = openSync(join(import.meta.dirname, 'lost-reader.test.ts'), 'r')
  t.after(() => closeSync(file))
  for (const descriptor of [file, undefined, null, 2 ** 30]) watchReader(descriptor, assert.fail)()
})
