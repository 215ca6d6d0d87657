/** The chat: who hears what, in which order, and that nothing of it depends on luck. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../stores/memory.ts'
import { type Guest, openChat as open, refuses, rejects } from '../testing/chat-guests.ts'
import { LIMITS } from './limits.ts'

test('Chat: the newcomer hears their own coming first, whatever was said in the same commit', async () => {
  const { chat, clock, enter } = open({ window: 10 })
  const ann = await enter('ann')
  await clock.advance(10)
  chat.say(ann.session, 'goes at once')
  await clock.settle()
  chat.say(ann.session, 'before')
  const bob = await enter('bob')
  chat.say(ann.session, 'after')
  await clock.advance(10)
  assert.deepEqual(bob.heard, ['bob logged-in', 'ann said after'])
  assert.deepEqual(ann.heard.slice(2), ['ann said before', 'bob logged-in', 'ann said after'])
})

test('Chat: sessions that hear the same get the same object, encoded once', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.say(ann.session, 'one')
  chat.say(bob.session, 'two')
  await clock.settle()
  assert.equal(ann.batches.at(-1), bob.batches.at(-1))
  assert.equal(ann.batches.at(-1)?.events.length, 2)
})

test('Chat: an event has its place in the room and its time', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'one')
  chat.act(ann.session, 'waves')
  await clock.settle()
  const kept = ann.batches.flatMap(({ events }) => events).flatMap((event) => ('seq' in event ? [event] : []))
  assert.deepEqual(
    kept.map(({ seq, time, kind }) => [seq, time - clock.now(), kind]),
    [
      [1, 0, 'said'],
      [2, 1, 'action'],
    ],
  )
})

test('Chat: a private message is heard by its two, and who looks elsewhere hears it too', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  await clock.settle()
  chat.join(bob.session, '#den')
  chat.tell(ann.session, 'BOB', 'psst')
  chat.say(ann.session, 'aloud')
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-2), ['ann said psst', 'ann said aloud'])
  assert.deepEqual(cec.heard.slice(-1), ['ann said aloud'])
  assert.ok(!cec.heard.includes('ann said psst'))
  assert.deepEqual(bob.heard.slice(-2), ['bob joined', 'ann said psst'])
  assert.deepEqual(bob.news, ['#lobby 1'])
  refuses(() => chat.tell(ann.session, 'dan', 'x'), 'no-such-person')
  refuses(() => chat.tell(ann.session, 'ann', 'x'), 'that-is-you')
})

test('Chat: who comes in with a private message between others does not hear it', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  const cec = await enter('cec')
  chat.tell(ann.session, 'bob', 'psst')
  chat.join(bob.session, '#den')
  await clock.settle()
  assert.deepEqual(cec.heard, ['cec logged-in'])
  assert.deepEqual(bob.heard.slice(-2), ['ann said psst', 'bob joined'])
})

test('Chat: who looks at a room hears nothing of it before their coming has its turn', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store, window: 10 })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  chat.join(ann.session, '#den')
  await clock.advance(20)
  chat.say(ann.session, 'goes at once')
  await clock.settle()
  const append = store.append.bind(store)
  store.append = (batch) => {
    chat.join(bob.session, '#den') // while the commit is under way
    store.append = append
    return append(batch)
  }
  await enter('cec')
  chat.say(ann.session, 'secret')
  await clock.advance(30)
  assert.deepEqual(bob.heard.slice(-2), ['cec logged-in', 'bob joined'])
  assert.deepEqual(ann.heard.slice(-3), ['cec logged-in', 'ann said secret', 'bob joined'])
})

test('Chat: what was said in private is not in the history of who takes the name next', async () => {
  const { chat, clock, enter, store } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.tell(ann.session, 'bob', 'one')
  await clock.settle()
  const key = ann.batches.flatMap(({ events }) => events).findLast((event) => 'room' in event)?.room ?? ''
  assert.equal((await store.room(key))?.messages, 1)
  chat.leave(bob.session)
  await clock.settle()
  const next = await enter('bob')
  await clock.settle()
  chat.tell(ann.session, 'bob', 'two')
  await clock.settle()
  assert.equal(next.session.person.name, 'bob')
  assert.equal((await store.room(key))?.messages, 1)
})

test('Chat.join: who comes into a room hears it from their coming on, and not a word from before', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  chat.join(ann.session, '#den')
  await clock.settle()
  chat.say(ann.session, 'before')
  chat.join(bob.session, '#den')
  chat.say(ann.session, 'after')
  chat.say(bob.session, 'hello')
  await clock.settle()
  assert.deepEqual(bob.heard.slice(-3), ['bob joined', 'ann said after', 'bob said hello'])
  assert.deepEqual(ann.heard.slice(-4), ['ann said before', 'bob joined', 'ann said after', 'bob said hello'])
})

test('Chat.join: a room ends with the last who leaves, and its limits hold', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.join(ann.session, '#den')
  refuses(() => chat.join(ann.session, '#d en'), 'bad-room-name')
  refuses(() => chat.join(ann.session, '#1obby'), 'room-looks-alike')
  for (let room = ann.session.person.rooms.size; room < LIMITS.roomsPerPerson; room += 1) {
    chat.join(ann.session, `r-${room}`)
  }
  refuses(() => chat.join(ann.session, '#more'), 'too-many-rooms')
  chat.join(ann.session, '#den') // known already: fine
  chat.leave(ann.session)
  await clock.settle()
  assert.deepEqual(
    chat.rooms().map(({ name }) => name),
    ['#lobby'],
  )
})

test('Chat.join: there is a limit on rooms in all', async () => {
  const { chat, clock, enter } = open()
  let rooms = 1
  for (let guest = 0; guest * (LIMITS.roomsPerPerson - 1) < LIMITS.rooms - 1; guest += 1) {
    const { session } = await enter(`g${guest}x`)
    for (; session.person.rooms.size < LIMITS.roomsPerPerson && rooms < LIMITS.rooms; rooms += 1) {
      chat.join(session, `${guest}-${session.person.rooms.size}-`)
    }
  }
  const late = await enter('late')
  await clock.settle()
  assert.equal(chat.rooms().length, LIMITS.rooms)
  refuses(() => chat.join(late.session, '#more'), 'no-more-rooms')
})

test('Chat.leave: the name is free when everybody has heard that it went, and not before', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  const bob = await enter('bob')
  await clock.settle()
  chat.say(bob.session, 'last words')
  chat.leave(bob.session)
  chat.leave(bob.session)
  assert.equal((await enter('bob')).session.person.name, 'bob2')
  await clock.settle()
  assert.equal((await enter('bob')).session.person.name, 'bob')
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-4), [
    'bob said last words',
    'bob disconnected',
    'bob2 logged-in',
    'bob logged-in',
  ])
  assert.deepEqual(bob.heard.at(-1), 'bob logged-in')
  assert.deepEqual(
    chat.people().map(({ name }) => name),
    ['ann', 'bob2', 'bob'],
  )
})

test('Chat.giveUp: a claim that nobody enters with leaves nothing behind', async () => {
  const { chat, clock } = open()
  chat.giveUp(await chat.claimName('ann'))
  await clock.settle()
  assert.equal((await chat.claimName('ann')).name, 'ann')
})

test('Chat: a listener that throws fails alone', async () => {
  const { chat, clock, enter } = open()
  const fault = new Error('bug')
  const ann = await enter('ann', () => {
    throw fault
  })
  const bob = await enter('bob')
  await clock.settle()
  chat.say(bob.session, 'hello')
  await clock.settle()
  assert.deepEqual(new Set(ann.faults), new Set([fault]))
  assert.deepEqual(bob.heard, ['bob logged-in', 'bob said hello'])
})

test('Chat: a session that leaves while it is being told things holds up nobody', async () => {
  const { chat, clock, enter } = open()
  const guests: Guest[] = []
  for (const name of ['ann', 'bob', 'cec']) {
    guests.push(
      await enter(name, ({ events }) => {
        if (events.some((event) => 'text' in event))
          for (const { session } of guests.slice(0, 2)) chat.leave(session)
      }),
    )
  }
  await clock.settle()
  const [, , cec] = guests
  assert.ok(cec !== undefined)
  chat.say(cec.session, 'go')
  await clock.settle()
  assert.deepEqual(cec.heard.slice(-3), ['cec said go', 'ann disconnected', 'bob disconnected'])
  assert.ok(!guests[1]?.heard.includes('cec said go'), 'heard something after leaving')
  assert.deepEqual(
    chat.people().map(({ name }) => name),
    ['cec'],
  )
})

test('Chat: a session that has left hears nothing more, not even what is for it alone', async () => {
  const { chat, clock, enter } = open()
  const bob = { leave: () => {} }
  const ann = await enter('ann', () => bob.leave())
  const guest = await enter('bob')
  await clock.settle()
  bob.leave = () => chat.leave(guest.session)
  chat.tell(ann.session, 'bob', 'psst')
  await clock.settle()
  assert.equal(ann.heard.at(-1), 'bob disconnected')
  assert.equal(guest.heard.at(-1), 'bob logged-in')
})

test('Chat.close: what was said is delivered, nothing more is accepted, and leaving is silent', async () => {
  const { chat, clock, enter } = open({ window: 10 })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.advance(10)
  for (const text of ['one', 'two']) chat.say(ann.session, text)
  const closed = chat.close()
  refuses(() => chat.say(ann.session, 'late'), 'closing')
  await rejects(chat.claimName('cec'), 'closing')
  chat.leave(ann.session)
  await clock.advance(20)
  await closed
  assert.deepEqual(bob.heard.slice(-2), ['ann said one', 'ann said two'])
})
