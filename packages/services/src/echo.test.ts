import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryPair } from '@partyline/sockets/testing'
import { echo } from './echo.ts'
import { answerTo, settled } from './testing/conversation.ts'

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)

test('echo sends back everything until the half close, whole and byte by byte', async () => {
  for (const chunk of [undefined, 1]) {
    const [client, server] = memoryPair({ chunk })
    const done = echo(server)
    await client.send(everyByte)
    await client.shutdown()
    assert.deepEqual(await client.recvExactly(256), Buffer.from(everyByte))
    assert.equal(await client.recv(), null)
    await done
  }
})

test('echo sends back each piece at once', async () => {
  const [client, server] = memoryPair()
  void echo(server)
  for (const piece of ['hel', 'lo\n', 'again']) {
    await client.send(piece)
    assert.equal((await client.recv())?.toString(), piece)
  }
  await client.close()
})

test('echo has nothing to say to nobody', async (t) => {
  assert.equal(await answerTo(t, echo, ''), '')
})

test('echo does not receive from a client that does not: what it keeps has an end, and nothing is lost', async () => {
  const [client, server] = memoryPair()
  const done = echo(server)
  const piece = Buffer.alloc(64 * 1024, 'x')
  let sent = 0
  for (let n = 0; n < 100; n += 1) if (client.trySend(piece)) sent += piece.length
  await settled()
  assert.ok(server.queued + server.buffered < 400_000, `${server.queued} and ${server.buffered} bytes`)
  void client.shutdown()
  let received = 0
  for await (const data of client) received += data.length
  assert.equal(received, sent)
  await done
})
