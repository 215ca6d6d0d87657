/** Text sessions: what happens between the lines that the transcripts show. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTextLine } from '@partyline/protocols'
import fc from 'fast-check'
import { fitName } from '../../core/names.ts'
import type { Store } from '../../core/store.ts'
import { MemoryStore } from '../../stores/memory.ts'
import { type MemoryClient, MemoryStage } from '../../testing/memory-stage.ts'
import { COMMANDS } from './commands.ts'

async function join(stage: MemoryStage, ...names: string[]): Promise<MemoryClient[]> {
  const clients: MemoryClient[] = []
  for (const name of names) {
    const client = await stage.connect()
    await client.send(Buffer.from(`${name}\n`))
    clients.push(client)
  }
  for (const client of clients) client.outlet.lines()
  return clients
}

/** A store whose claims wait until they are let through. */
function waitingStore(): { store: Store; claims: (() => void)[] } {
  const inner = new MemoryStore({ now: () => 0 })
  const claims: (() => void)[] = []
  const store: Store = {
    append: (batch) => inner.append(batch),
    latest: (room, count) => inner.latest(room, count),
    count: (room) => inner.count(room),
    claimName: async (keys, holder) => {
      await new Promise<void>((resolve) => claims.push(resolve))
      return inner.claimName(keys, holder)
    },
    releaseName: (holder) => inner.releaseName(holder),
    close: () => inner.close(),
  }
  return { store, claims }
}

test('TextSession sends the welcome in one write, before anything is read, and nothing else', async () => {
  const client = await new MemoryStage().connect()
  assert.equal(client.outlet.writes.length, 1)
  assert.equal(client.session.state, 'naming')
})

test('TextSession: each message is a write of its own in a calm room', async () => {
  const stage = new MemoryStage()
  const [ann, bob] = await join(stage, 'ann', 'bob')
  const before = bob?.outlet.writes.length
  await ann?.send(Buffer.from('one\ntwo\nthree\n'))
  assert.deepEqual(bob?.outlet.writes.slice(before), ['ann::one\n', 'ann::two\n', 'ann::three\n'])
})

test('TextSession: in a busy room lines are joined', async () => {
  const stage = new MemoryStage()
  const [ann, bob] = await join(stage, 'ann', 'bob')
  await ann?.send(Buffer.from('flood\n'.repeat(400)))
  const before = bob?.outlet.writes.length ?? 0
  await ann?.send(Buffer.from('x\n'.repeat(50)))
  assert.equal((bob?.outlet.writes.length ?? 0) - before, 1)
  assert.equal(bob?.outlet.lines().length, 450)
})

test('TextSession: a line that comes while the name is claimed waits for it', async () => {
  const { store, claims } = waitingStore()
  const client = await new MemoryStage({ store }).connect()
  await client.send(Buffer.from('ann\nhello\n/quit\n'))
  assert.equal(client.session.state, 'entering')
  assert.equal(client.outlet.writes.length, 1)
  for (const go of claims.splice(0)) go()
  await client.send(new Uint8Array())
  assert.deepEqual(client.outlet.writes.slice(1), ['ann logged in\n', 'ann::hello\n'])
  assert.equal(client.outlet.ended, 'closed')
})

test('TextSession.hangUp while the name is claimed gives the name back, and nobody hears of it', async () => {
  const { store, claims } = waitingStore()
  const stage = new MemoryStage({ store })
  const [first, second] = [await stage.connect(), await stage.connect()]
  await first.send(Buffer.from('ann\n'))
  await first.hangUp()
  for (const go of claims.splice(0)) go()
  await stage.clock.settle()
  await second.send(Buffer.from('ann\n'))
  for (const go of claims.splice(0)) go()
  await stage.clock.settle()
  assert.deepEqual(second.outlet.writes.slice(1), ['ann logged in\n'])
  assert.deepEqual([first.session.state, stage.clock.pending], ['gone', 0])
})

test('TextSession.hangUp, shutDown and finish leave no timer behind, in any state and any order', async () => {
  for (const lines of ['', 'ann\n', 'ann\nhello', 'ann\nhello\n/join den\n', 'ann\n/history\n/quit\n']) {
    const stage = new MemoryStage()
    const [other] = await join(stage, 'other')
    const client = await stage.connect()
    await client.send(Buffer.from(lines))
    await client.end()
    client.session.shutDown()
    await client.hangUp()
    await client.send(Buffer.from('late\n'))
    await other?.hangUp()
    assert.deepEqual([client.session.state, stage.clock.pending, stage.faults], ['gone', 0, []], lines)
    assert.equal(stage.chat.population, 0)
  }
})

