/** What was said and what becomes of it: edits, deletes, replies, mentions, searching, reading. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Guest, openChat as open, refuses, rejects } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import type { Message } from './events.ts'
import { isMessage } from './events.ts'
import { OPERATOR } from './permissions.ts'
import { pairKey } from './room-names.ts'

function lastMessage({ batches }: Guest): Message {
  const message = batches.flatMap(({ events }) => events).findLast(isMessage)
  assert.ok(message !== undefined)
  return message
}

test('Chat.say: a message has its marks, and whom it names of those who are here', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.say(ann.session, '@BOB, cec: hello', { clientId: 'c', replyTo: 'r' })
  await clock.settle()
  const { clientId, replyTo, mentions } = lastMessage(bob)
  assert.deepEqual([clientId, replyTo, mentions], ['c', 'r', [bob.session.person.id]])
  refuses(() => chat.say(ann.session, 'x', { clientId: 'x'.repeat(101) }), 'bad-id')
  refuses(() => chat.say(ann.session, 'x', { replyTo: '' }), 'bad-id')
})

test('Chat.edit and delete: one’s own message, once it is there; the room hears it', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.say(ann.session, 'helo')
  await clock.settle()
  const { id } = lastMessage(bob)
  await chat.edit(ann.session, id, 'hello')
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann edited hello')
  assert.equal((await chat.history(bob.session, { count: 1 }))[0]?.text, 'hello')
  await rejects(chat.edit(bob.session, id, 'x'), 'not-yours')
  await rejects(chat.delete(bob.session, id), 'not-yours')
  await rejects(chat.edit(ann.session, 'nothing', 'x'), 'no-such-message')
  await rejects(chat.edit(ann.session, id, 'x'.repeat(4097)), 'too-long')
  await rejects(chat.edit(ann.session, id, 'x', '#den'), 'no-such-message')
  await chat.delete(ann.session, id)
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann deleted')
  await rejects(chat.edit(ann.session, id, 'x'), 'no-such-message')
})

test('Chat.edit of what was said in the same turn, and in a conversation', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  await clock.settle()
  chat.tell(ann.session, 'bob', 'helo')
  await clock.settle()
  const { id, room } = lastMessage(bob)
  const edited = chat.edit(ann.session, id, 'hello', room)
  await clock.settle()
  await edited
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann edited hello')
  assert.ok(!cec.heard.some((heard) => heard.includes('edited')))
  await rejects(chat.edit(cec.session, id, 'x', room), 'not-allowed')
  await rejects(chat.delete(OPERATOR, id, room), 'not-allowed')
})

test('Chat.delete: an operator deletes any message of a room, and edits none', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'spam')
  await clock.settle()
  await chat.delete(OPERATOR, lastMessage(ann).id, '#lobby')
  await clock.settle()
  assert.equal(ann.heard.at(-1), 'server deleted')
  assert.equal((await chat.history(ann.session, { count: 1 }))[0]?.text, '')
})

test('Chat.edit finds what still waits for a store that fails', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  await clock.settle()
  store.mode = 'rejects'
  chat.say(ann.session, 'helo')
  await clock.settle()
  await chat.edit(ann.session, lastMessage(ann).id, 'hello')
  await clock.settle()
  assert.equal(ann.heard.at(-1), 'ann edited hello')
  store.mode = 'works'
  await clock.advance(1000)
  assert.equal((await chat.history(ann.session, { count: 1 }))[0]?.text, 'hello')
})

test('Chat.history: pages before, after and around a message, shortened towards it when they are long', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  for (let count = 1; count <= 20; count += 1) chat.say(ann.session, `${count}`.padEnd(4000, '.'))
  await clock.settle()
  const numbers = async (query: Parameters<typeof chat.history>[1]): Promise<number[]> =>
    (await chat.history(ann.session, query)).map(({ seq }) => seq)
  assert.deepEqual(await numbers({ count: 10 }), [17, 18, 19, 20])
  assert.deepEqual(await numbers({ count: 10, before: { seq: 11 } }), [7, 8, 9, 10])
  assert.deepEqual(await numbers({ count: 10, after: { seq: 10 } }), [11, 12, 13, 14])
  assert.deepEqual(await numbers({ count: 10, around: { seq: 10 } }), [8, 9, 10, 11])
  assert.deepEqual(await numbers({ room: '#den', count: 10 }), [])
  const between = { count: 10, after: { seq: 5 }, before: { seq: 15 } }
  assert.deepEqual(await numbers(between), [6, 7, 8, 9])
  assert.deepEqual(await numbers({ ...between, end: 'newest' }), [11, 12, 13, 14])
  assert.deepEqual(await numbers({ count: 10, end: 'oldest' }), [1, 2, 3, 4])
  assert.deepEqual(await numbers({ ...between, around: { seq: 10 } }), [8, 9, 10, 11])
})

test('Chat.search: all rooms and one’s own conversations, and nothing of others', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  chat.join(cec.session, '#den')
  await clock.settle()
  chat.say(ann.session, 'needle in the lobby')
  chat.say(cec.session, 'needle in the den')
  chat.tell(ann.session, 'bob', 'needle between us')
  await clock.settle()
  const search = async ({ session }: Guest, room?: string): Promise<string[]> => {
    const words = [{ text: 'needle', phrase: false }]
    return (await chat.search(session, { words, count: 10, room }))
      .map(({ text }) => text.slice(7))
      .toSorted()
  }
  assert.deepEqual(await search(ann), ['between us', 'in the den', 'in the lobby'])
  assert.deepEqual(await search(bob), ['between us', 'in the den', 'in the lobby'])
  assert.deepEqual(await search(cec), ['in the den', 'in the lobby'])
  assert.deepEqual(await search(ann, '#den'), ['in the den'])
  const room = pairKey(ann.session.person.id, bob.session.person.id)
  assert.deepEqual(await search(ann, room), ['between us'])
})

test('Chat.read and unread: how far somebody is, in each room and conversation', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  for (let count = 0; count < 3; count += 1) chat.say(ann.session, 'x')
  chat.tell(ann.session, 'bob', 'psst')
  await clock.settle()
  await chat.read(bob.session, '#lobby', 2)
  await chat.read(bob.session, '#lobby', 1) // never backwards
  const room = pairKey(ann.session.person.id, bob.session.person.id)
  assert.deepEqual(await chat.unread(bob.session), [
    { room: '#lobby', read: 2, newest: 3, messages: 1, mentions: 0 },
    { room, read: 0, newest: 1, messages: 1, mentions: 0 },
  ])
  await chat.read(bob.session, '#lobby', 1_000_000)
  const lobby = { room: '#lobby', read: 3, newest: 3, messages: 0, mentions: 0 }
  assert.deepEqual((await chat.unread(bob.session))[0], lobby)
  chat.say(ann.session, 'hello @bob')
  chat.say(bob.session, 'hello ann')
  chat.setTopic(ann.session, 'bob')
  await clock.settle()
  assert.deepEqual((await chat.unread(bob.session))[0], { ...lobby, newest: 6, messages: 1, mentions: 1 })
  assert.deepEqual((await chat.unread(ann.session))[0], {
    room: '#lobby',
    read: 0,
    newest: 6,
    messages: 1,
    mentions: 1,
  })
})
