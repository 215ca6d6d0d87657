/** Several sessions of one person: each hears what its person hears, and the person stays until the last has ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openChat as open, refuses, rejects } from '../testing/chat-guests.ts'
import { LIMITS } from './limits.ts'
import { OPERATOR } from './permissions.ts'
import { pairKey } from './room-names.ts'

test('Chat.attach: the second session hears from then on, and the person leaves with the last one', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.say(bob.session, 'before')
  await clock.settle()
  const tab = attach(ann.session)
  assert.equal(tab.session.view.name, '#lobby')
  assert.equal(chat.population, 2)
  chat.say(tab.session, 'after')
  await clock.settle()
  assert.deepEqual(tab.heard, ['ann said after'])
  assert.deepEqual(ann.heard.slice(-2), ['bob said before', 'ann said after'])
  chat.leave(ann.session)
  chat.say(bob.session, 'still there?')
  await clock.settle()
  assert.deepEqual([ann.heard.at(-1), tab.heard.at(-1)], ['ann said after', 'bob said still there?'])
  assert.equal(bob.heard.includes('ann disconnected'), false)
  chat.leave(tab.session)
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann disconnected')
  assert.equal(chat.population, 1)
})

test('Chat.attach before everybody has heard that the person came: nothing is heard before that', async () => {
  const { chat, clock, enter, attach } = open()
  const bob = await enter('bob')
  await clock.settle()
  chat.say(bob.session, 'before')
  const ann = await enter('ann')
  const tab = attach(ann.session, { everywhere: true })
  chat.say(ann.session, 'hello')
  await clock.settle()
  assert.deepEqual(tab.heard, ['ann logged-in', 'ann said hello'])
  assert.deepEqual(tab.heard, ann.heard)
})

test('Chat.attach looks at a room that its person is in, or at a conversation; what it cannot look at is refused', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  for (const { session } of [ann, bob]) chat.join(session, '#den')
  await clock.settle()
  chat.tell(ann.session, 'bob', 'psst')
  await clock.settle()
  const key = pairKey(ann.session.person.id, bob.session.person.id)
  const [den, talk] = [attach(ann.session, { room: '#Den' }), attach(ann.session, { room: key })]
  assert.deepEqual([den.session.view.name, talk.session.view.name], ['#den', key])
  for (const room of ['#other', 'nobody']) {
    refuses(() => attach(ann.session, { room }), room === '#other' ? 'not-in-room' : 'no-such-person')
  }
  assert.equal(ann.session.person.sessions.size, 3)
  chat.say(bob.session, 'in the den')
  await clock.settle()
  assert.deepEqual(
    [den.heard, den.news, talk.heard, talk.news],
    [['bob said in the den'], [], [], ['#den 1']],
  )
})

test('Chat.attach refuses one that has left, more than the limit, and everybody while closing', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  const tabs = Array.from({ length: LIMITS.sessionsPerPerson - 1 }, () => attach(ann.session))
  refuses(() => attach(ann.session), 'too-many-sessions')
  chat.leave(ann.session)
  attach(ann.session) // its person is still here
  for (const { session } of tabs) chat.leave(session)
  chat.leave(bob.session)
  assert.throws(() => attach(bob.session), { code: 'not-allowed', message: /^bob has left: / })
  const closed = chat.close()
  refuses(() => attach(ann.session), 'closing')
  await closed
})

test('Chat: what one session of a person does all of them hear; one that looks at a room left by another looks at the lobby', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  const [tab, all] = [attach(ann.session), attach(ann.session, { everywhere: true })]
  chat.join(ann.session, '#den')
  chat.look(tab.session, '#den')
  await clock.settle()
  chat.say(all.session, 'in the lobby')
  chat.part(ann.session, '#den')
  chat.setAway(tab.session, 'lunch')
  await chat.rename(tab.session, 'anna')
  chat.tell(bob.session, 'ann', 'psst')
  await clock.settle()
  assert.deepEqual(
    [ann, tab, all].map(({ session }) => session.view.name),
    ['#lobby', '#lobby', '#lobby'],
  )
  const both = ['ann left', 'ann away lunch', 'ann renamed anna', 'bob said psst']
  assert.deepEqual(tab.heard, ['ann joined', 'ann said in the lobby', ...both])
  assert.deepEqual(all.heard, tab.heard)
  assert.deepEqual(ann.heard.slice(-tab.heard.length), tab.heard)
})

test('Chat.kick ends all sessions of a person, that which came meanwhile too', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  const tab = attach(ann.session)
  chat.kick(OPERATOR, 'ann', 'enough')
  const late = attach(ann.session)
  await clock.settle()
  for (const { heard } of [ann, tab, late]) {
    assert.deepEqual(heard.slice(-2), ['server kicked ann enough', '(end)'])
  }
  assert.deepEqual(bob.heard.slice(-2), ['server kicked ann enough', 'ann disconnected'])
  assert.equal(chat.population, 1)
})

test('Chat.attach and resume: the session that comes back has no gap and no double, the others hear on', async () => {
  const { chat, clock, enter, attach } = open()
  const ann = await enter('ann')
  for (const text of ['1', '2', '3']) chat.say(ann.session, text)
  await clock.settle()
  chat.say(ann.session, '4')
  const back = attach(ann.session)
  const resumed = chat.resume(back.session, '#lobby', 2)
  chat.say(ann.session, '5')
  await clock.settle()
  assert.deepEqual(await resumed, { skipped: 0, given: 3 })
  assert.deepEqual(back.heard, ['ann said 3', 'ann said 4', 'ann said 5'])
  assert.deepEqual(ann.heard.slice(1), ['ann said 1', 'ann said 2', 'ann said 3', 'ann said 4', 'ann said 5'])
})

test('Chat: a session that has left can do nothing more, though its person is still here through another', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.say(ann.session, 'hello')
  await clock.settle()
  const event = ann.batches.at(-1)?.events[0]
  const id = event !== undefined && 'id' in event ? event.id : ''
  attach(ann.session)
  const { session } = ann
  chat.leave(session)
  for (const run of [
    () => chat.say(session, 'x'),
    () => chat.act(session, 'x'),
    () => chat.tell(session, 'bob', 'x'),
    () => chat.setAway(session, 'x'),
    () => chat.setTopic(session, 'x', '#lobby'),
    () => chat.join(session, '#den'),
    () => chat.part(session, '#lobby'),
    () => chat.look(session, 'bob'),
  ]) {
    refuses(run, 'not-allowed')
  }
  for (const answer of [
    () => chat.rename(session, 'x'),
    () => chat.edit(session, id, 'x', '#lobby'),
    () => chat.delete(session, id, '#lobby'),
    () => chat.history(session, { count: 1 }),
    () => chat.search(session, { words: [], count: 1 }),
    () => chat.read(session, '#lobby', 1),
    () => chat.unread(session),
    () => chat.resume(session, '#lobby', 0),
  ]) {
    await rejects(answer(), 'not-allowed')
  }
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann said hello')
  assert.equal(session.person.rooms.size, 1)
})

test('Chat: who comes to a room, speaks and leaves in one turn is heard, though the last of before leaves meanwhile', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob', undefined, true)]
  await clock.settle()
  chat.join(ann.session, '#den')
  chat.part(ann.session, '#den')
  chat.join(bob.session, '#den')
  chat.say(bob.session, 'anybody?')
  chat.part(bob.session, '#den')
  await clock.settle()
  assert.deepEqual(bob.heard.slice(1), ['bob joined', 'bob said anybody?', 'bob left'])
  assert.deepEqual(
    chat.rooms().map(({ name }) => name),
    ['#lobby'],
  )
})

test('Chat: two who leave a room in one turn hear what was said before, the last of them too', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob', undefined, true)]
  for (const { session } of [ann, bob]) chat.join(session, '#den')
  await clock.settle()
  const before = bob.heard.length
  chat.part(ann.session, '#den')
  chat.say(bob.session, 'alone now', { room: '#den' })
  chat.part(bob.session, '#den')
  await clock.settle()
  assert.deepEqual(bob.heard.slice(before), ['ann left', 'bob said alone now', 'bob left'])
  assert.equal(chat.rooms().length, 1)
})
