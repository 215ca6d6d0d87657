import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryPair } from '@partyline/sockets/testing'
import { hello } from './hello.ts'
import { answerTo } from './testing/conversation.ts'

for (const { name, input, answer } of [
  { name: 'a line', input: 'hi back atcha\r\n', answer: 'hello\nhi back atcha\r\n' },
  { name: 'bytes without a newline', input: 'hi', answer: 'hello\nhi' },
  { name: 'two lines in one packet', input: 'a\nb\n', answer: 'hello\na\nb\n' },
  { name: '1000 bytes of more', input: 'x'.repeat(2500), answer: `hello\n${'x'.repeat(1000)}` },
  { name: 'nothing', input: '', answer: 'hello\n' },
]) {
  test(`hello says hello and sends back ${name}`, async (t) => {
    assert.equal(await answerTo(t, hello, input), answer)
  })
}

test('hello receives once: of what comes byte by byte it sends back the first', async (t) => {
  assert.equal(await answerTo(t, hello, 'hi', 1), 'hello\nh')
})

test('hello speaks first', async () => {
  const [client, server] = memoryPair()
  const done = hello(server)
  assert.equal((await client.recv())?.toString(), 'hello\n')
  await client.send('x')
  assert.equal((await client.recv())?.toString(), 'x')
  assert.equal(await client.recv(), null)
  await done
})

test('hello ends with the error when the client resets', async () => {
  const [client, server] = memoryPair()
  const done = hello(server)
  client.abort()
  await assert.rejects(done, { code: 'reset' })
})

test('hello gives up as its op says', async () => {
  const [, server] = memoryPair()
  await assert.rejects(hello(server, { signal: AbortSignal.abort() }), { code: 'aborted' })
  await assert.rejects(hello(server, { timeout: 0 }), { code: 'timeout' })
})
