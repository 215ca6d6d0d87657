/** Rooms and conversations: leaving them, looking at them, hearing all of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openChat as open, refuses, rejects } from '../testing/chat-guests.ts'
import { OPERATOR } from './permissions.ts'
import { pairKey } from './room-names.ts'

test('Chat.part: who leaves hears so last of all in the room, looks at the lobby, and no longer speaks there', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  for (const { session } of [ann, bob]) chat.join(session, '#den')
  await clock.settle()
  chat.say(ann.session, 'one')
  chat.part(ann.session)
  refuses(() => chat.say(ann.session, 'two', { room: '#den' }), 'not-in-room')
  refuses(() => chat.part(ann.session, '#den'), 'not-in-room')
  refuses(() => chat.part(ann.session), 'lobby-stays')
  chat.say(bob.session, 'three')
  await clock.settle()
  assert.deepEqual(bob.heard.slice(-3), ['ann said one', 'ann left', 'bob said three'])
  assert.equal(ann.heard.at(-1), 'ann left')
  assert.equal(ann.session.view.name, '#lobby')
  chat.part(bob.session)
  await clock.settle()
  assert.deepEqual(
    chat.rooms().map(({ name }) => name),
    ['#lobby'],
  )
})

test('Chat.part and join in one turn: who is back hears what comes after', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  for (const { session } of [ann, bob]) chat.join(session, '#den')
  await clock.settle()
  chat.part(ann.session)
  chat.say(bob.session, 'between')
  chat.join(ann.session, '#den')
  chat.say(bob.session, 'after')
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-3), ['ann left', 'ann joined', 'bob said after'])
})

test('Chat.look: a session looks at a room of its person, or at a conversation, and speaks there', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  chat.join(ann.session, '#den')
  await clock.settle()
  assert.equal(chat.look(ann.session, '#lobby').name, '#lobby')
  refuses(() => chat.look(ann.session, '#other'), 'not-in-room')
  refuses(() => chat.look(ann.session, 'dan'), 'no-such-person')
  refuses(() => chat.look(ann.session, 'ann'), 'that-is-you')
  const view = chat.look(ann.session, 'BOB')
  assert.equal(view.with?.name, 'bob')
  chat.say(ann.session, 'psst')
  chat.act(ann.session, 'waves')
  chat.say(cec.session, 'aloud')
  await clock.settle()
  assert.deepEqual(bob.heard.slice(-3), ['ann said psst', 'ann action waves', 'cec said aloud'])
  assert.deepEqual(ann.heard.slice(-2), ['ann said psst', 'ann action waves'])
  assert.deepEqual(ann.news, ['#lobby 1'])
  assert.equal(cec.heard.at(-1), 'cec said aloud')
  assert.deepEqual(
    chat.members(view).map(({ name }) => name),
    ['ann', 'bob'],
  )
  chat.look(bob.session, pairKey(bob.session.person.id, ann.session.person.id))
  chat.say(bob.session, 'yes?')
  await clock.settle()
  assert.equal(ann.heard.at(-1), 'bob said yes?')
  chat.leave(bob.session)
  await clock.settle()
  refuses(() => chat.say(ann.session, 'gone?'), 'no-such-person')
  chat.part(ann.session)
  assert.equal(ann.session.view.name, '#lobby')
})

test('Chat: nobody speaks in, looks at or reads the conversation of others', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  await clock.settle()
  chat.tell(ann.session, 'bob', 'psst')
  await clock.settle()
  const room = pairKey(ann.session.person.id, bob.session.person.id)
  refuses(() => chat.say(cec.session, 'x', { room }), 'not-in-room')
  refuses(() => chat.look(cec.session, room), 'no-such-person')
  refuses(() => chat.setTopic(cec.session, 'x', room), 'not-in-room')
  for (const answer of [
    () => chat.history(cec.session, { room, count: 1 }),
    () => chat.search(cec.session, { room, words: [], count: 1 }),
    () => chat.read(cec.session, room, 1),
    () => chat.resume(cec.session, room, 0),
  ]) {
    await rejects(answer(), 'not-allowed')
  }
  assert.equal((await chat.history(bob.session, { room, count: 1 }))[0]?.text, 'psst')
})

test('Chat.enter: a session that hears everything hears all its rooms, and shares its batches with its like', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [
    await enter('ann', () => {}, true),
    await enter('bob', () => {}, true),
    await enter('cec'),
  ]
  for (const { session } of [ann, bob]) chat.join(session, '#den')
  await clock.settle()
  chat.say(cec.session, 'in the lobby')
  chat.say(ann.session, 'in the den')
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-2), ['cec said in the lobby', 'ann said in the den'])
  assert.equal(ann.batches.at(-1), bob.batches.at(-1))
  assert.deepEqual([ann.news, bob.news], [[], []])
  chat.say(cec.session, 'one room only')
  await clock.settle()
  assert.equal(ann.batches.at(-1), cec.batches.at(-1))
})

test('Chat.setTopic: the room hears it, and it is kept', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  assert.equal(await chat.topic('#lobby'), undefined)
  chat.setTopic(ann.session, 'welcome')
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann topic welcome')
  const from = ann.session.person.ref
  assert.deepEqual(await chat.topic('#lobby'), { text: 'welcome', from, time: clock.now() })
  chat.setTopic(OPERATOR, '', '#lobby')
  await clock.settle()
  assert.equal(await chat.topic('#lobby'), undefined)
  refuses(() => chat.setTopic(ann.session, 'x', '#den'), 'not-in-room')
  refuses(() => chat.setTopic(ann.session, 'x'.repeat(513)), 'remark-too-long')
})
