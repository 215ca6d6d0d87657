/** Resuming: everything after a number, then live, without gap or double, whatever happens meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryStore } from '../stores/memory.ts'
import { type Guest, openChat as open, rejects } from '../testing/chat-guests.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { LIMITS } from './limits.ts'
import { pairKey } from './room-names.ts'

/** The numbers of all that a guest heard, in order. */
function numbers({ batches }: Guest): number[] {
  return batches.flatMap(({ events }) => events).flatMap((event) => ('seq' in event ? [event.seq] : []))
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

test('Chat.resume: who comes back hears what they missed, then what is said now', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  for (let count = 1; count <= 7; count += 1) chat.say(ann.session, String(count))
  await clock.settle()
  const bob = await enter('bob')
  const resumed = chat.resume(bob.session, '#lobby', 3)
  chat.say(ann.session, '8')
  await clock.settle()
  assert.deepEqual(await resumed, { skipped: 0, given: 5 })
  chat.say(ann.session, '9')
  await clock.settle()
  assert.equal(bob.heard[0], 'bob logged-in')
  assert.deepEqual(numbers(bob), upTo(9, 4))
  const given = bob.batches.find(({ resumed: from }) => from !== undefined)
  assert.deepEqual(given?.resumed, { room: '#lobby', skipped: 0 })
  assert.equal(bob.session.catchUps.size, 0, 'nothing is left of it')
  assert.deepEqual(numbers(ann), upTo(9))
})

test('Chat.resume: of too much it gives the newest, and says how much it skips', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  const said = LIMITS.resume + 50
  for (let count = 1; count <= said; count += 1) chat.say(ann.session, String(count))
  await clock.settle()
  const bob = await enter('bob')
  assert.deepEqual(await chat.resume(bob.session, '#lobby', 10), { skipped: 40, given: LIMITS.resume })
  assert.deepEqual(numbers(bob), upTo(said, 51))
  const skips = bob.batches.flatMap(({ resumed }) => resumed?.skipped ?? [])
  assert.deepEqual(skips, [40, 0, 0, 0, 0])
})

test('Chat.resume: edits and topics come too; a number from the future is no harm', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.setTopic(ann.session, 'x')
  await clock.settle()
  const bob = await enter('bob')
  assert.deepEqual(await chat.resume(bob.session, '#lobby', 1_000_000), { skipped: 0, given: 0 })
  chat.say(ann.session, 'now')
  await clock.settle()
  assert.deepEqual(numbers(bob), [2])
  const cec = await enter('cec')
  await chat.resume(cec.session, '#lobby', 0)
  assert.deepEqual(cec.heard, ['cec logged-in', 'ann topic x', 'ann said now'])
})

test('Chat.resume of a conversation, and of a room that one is not in', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  for (const text of ['one', 'two']) chat.tell(ann.session, 'bob', text)
  await clock.settle()
  await chat.resume(bob.session, pairKey(ann.session.person.id, bob.session.person.id), 1)
  assert.deepEqual(bob.heard.slice(-3), ['ann said one', 'ann said two', 'ann said two'])
  await rejects(chat.resume(bob.session, '#den', 0), 'not-in-room')
})

test('Chat.resume: when the store cannot read it rejects, and the session goes on live', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  await clock.settle()
  const broken = Promise.withResolvers<never>()
  store.since = () => broken.promise
  const bob = await enter('bob')
  const resumed = chat.resume(bob.session, '#lobby', 0)
  chat.say(ann.session, 'one')
  await clock.settle()
  assert.deepEqual(bob.heard, ['bob logged-in'])
  broken.reject(new Error('disk'))
  await rejects(resumed, 'store-failed')
  chat.say(ann.session, 'two')
  await clock.settle()
  assert.deepEqual(bob.heard, ['bob logged-in', 'ann said one', 'ann said two'])
})

test('Chat.resume: when more is said meanwhile than may wait, it is read from the store', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  await clock.settle()
  const room = store.room.bind(store)
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  store.room = async (key) => {
    const record = await room(key)
    asked.resolve()
    await answer.promise
    return record
  }
  const bob = await enter('bob')
  const resumed = chat.resume(bob.session, '#lobby', 0)
  await asked.promise
  const said = LIMITS.resumeHeld + 200
  for (let count = 0; count < said; count += 1) chat.say(ann.session, String(count))
  await clock.settle()
  assert.deepEqual(numbers(bob), [])
  answer.resolve()
  await resumed
  chat.say(ann.session, 'now')
  await clock.settle()
  assert.deepEqual(numbers(bob), upTo(said + 1))
})

test('Chat.resume asked again while it runs: from then on everything after the new number, once', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  for (let count = 1; count <= 5; count += 1) chat.say(ann.session, String(count))
  await clock.settle()
  const bob = await enter('bob')
  const first = chat.resume(bob.session, '#lobby', 0)
  chat.say(ann.session, '6')
  const second = chat.resume(bob.session, '#lobby', 2)
  chat.say(ann.session, '7')
  await clock.settle()
  assert.deepEqual(await first, { skipped: 0, given: 0 })
  assert.deepEqual(await second, { skipped: 0, given: 5 })
  chat.say(ann.session, '8')
  await clock.settle()
  assert.deepEqual(numbers(bob), upTo(8, 3))
})

