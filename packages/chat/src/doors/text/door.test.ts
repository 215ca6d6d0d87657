/** The text door over real sockets: what only a network has. Conversations are in test/transcripts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerHooks } from '../../server.ts'
import { everybodyTalks } from '../../testing/everybody-talks.ts'
import { FakeClock } from '../../testing/fake-clock.ts'
import { type SocketClient, SocketStage } from '../../testing/socket-stage.ts'
import { banner } from './format.ts'

async function onStage(
  hooks: Partial<ServerHooks>,
  play: (stage: SocketStage) => Promise<void>,
): Promise<void> {
  const stage = await SocketStage.open(hooks)
  try {
    assert.match(await stage.stdout.next(), /^Listening on :\d+$/)
    await play(stage)
  } finally {
    await stage.server.close()
  }
}

async function recvText({ socket }: SocketClient): Promise<string> {
  return (await socket.recv(65_536, { timeout: 60_000 }))?.toString() ?? 'the end'
}

async function enter(stage: SocketStage, name: string): Promise<SocketClient> {
  const client = await stage.connect()
  assert.equal(await recvText(client), banner('Partyline'))
  await client.send(`${name}\n`)
  assert.equal(await recvText(client), `${name} logged in\n`)
  return client
}

test('the text door sends its welcome in one write and each message in one of its own', async () => {
  await onStage({}, async (stage) => {
    const ann = await enter(stage, 'ann')
    for (const text of ['one', 'two', 'three']) {
      await ann.send(text.concat('\n'))
      assert.equal(await recvText(ann), `ann::${text}\n`)
    }
  })
})

test('the text door refuses the 257th connection of a private address with a sentence, and not a word on stdout', async () => {
  await onStage({}, async (stage) => {
    const clients: SocketClient[] = []
    for (let count = 0; count < 256; count += 1) clients.push(await stage.connect())
    for (const client of clients) assert.equal(await recvText(client), banner('Partyline'))
    const late = await stage.connect()
    assert.equal(
      await recvText(late),
      '-- 256 connections from your address are open already; close one first\n',
    )
    assert.equal(await late.readLine(), null)
    assert.match(
      await stage.stderr.next(),
      /^refused 1 connections so far, the latest from 127\.0\.0\.1:\d+: 256/,
    )
    for (let count = 0; count < 256; count += 1)
      assert.equal(await stage.stdout.next(), 'Incoming Connection')
    await clients[0]?.hangUp()
    assert.equal(await stage.stdout.next(), 'client disconnecting')
    assert.equal(await recvText(await stage.connect()), banner('Partyline'))
  })
})

test('the text door cuts off a client that does not read, says so, and nobody else is held up', async () => {
  const clock = new FakeClock()
  await onStage({ clock, pace: { burst: 1e9, perSecond: 1e9 } }, async (stage) => {
    const [ann, slow] = [await enter(stage, 'ann'), await stage.connect()]
    await slow.send('slow\n')
    assert.equal(await recvText(ann), 'slow logged in\n')
    slow.socket.node.pause() // from here on it takes nothing
    const line = `${'x'.repeat(4000)}\n`
    const cut = stage.stderr.next()
    let isCut = false
    void cut.then(() => {
      isCut = true
    })
    for (let rounds = 0; !isCut && rounds < 5000; rounds += 1) {
      await ann.send(line.repeat(8))
      for (let count = 0; count < 8 && !isCut; count += 1) {
        assert.equal(await ann.readLine(), `ann::${line.trimEnd()}`)
      }
      if (rounds % 4 === 0) await clock.advance(1000)
    }
    assert.match(await cut, /^cut off 127\.0\.0\.1:\d+: it takes its bytes too slowly, \d+ are unsent$/)
    for (let next = await ann.readLine(); next !== 'slow disconnected'; next = await ann.readLine()) {
      assert.equal(next, `ann::${line.trimEnd()}`)
    }
    await slow.hangUp()
  })
})

test('the text door slows down who talks too fast, and loses nothing of it', async () => {
  const clock = new FakeClock()
  await onStage({ clock, pace: { burst: 5, perSecond: 10 } }, async (stage) => {
    const ann = await enter(stage, 'ann') // the name is the first of the five
    await ann.send(Array.from({ length: 10 }, (_, index) => `${index}\n`).join(''))
    for (let index = 0; index < 5; index += 1) assert.equal(await ann.readLine(), `ann::${index}`)
    for (let index = 5; index < 10; index += 1) {
      await clock.advance(100)
      assert.equal(await ann.readLine(), `ann::${index}`)
    }
  })
})

test('the text door: all hear every line whole, once and in one order', async () => {
  await onStage({}, (stage) => everybodyTalks(stage, 40, 25))
})
