/** People in the chat: other names, being away, being sent out, what an operator says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openChat as open, refuses, rejects } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { LEASE, RENEWAL } from './name-leases.ts'
import { nameKeys } from './names.ts'
import { OPERATOR } from './permissions.ts'

test('Chat.rename: everybody hears it in its turn, and what is said after it has the new name', async () => {
  const { chat, clock, enter } = open({ window: 10 })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.advance(20)
  chat.say(ann.session, 'one')
  await chat.rename(ann.session, 'Ann Lee')
  chat.say(ann.session, 'two')
  await clock.advance(20)
  assert.deepEqual(bob.heard.slice(-3), ['ann said one', 'ann renamed Ann_Lee', 'Ann_Lee said two'])
  assert.deepEqual(
    chat.people().map(({ name }) => name),
    ['bob', 'Ann_Lee'],
  )
  chat.tell(bob.session, 'ann_lee', 'psst')
  refuses(() => chat.tell(bob.session, 'ann', 'psst'), 'no-such-person')
  await clock.advance(10)
  chat.leave(ann.session)
  await clock.advance(10)
  assert.equal(bob.heard.at(-1), 'Ann_Lee disconnected')
})

test('Chat.rename: the old name is free when everybody has heard of the new one', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  await clock.settle()
  const renamed = chat.rename(ann.session, 'bob')
  assert.equal((await chat.claimName('ann')).name, 'ann2')
  assert.equal((await renamed).name, 'bob')
  await clock.settle()
  assert.equal((await chat.claimName('ann')).name, 'ann')
  chat.leave(ann.session)
  await clock.settle()
  assert.equal((await chat.claimName('bob')).name, 'bob')
})

test('Chat.rename refuses what is taken or reserved, and takes one’s own name in another case', async () => {
  const { chat, clock, enter } = open()
  const [ann] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  await rejects(chat.rename(ann.session, 'BOB'), 'name-taken')
  await rejects(chat.rename(ann.session, 'admin'), 'name-reserved')
  const both = [chat.rename(ann.session, 'cec'), chat.rename(ann.session, 'dan')]
  await rejects(Promise.resolve(both[1]), 'in-progress')
  await both[0]
  await chat.rename(ann.session, 'CEC')
  await chat.rename(ann.session, 'CEC') // nothing to tell
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-2), ['ann renamed cec', 'cec renamed CEC'])
})

test('Chat.rename: who leaves meanwhile keeps neither name', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  await clock.settle()
  const renamed = chat.rename(ann.session, 'bob')
  chat.leave(ann.session)
  await clock.settle()
  await renamed
  await clock.settle()
  assert.deepEqual([(await chat.claimName('ann')).name, (await chat.claimName('bob')).name], ['ann', 'bob'])
})

test('Chat.rename: what the person has read goes with the name', async () => {
  const { chat, clock, enter, store } = open()
  const ann = await enter('ann')
  for (let count = 0; count < 5; count += 1) chat.say(ann.session, 'x')
  await clock.settle()
  await chat.read(ann.session, '#lobby', 3)
  await chat.rename(ann.session, 'bob')
  await clock.settle()
  assert.equal(await store.readPosition('bob', '#lobby'), 3)
})

test('Chat: who has lost a name to another chat is called something else, and everybody hears it', async () => {
  const clock = new FakeClock()
  const store = new FailingStore({ now: () => clock.now() })
  const { chat, enter } = open({ store, clock })
  const ann = await enter('ann')
  await clock.settle()
  store.mode = 'rejects'
  await clock.advance(2 * LEASE)
  store.mode = 'works'
  assert.ok(await store.claimName(nameKeys('ann'), 'another chat', clock.now() + 10 * LEASE))
  await clock.advance(2 * RENEWAL)
  assert.deepEqual(ann.heard.slice(-1), ['ann renamed ann2'])
  assert.equal((await chat.claimName('ann2')).name, 'ann2_2')
})

test('Chat.setAway: everybody hears it once, and people tells it', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.setAway(ann.session, 'lunch')
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann away lunch')
  assert.deepEqual(
    chat.people().map(({ name, away }) => [name, away]),
    [
      ['ann', 'lunch'],
      ['bob', undefined],
    ],
  )
  chat.setAway(ann.session, undefined)
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann back')
  refuses(() => chat.setAway(ann.session, 'x'.repeat(513)), 'remark-too-long')
})

test('Chat.kick: everybody hears why, the one who is sent out last of all', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  refuses(() => chat.kick(ann.session, 'bob', 'x'), 'not-allowed')
  refuses(() => chat.kick(OPERATOR, 'cec', 'x'), 'no-such-person')
  chat.kick(OPERATOR, 'BOB', 'enough')
  chat.say(bob.session, 'last words')
  await clock.settle()
  assert.deepEqual(bob.heard.slice(-3), ['server kicked bob enough', 'bob said last words', '(end)'])
  assert.deepEqual(ann.heard.slice(-3), [
    'server kicked bob enough',
    'bob said last words',
    'bob disconnected',
  ])
  assert.equal((await chat.claimName('bob')).name, 'bob')
})

test('Chat.announce: an operator says something to everybody in whatever room; a guest may not', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.join(ann.session, '#den')
  await clock.settle()
  chat.announce(OPERATOR, 'back in five minutes')
  refuses(() => chat.announce(ann.session, 'x'), 'not-allowed')
  refuses(() => chat.announce(OPERATOR, 'x'.repeat(4097)), 'too-long')
  await clock.settle()
  assert.equal(ann.heard.at(-1), 'notice back in five minutes')
  const notice = ann.batches.at(-1)?.events[0]
  assert.equal(notice?.kind === 'notice' ? notice.from?.name : '', 'server')
})