test('Chat.resume: a store that never answers keeps nobody from hearing what is said', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  await clock.settle()
  store.since = () => new Promise(() => {})
  const bob = await enter('bob')
  const refused = rejects(chat.resume(bob.session, '#lobby', 0), 'store-failed')
  chat.say(ann.session, 'one')
  await clock.advance(5000)
  await refused
  assert.equal(bob.heard.at(-1), 'ann said one')
})

test('Chat.resume: who leaves meanwhile hears nothing more', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'one')
  await clock.settle()
  const bob = await enter('bob')
  const resumed = chat.resume(bob.session, '#lobby', 0)
  chat.leave(bob.session)
  await clock.settle()
  assert.deepEqual(await resumed, { skipped: 0, given: 0 })
  assert.deepEqual(bob.heard, [])
})

/** A store whose reads take a while, each another. */
class SlowReads extends MemoryStore {
  readonly clock: FakeClock
  readonly delays: number[]

  constructor(clock: FakeClock, delays: readonly number[]) {
    super({ now: () => clock.now() })
    this.clock = clock
    this.delays = [...delays]
  }

  override async since(...query: Parameters<MemoryStore['since']>): ReturnType<MemoryStore['since']> {
    const [before, after] = [this.delays.shift() ?? 0, this.delays.shift() ?? 0]
    await new Promise<void>((resolve) => this.clock.after(before, resolve))
    const page = await super.since(...query)
    await new Promise<void>((resolve) => this.clock.after(after, resolve))
    return page
  }
}

test('Chat.resume: however slow the store reads and however much is said meanwhile, no gap and no double', async () => {
  const schedule = fc.record({
    before: fc.nat(450),
    known: fc.nat(450),
    delays: fc.array(fc.nat(30), { maxLength: 10, size: 'max' }),
    pauses: fc.array(fc.nat(15), { maxLength: 30, size: 'max' }),
    /** After so many of the pauses one more session of bob comes, which knows as much as he. */
    second: fc.nat(29),
    window: fc.constantFrom(0, 10),
  })
  await fc.assert(
    fc.asyncProperty(schedule, async ({ before, known, delays, pauses, second, window }) => {
      const clock = new FakeClock()
      const { chat, enter, attach } = open({ clock, store: new SlowReads(clock, delays), window })
      const ann = await enter('ann')
      for (let count = 0; count < before; count += 1) chat.say(ann.session, 'before')
      await clock.advance(100)
      const bob = await enter('bob')
      const after = Math.min(known, before)
      const resumed = [chat.resume(bob.session, '#lobby', after)]
      const sessions = [bob]
      for (const [index, pause] of pauses.entries()) {
        chat.say(ann.session, 'meanwhile')
        if (index === second) {
          const tab = attach(bob.session, { everywhere: known % 2 === 0 })
          sessions.push(tab)
          resumed.push(chat.resume(tab.session, '#lobby', after))
        }
        await clock.advance(pause)
      }
      await clock.advance(1000)
      await Promise.all(resumed)
      for (const session of sessions) {
        assert.deepEqual(numbers(session), upTo(before + pauses.length, after + 1))
      }
    }),
    { numRuns: 60 },
  )
})

test('Chat.resume asked again while it runs: who came and went meanwhile is heard all the same', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  for (const { session } of [ann, bob]) chat.join(session, '#den')
  await clock.settle()
  const before = bob.heard.length
  const first = chat.resume(bob.session, '#den', 0)
  chat.join(cec.session, '#den')
  await clock.settle()
  const slow = chat.resume(bob.session, '#den', 0)
  chat.part(ann.session, '#den')
  const again = chat.resume(bob.session, '#den', 0)
  chat.say(cec.session, 'one')
  await clock.settle()
  await Promise.all([first, slow, again])
  assert.deepEqual(bob.heard.slice(before), ['cec joined', 'ann left', 'cec said one'])
})

test('Chat.resume: of rooms and conversations in which nothing was ever said nothing is left', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  await clock.settle()
  for (let count = 0; count < 50; count += 1) {
    await chat.resume(ann.session, pairKey(ann.session.person.id, `made up ${count}`), 0)
  }
  assert.equal(ann.session.catchUps.size, 0)
})

test('Chat.resume: of the rooms that one leaves, during it or after it, nothing is left', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  await clock.settle()
  for (const isDuring of [false, true]) {
    const room = `#den${isDuring}`
    chat.join(ann.session, room)
    chat.say(ann.session, 'x', { room })
    await clock.settle()
    const resumed = chat.resume(ann.session, room, 0)
    if (!isDuring) await resumed
    chat.part(ann.session, room)
    await clock.settle()
    await resumed
    assert.equal(ann.heard.at(-1), 'ann left')
    assert.equal(ann.session.catchUps.size, 0)
  }
})
