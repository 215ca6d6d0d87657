import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryPair } from '@partyline/sockets/testing'
import fc from 'fast-check'
import { commands } from './commands.ts'
import { greeter } from './greeter.ts'
import { LineInput } from './line-input.ts'
import { login } from './login.ts'
import { collect } from './testing/collect.ts'
import { Conversation, type Serves } from './testing/conversation.ts'

const LINE_SERVICES: readonly Serves[] = [
  greeter,
  (socket) => commands(socket),
  (socket) => login(socket, { verify: async (name, password) => name > password, wait: async () => {} }),
]

// 255 begins a telnet command, whose answer is no text.
const roughBytes = fc
  .array(fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x00, 0x45, 0x1b, 0xc3, 0xa9), fc.nat({ max: 254 })), {
    maxLength: 200,
    size: 'max',
  })
  .map((values) => Uint8Array.from(values))

test('the line services answer any bytes, wherever they are cut, with lines that any terminal can show', async () => {
  await fc.assert(
    fc.asyncProperty(roughBytes, fc.integer({ min: 1, max: 50 }), async (bytes, chunk) => {
      for (const serve of LINE_SERVICES) {
        const [client, server] = memoryPair({ chunk })
        const done = serve(server)
        if (bytes.length > 0) void client.send(bytes)
        void client.shutdown()
        assert.match(Buffer.concat(await collect(client)).toString(), /^(?:\P{Cc}*\n)*$/u)
        await done
      }
    }),
  )
})

test('LineInput.next gives each line, and null for ever after the last one', async () => {
  const [client, server] = memoryPair()
  const input = new LineInput(server)
  await client.send('one\r\n\r\ntwo')
  await client.shutdown()
  assert.deepEqual(
    [await input.next(), await input.next(), await input.next(), await input.next()],
    ['one', 'two', null, null],
  )
})

test('LineInput.next refuses a line that is too long and takes the one after it, unless it was the first', async () => {
  const [client, server] = memoryPair()
  const input = new LineInput(server)
  await client.send(`ann\n${'x'.repeat(5000)}\nbob\n`)
  assert.deepEqual([await input.next(), await input.next()], ['ann', 'bob'])
  assert.equal(String(await client.recv()), 'a line has at most 4096 bytes\n')
})

test('LineInput.next takes no line of a request whose target is longer than a line', async () => {
  const [client, server] = memoryPair()
  const input = new LineInput(server)
  await client.send(`POST /${'a'.repeat(5000)} HTTP/1.1\r\nHost: x\r\n\r\nT\r\nE\r\n`)
  assert.equal(await input.next(), null)
  assert.equal(String(await client.recv()), 'a line has at most 4096 bytes\n')
})

test('LineInput.next takes a request line for a line when it is not the first', async () => {
  const [client, server] = memoryPair()
  const input = new LineInput(server)
  await client.send('ann\nGET / HTTP/1.1\n')
  assert.equal(await input.next(), 'ann')
  assert.equal(await input.next(), 'GET / HTTP/1.1')
})

test('LineInput.next says how long it waited, as its op says', async (t) => {
  const conversation = new Conversation(t, async (socket) => {
    assert.equal(await new LineInput(socket, { timeout: 2000 }).next(), null)
    await socket.close()
  })
  await conversation.pass(1999)
  assert.equal(conversation.client.buffered, 0)
  await conversation.pass(1)
  assert.equal(await conversation.rest(), 'nothing came for 2 seconds\n')
  await conversation.done
})

test('LineInput.next rejects when it is cancelled, and when the connection breaks', async () => {
  const [, server] = memoryPair()
  await assert.rejects(new LineInput(server, { signal: AbortSignal.abort() }).next(), { code: 'aborted' })
  const [client, other] = memoryPair()
  const next = new LineInput(other).next()
  client.abort()
  await assert.rejects(next, { code: 'reset' })
})
