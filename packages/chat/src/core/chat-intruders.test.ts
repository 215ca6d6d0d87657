/** What somebody tries who knows the chat's keys and means no good, or who has left and does not stop. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../stores/memory.ts'
import { openChat as open, refuses, rejects } from '../testing/chat-guests.ts'
import { isMessage } from './events.ts'
import { pairKey } from './room-names.ts'

test('Chat: a key of a conversation that names three, one, or the two in the other order is nobody’s', async () => {
  const { chat, clock, enter, store } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  await clock.settle()
  const [a, b, c] = [ann, bob, cec].map(({ session }) => session.person.id)
  for (const room of [`@${a}+${b}+${c}`, `@${a}`, `@${a}+${a}`, `@${a}+`, `@${b}+${a}`, `@${a}+${b}+${b}`]) {
    refuses(() => chat.say(ann.session, 'between us', { room }), 'not-in-room')
    await rejects(chat.history(ann.session, { room, count: 1 }), 'not-allowed')
    await rejects(chat.resume(ann.session, room, 0), 'not-allowed')
    await clock.settle()
    assert.equal(await store.room(room), undefined)
  }
  chat.say(ann.session, 'between us', { room: pairKey(a ?? '', b ?? '') })
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann said between us')
})

test('Chat: a third person finds nothing of a private conversation anywhere', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec', undefined, true)]
  await clock.settle()
  chat.tell(ann.session, 'bob', 'the needle, cec')
  await clock.settle()
  const [message] = bob.batches.flatMap(({ events }) => events).filter(isMessage)
  const { id = '', room = '' } = message ?? {}
  const before = [cec.heard.length, cec.news.length]
  await chat.edit(ann.session, id, 'the needles', room)
  await chat.delete(ann.session, id, room)
  await clock.settle()
  assert.deepEqual([cec.heard.length, cec.news.length], before)
  const { session } = cec
  const words = [{ text: 'needle', phrase: false }]
  assert.deepEqual(await chat.search(session, { words, count: 10 }), [])
  await rejects(chat.search(session, { words, count: 10, room }), 'not-allowed')
  await rejects(chat.history(session, { room, around: { id }, count: 10 }), 'not-allowed')
  assert.deepEqual(await chat.history(session, { around: { id }, count: 10 }), [], 'not by its id either')
  await rejects(chat.resume(session, room, 0), 'not-allowed')
  await rejects(chat.read(session, room, 1), 'not-allowed')
  assert.deepEqual(
    (await chat.unread(session)).map((state) => state.room),
    ['#lobby'],
  )
  await rejects(chat.edit(session, id, 'x', '#lobby'), 'no-such-message')
  await rejects(chat.delete(session, id, '#lobby'), 'no-such-message')
  refuses(() => chat.look(session, room), 'no-such-person')
  refuses(() => chat.setTopic(session, 'x', room), 'not-in-room')
})

test('Chat.setTopic: a conversation has none, for its two neither', async () => {
  const { chat, clock, enter, store } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.look(ann.session, 'bob')
  refuses(() => chat.setTopic(ann.session, 'tea'), 'not-in-room')
  await clock.settle()
  assert.equal(await store.room(pairKey(ann.session.person.id, bob.session.person.id)), undefined)
})

test('Chat: who has left does nothing any more, and no room keeps them', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  for (const isDelivered of [false, true]) {
    const { session } = isDelivered ? ann : bob
    chat.leave(session)
    if (isDelivered) await clock.settle()
    refuses(() => chat.say(session, 'still here'), 'not-allowed')
    refuses(() => chat.tell(session, 'ann', 'still here'), 'not-allowed')
    refuses(() => chat.join(session, '#ghosts'), 'not-allowed')
    refuses(() => chat.setTopic(session, 'ghosts'), 'not-allowed')
    refuses(() => chat.setAway(session, 'for ever'), 'not-allowed')
    await rejects(chat.rename(session, 'ghost'), 'not-allowed')
    await clock.settle()
    assert.deepEqual(
      chat.rooms().map(({ name }) => name),
      ['#lobby'],
    )
  }
  assert.equal(chat.rooms()[0]?.members.size, 0)
  assert.equal((await chat.claimName('ghost')).name, 'ghost')
})

test('Chat.rename: nobody hears of a name that is got after its owner has left, and it is free', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  const renamed = chat.rename(bob.session, 'bert')
  chat.leave(bob.session)
  await clock.settle()
  await renamed
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-1), ['bob disconnected'])
  for (const name of ['bob', 'bert']) assert.equal((await chat.claimName(name)).name, name)
})

test('Chat.read: of a room that never was nothing is remembered, and no number is too odd', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  await clock.settle()
  const set: [room: string, seq: number][] = []
  const keep = store.setReadPosition.bind(store)
  store.setReadPosition = (reader, room, seq) => {
    set.push([room, seq])
    return keep(reader, room, seq)
  }
  for (const room of ['#nowhere', 'x'.repeat(10_000), '#lobby']) await chat.read(ann.session, room, 5)
  assert.equal(set.length, 0)
  for (let count = 0; count < 3; count += 1) chat.say(ann.session, 'x')
  await clock.settle()
  for (const seq of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])
    await chat.read(ann.session, '#lobby', seq)
  assert.deepEqual(
    set.map(([, seq]) => seq),
    [1, 3],
  )
})
