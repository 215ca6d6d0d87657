import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { SocketError } from './errors.ts'
import { TcpListener } from './tcp-listener.ts'
import { TcpSocket } from './tcp-socket.ts'
import { turns } from './testing/checks/check.ts'
import { until } from './testing/local-pair.ts'
import { connectAndClose, randomResets } from './testing/storm.ts'

test('TcpListener serve and TcpSocket survive 100 resets at random moments', () => randomResets(100, 103))

test('TcpSocket connect and close 1,000 times leave no descriptor, timer or listener', () =>
  connectAndClose(1000))

test('TcpSocket whose reader never reads holds at most 192 KiB in the process', async () => {
  await using listener = await TcpListener.listen(0)
  const pairs = await Promise.all(Array.from({ length: 16 }, () => pairOf(listener)))
  const sent = Buffer.alloc(2 * 1024 * 1024) // one memory for all senders: what grows now is the readers'
  const before = buffersHeld()
  for (const [sender] of pairs) assert.ok(sender.trySend(sent))
  await until(
    () => pairs.every(([, reader]) => heldFor(reader) >= 64 * 1024),
    () => 'the senders did not get going',
  )
  await turns(200) // more could come now
  const perReader = (buffersHeld() - before) / pairs.length
  assert.ok(perReader <= 192 * 1024, `${Math.round(perReader)} bytes are held for each reader`)
  for (const [, reader] of pairs) {
    assert.ok(heldFor(reader) <= 192 * 1024, `${heldFor(reader)} bytes are held for a reader`)
  }
  for (const [sender, reader] of pairs) {
    sender.abort()
    reader.abort()
  }
})

test('TcpSocket whose peer never reads ends at send-queue-full, and the others do not notice', async () => {
  await using listener = await TcpListener.listen(0)
  const [stuck, deaf] = await pairOf(listener)
  const [ann, bob] = await pairOf(listener)
  const block = Buffer.alloc(64 * 1024)
  let accepted = 0
  for (let quiet = 0; quiet < 20; quiet++) {
    while (stuck.trySend(block)) {
      accepted += block.length
      quiet = 0
    }
    await ann.send('hello')
    assert.equal(String(await bob.recvExactly(5)), 'hello')
  }
  while (stuck.trySend(block)) accepted += block.length // what the system still took in the last round
  await assert.rejects(stuck.send('more'), (error) => SocketError.is(error, 'send-queue-full'))
  assert.ok(accepted < 64 * 1024 * 1024)
  assert.ok(stuck.queued < 8 * 1024 * 1024 + block.length)
  for (const socket of [stuck, deaf, ann, bob]) socket.abort()
})

async function pairOf(listener: TcpListener): Promise<[TcpSocket, TcpSocket]> {
  return Promise.all([TcpSocket.connect({ ...listener.address }), listener.accept()])
}

/** Bytes that came for a reader who does not read. */
function heldFor(reader: TcpSocket): number {
  return reader.buffered + reader.node.readableLength
}

/** Bytes of buffers that are alive in this process. */
function buffersHeld(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().arrayBuffers
}
