import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryPair } from '@partyline/sockets/testing'
import { sayLine, talkLines } from './talk.ts'
import { collect } from './testing/collect.ts'

test('sayLine and talkLines carry lines from one to the other, whole and byte by byte', async () => {
  for (const chunk of [undefined, 1]) {
    const [ann, bob] = memoryPair({ chunk })
    await sayLine(ann, 'hello Bob')
    await sayLine(ann, '')
    await sayLine(ann, 'one\r\n\ntwo 🙂\n')
    await ann.shutdown()
    assert.deepEqual(await collect(talkLines(bob)), [
      { text: 'hello Bob' },
      { text: 'one' },
      { text: 'two 🙂' },
    ])
  }
})

test('sayLine refuses a line that the other would refuse, and says nothing of the text', async () => {
  const [ann, bob] = memoryPair()
  await assert.rejects(sayLine(ann, `short\n${'é'.repeat(2049)}`), RangeError)
  await sayLine(ann, 'é'.repeat(2048))
  await ann.shutdown()
  assert.deepEqual(await collect(talkLines(bob)), [{ text: 'é'.repeat(2048) }])
})

test('talkLines tells the length of a line that is too long', async () => {
  const [ann, bob] = memoryPair()
  await ann.send(`${'x'.repeat(5000)}\nhi`)
  await ann.shutdown()
  assert.deepEqual(await collect(talkLines(bob)), [{ tooLong: 5000 }, { text: 'hi' }])
})

test('talkLines throws what ends it, and has given everything before that', async () => {
  const [ann, bob] = memoryPair()
  const stop = new AbortController()
  const lines = talkLines(bob, { signal: stop.signal })
  await ann.send('hi\nthere\n')
  assert.deepEqual(await lines.next(), { done: false, value: { text: 'hi' } })
  stop.abort()
  assert.deepEqual(await lines.next(), { done: false, value: { text: 'there' } })
  await assert.rejects(lines.next(), { code: 'aborted' })
})