test('TextSession.hangUp: news that are still to be told are not', async () => {
  const stage = new MemoryStage()
  const [ann, bob] = await join(stage, 'ann', 'bob')
  await ann?.send(Buffer.from('/join den\n'))
  await bob?.send(Buffer.from('one\n'))
  await bob?.send(Buffer.from('two\n'))
  assert.equal(stage.clock.pending, 1)
  await ann?.hangUp()
  assert.equal(stage.clock.pending, 0)
})

test('TextSession cuts off a client that takes nothing more, and the others hear that it went', async () => {
  const stage = new MemoryStage()
  const [ann, bob] = await join(stage, 'ann', 'bob')
  assert.ok(ann !== undefined && bob !== undefined)
  bob.outlet.full = true
  await ann.send(Buffer.from('hello\n'))
  assert.match(bob.outlet.ended ?? '', /too slowly/)
  assert.deepEqual(ann.outlet.lines(), ['ann::hello', 'bob disconnected'])
})

test('TextSession without a name to give says so and closes', async () => {
  const inner = new MemoryStore({ now: () => 0 })
  const store: Store = Object.assign(inner, { claimName: () => Promise.reject(new Error('disk')) })
  const client = await new MemoryStage({ store }).connect()
  await client.send(Buffer.from('ann\nhello\n'))
  assert.deepEqual(client.outlet.writes.slice(1), [
    '-- the server cannot read what it keeps right now; try again later\n',
  ])
  assert.equal(client.outlet.ended, 'closed')
})

test('TextSession ends when our own code fails, and only that session does', async () => {
  const stage = new MemoryStage()
  const [ann, bob] = await join(stage, 'ann', 'bob')
  assert.ok(ann !== undefined && bob !== undefined)
  const fault = new Error('bug')
  stage.chat.say = (session) => {
    if (session.person.name === 'bob') throw fault
  }
  await bob.send(Buffer.from('hello\n'))
  assert.deepEqual(stage.faults, [fault])
  assert.equal(bob.outlet.ended, 'a fault of the server')
  assert.deepEqual([ann.outlet.lines(), ann.outlet.ended], [['bob disconnected'], undefined])
})

const said = fc.record({ who: fc.nat(2), text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }) })

test('TextSession: what everybody hears parses back to who said what, in one order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 3, maxLength: 3 }),
      fc.array(said, { maxLength: 20 }),
      async (typed, talk) => {
        const stage = new MemoryStage()
        const clients = await join(stage, ...typed.map((name) => `x${name.replace(/[\r\n\0]/g, ' ')}`))
        const names = stage.chat.people()
        const expected: [string | undefined, string][] = []
        for (const { who, text } of talk) {
          // What lines and commands are is tested elsewhere; here a text is any one line that is said.
          const line = text
            .replace(/[\r\n\0]/g, ' ')
            .replace(/^\/*/, '')
            .toWellFormed()
          if (line.trim() === '') continue
          expected.push([names[who], line])
          await clients[who]?.send(Buffer.from(`${line}\n`))
        }
        for (const { outlet } of clients) {
          const heard = outlet.lines().map(parseTextLine)
          assert.deepEqual(
            heard.map((line) => (line.kind === 'said' ? [line.name, line.text] : line)),
            expected.map(([name, text]) => {
              const line = parseTextLine(`${name}::${text}`) // through the gate, as it was sent
              return [name, 'text' in line ? line.text : undefined]
            }),
          )
        }
        assert.deepEqual(stage.faults, [])
      },
    ),
    { numRuns: 100 },
  )
})

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('', '/', '//', ...Object.keys(COMMANDS).map((name) => `/${name} `)), fc.string())
      .map(([start, rest]) => Buffer.from(`${start}${rest}\n`)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('\xff\xfd\x03', '\xff\xf6', '\xff\xfa', '\x08')
      .map((s) => Buffer.from(s, 'latin1')),
  },
)

test('TextSession: of any bytes that one sends, others hear only its own lines and what the server says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const stage = new MemoryStage()
      const [ann] = await join(stage, 'ann')
      const stranger = await stage.connect()
      for (const bytes of pieces) {
        await stranger.send(bytes)
        await stage.advance(2100)
      }
      await stranger.end()
      assert.deepEqual(stage.faults, [])
      let name: string | undefined
      for (const line of ann?.outlet.lines() ?? []) {
        const speaker = speakerOf(line)
        name ??= speaker
        assert.equal(speaker, name, line)
        assert.doesNotMatch(line, /[\p{Cc}\p{Bidi_Control}]/u)
      }
      if (name !== undefined) assert.deepEqual(fitName(name), { name, changes: [] })
      assert.equal(ann?.outlet.ended, undefined)
      assert.equal(stage.chat.population, 1)
    }),
    { numRuns: 300 },
  )
})

// Whose line it is, or about whom the server speaks.
function speakerOf(text: string): string | undefined {
  const line = parseTextLine(text)
  if ('name' in line) return line.name
  return line.kind === 'notice' ? /^(\S+) came to #\S+$/.exec(line.text)?.[1] : undefined
}
