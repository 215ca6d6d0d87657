/** Text connections: telnet, and waiting for one's turn. How lines are split is shown by the transcripts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStage } from '../../testing/memory-stage.ts'
import { TextConnection } from './connection.ts'

test('TextConnection answers telnet, and takes character mode for somebody typing', async () => {
  const stage = new MemoryStage()
  const client = await stage.connect()
  const written: Uint8Array[] = []
  client.outlet.trySend = (data) => {
    written.push(data)
    return true
  }
  await client.send(Buffer.from('\xff\xfd\x03\xff\xfd\x01', 'latin1')) // DO SUPPRESS-GO-AHEAD, DO ECHO
  assert.deepEqual(Buffer.concat(written).toString('latin1'), '\xff\xfb\x03\xff\xfc\x01') // WILL, WONT
  await client.send(Buffer.from('an'))
  await stage.advance(60_000)
  assert.equal(client.session.state, 'naming')
  await client.send(Buffer.from('n\r\0', 'latin1'))
  assert.equal(client.session.state, 'chatting')
})

test('TextConnection waits with the next line while more is said than can be delivered', async () => {
  const stage = new MemoryStage()
  const client = await stage.connect()
  const crowded = Promise.withResolvers<void>()
  let asked = 0
  const chat = {
    ready: () => {
      asked += 1
      return asked === 2 ? crowded.promise : undefined
    },
  }
  const { session, outlet } = client
  const connection = new TextConnection({ chat, clock: stage.clock, session, outlet })
  const fed = connection.feed(Buffer.from('ann\none\ntwo\n'))
  await stage.clock.settle()
  assert.deepEqual(outlet.lines().slice(4), ['ann logged in', 'ann::one'])
  crowded.resolve()
  await fed
  await stage.clock.settle()
  assert.deepEqual(outlet.lines(), ['ann::two'])
})

test('TextConnection.feed after the session has ended does nothing', async () => {
  const stage = new MemoryStage()
  const client = await stage.connect()
  await client.hangUp()
  await client.send(Buffer.from('ann\nhello'))
  await client.end()
  assert.deepEqual([stage.chat.population, stage.clock.pending, stage.faults], [0, 0, []])
})
