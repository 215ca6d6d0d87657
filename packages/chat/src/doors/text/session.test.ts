/** Text sessions: what happens between the lines that the transcripts show. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTextLine } from '@partyline/protocols'
import fc from 'fast-check'
import { LIMITS } from '../../core/limits.ts'
import type { Store } from '../../core/store.ts'
import { MemoryStore } from '../../stores/memory.ts'
import { type MemoryClient, MemoryStage } from '../../testing/memory-stage.ts'
import { assertHarmless, INPUTS, strangers } from '../../testing/strangers.ts'

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
  const store = new MemoryStore({ now: () => 0 })
  const claims: (() => void)[] = []
  const claimName = store.claimName.bind(store)
  store.claimName = async (...claim) => {
    await new Promise<void>((resolve) => claims.push(resolve))
    return claimName(...claim)
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

test('TextSession: who comes back at once has their name again, though others still have to hear that they left', async () => {
  const stage = new MemoryStage({ commitWindow: 10 })
  const ann = await stage.connect()
  await ann.send(Buffer.from('ann\n'))
  await ann.hangUp()
  const again = await stage.connect()
  await again.send(Buffer.from('ann\n'))
  await stage.clock.advance(20)
  assert.deepEqual(again.outlet.writes.slice(1), ['ann logged in\n'])
})

test('TextSession: a first line that is too long ends it: a web page cannot say the rest of its request', async () => {
  const stage = new MemoryStage()
  const [ann] = await join(stage, 'ann')
  const client = await stage.connect()
  const target = 'x'.repeat(LIMITS.messageBytes)
  await client.send(
    Buffer.from(`POST /${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nhello from elsewhere\r\n`),
  )
  assert.deepEqual(client.outlet.writes.slice(1), [
    '-- that line was 4111 bytes long, names have at most 32 characters; come back with a shorter one\n',
  ])
  assert.deepEqual([client.outlet.ended, ann?.outlet.lines()], ['closed', []])
})

test('TextSession: what was typed in place of a name is repeated in part only', async () => {
  const [ann] = await join(new MemoryStage(), 'ann')
  const typed = 'x'.repeat(1000)
  await ann?.send(Buffer.from(`/${typed}\n/help ${typed}\n/msg ${typed} hi\n/nick ${typed}\n`))
  const short = `${'x'.repeat(64)}…`
  assert.deepEqual(ann?.outlet.lines().slice(0, 3), [
    `-- there is no command /${short}: /help lists them; to say it, begin with //`,
    `-- there is no command /${short}: /help lists them`,
    `-- ${short}: nobody here has that name; /who lists everybody`,
  ])
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
  await second.hangUp()
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
  const { pending } = stage.clock
  await ann?.hangUp()
  assert.equal(stage.clock.pending, pending - 1)
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
  const store: Store = Object.assign(inner, { claimName: () => Promise.resolve(false) })
  const client = await new MemoryStage({ store }).connect()
  await client.send(Buffer.from('ann\nhello\n'))
  assert.deepEqual(client.outlet.writes.slice(1), [
    '-- ann: no free name was found; come back with another name\n',
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
        const names = stage.chat.people().map(({ name }) => name)
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

// 10,000 inputs; session.long.test.ts has more.
test('TextSession: of any bytes that one sends, others hear only its own lines and what the server says', async () => {
  await fc.assert(fc.asyncProperty(strangers, assertHarmless), { numRuns: 10_000 / INPUTS })
})

const forTheServer = fc
  .constantFrom('help', 'who', 'rooms', 'history', 'search', 'style', 'leave', 'msg nobody', 'nonsense', '')
  .map((command) => `/${command} sesame`)
const forSomebody = fc.constantFrom(
  'hello',
  '/me waves',
  '/join den',
  '/join lobby',
  '/join @bob',
  '/msg ann hi',
)

test('TextSession: what somebody asks of the server, nobody else hears', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(forTheServer, forSomebody), { maxLength: 20 }), async (lines) => {
      const stage = new MemoryStage()
      const [ann, bob, cec] = await join(stage, 'ann', 'bob', 'cec')
      for (const line of lines) await cec?.send(Buffer.from(`${line}\n`))
      for (const other of [ann, bob]) assert.doesNotMatch(other?.outlet.lines().join() ?? '', /sesame/)
      assert.deepEqual(stage.faults, [])
    }),
  )
})
