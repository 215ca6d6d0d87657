/** What the chat keeps: how much of a message, what of the history, and what happens when the store fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openChat as open, refuses, rejects } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { isMessage } from './events.ts'
import { LIMITS } from './limits.ts'
import { STORE_PATIENCE } from './patience.ts'
import { StoreError } from './store.ts'

test('Chat.say: 4096 bytes are a message, more are too long', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'x'.repeat(4096))
  chat.say(ann.session, 'é'.repeat(2048))
  refuses(() => chat.say(ann.session, 'x'.repeat(4097)), 'too-long')
  refuses(() => chat.act(ann.session, 'é'.repeat(2049)), 'too-long')
  await clock.settle()
  assert.equal(ann.heard.length, 3)
})

test('Chat.say: the same client id twice is one message', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'once', { clientId: 'x' })
  chat.say(ann.session, 'once', { clientId: 'x' })
  await clock.settle()
  assert.deepEqual(ann.heard, ['ann logged-in', 'ann said once'])
})

test('Chat.history: the newest messages, fewer when they are long', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  for (let count = 0; count < 200; count += 1) chat.say(ann.session, String(count))
  await clock.settle()
  const page = await chat.history(ann.session, { count: 1000 })
  assert.equal(page.length, LIMITS.historyPage)
  assert.deepEqual([page[0]?.text, page.at(-1)?.text], ['100', '199'])
  for (let count = 0; count < 20; count += 1) chat.say(ann.session, 'x'.repeat(4096))
  await clock.settle()
  assert.equal((await chat.history(ann.session, { count: 20 })).length, LIMITS.historyText / 4096)
  assert.equal(await chat.earlier(), 220)
})

test('Chat: with a failing store the talk goes on, all rooms are told once, and it is stored when it works again', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter, storeFailures } = open({ store })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  chat.join(bob.session, '#den')
  await clock.settle()
  store.mode = 'rejects'
  chat.say(ann.session, 'one')
  await clock.settle()
  chat.say(ann.session, 'two')
  const cec = await enter('cec') // and people still come in
  await clock.advance(10_000)
  assert.deepEqual(chat.health, { storing: false, spooled: 2, lost: 0 })
  store.mode = 'works'
  await clock.advance(1000)
  assert.deepEqual(chat.health, { storing: true, spooled: 0, lost: 0 })
  chat.say(ann.session, 'three')
  await clock.settle()
  const short = (heard: readonly string[]): string[] =>
    heard.map((one) => one.replace(/^(notice .{10}).*/, '$1'))
  assert.deepEqual(short(ann.heard).slice(2), [
    'ann said one',
    'notice the server',
    'ann said two',
    'cec logged-in',
    'notice messages a',
    'ann said three',
  ])
  assert.deepEqual(short(bob.heard).slice(-3), ['notice the server', 'cec logged-in', 'notice messages a'])
  assert.deepEqual(
    (await chat.history(cec.session, { count: 10 })).map(({ seq, text }) => [seq, text]),
    [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ],
  )
  const numbers = ann.batches
    .flatMap(({ events }) => events)
    .flatMap((event) => ('seq' in event ? [event.seq] : []))
  assert.deepEqual(numbers, [3])
  assert.deepEqual(storeFailures, [store.error, undefined])
})

test('Chat: with a store that hangs everybody hears what is said within half a second', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store, window: 10 })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.advance(20)
  store.mode = 'lost'
  chat.say(ann.session, 'one')
  await clock.advance(520)
  assert.ok(bob.heard.includes('ann said one'))
  chat.say(ann.session, 'two')
  await clock.advance(20)
  assert.equal(bob.heard.at(-1), 'ann said two')
})

test('Chat.history rejects with what a person can be told', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, enter } = open({ store })
  const ann = await enter('ann')
  store.history = () => Promise.reject(store.error)
  store.search = () => Promise.reject(new StoreError('too-slow'))
  store.room = () => Promise.reject(store.error)
  await rejects(chat.history(ann.session, { count: 1 }), 'store-failed')
  await rejects(chat.search(ann.session, { words: [], count: 1, room: '#lobby' }), 'took-too-long')
  await rejects(chat.earlier(), 'store-failed')
})

test('Chat.close stores what waits, if that can be', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  await clock.settle()
  store.mode = 'rejects'
  chat.say(ann.session, 'one')
  await clock.settle()
  store.mode = 'works'
  await chat.close()
  assert.equal((await store.room('#lobby'))?.messages, 1)
  assert.equal(clock.pending, 0)
})

test('Chat: a store that never answers a question keeps nobody waiting, and leaves no timer', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  await clock.settle()
  const never = (): Promise<never> => new Promise(() => {})
  Object.assign(store, {
    room: never,
    history: never,
    search: never,
    readPosition: never,
    unread: never,
    setReadPosition: never,
  })
  const earlier = rejects(chat.earlier(), 'took-too-long') // asked of everybody who comes in
  await clock.advance(STORE_PATIENCE)
  await earlier
  const refused = [
    rejects(chat.history(ann.session, { count: 1 }), 'took-too-long'),
    rejects(chat.search(ann.session, { words: [], count: 1 }), 'took-too-long'),
    rejects(chat.edit(ann.session, 'x', 'y'), 'took-too-long'),
    rejects(chat.topic('#lobby'), 'took-too-long'),
    rejects(chat.read(ann.session, '#lobby', 1), 'took-too-long'),
    rejects(chat.unread(ann.session), 'took-too-long'),
  ]
  await clock.advance(10_000)
  await Promise.all(refused)
  chat.leave(ann.session)
  await clock.settle()
  assert.equal(clock.pending, 0)
})

test('Chat.delete: what waits for a store that fails is deleted once, and not edited after that', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  chat.say(ann.session, 'kept')
  await clock.settle()
  store.mode = 'rejects'
  chat.say(ann.session, 'waits')
  await clock.settle()
  for (const id of ann.batches
    .flatMap(({ events }) => events)
    .filter(isMessage)
    .map((event) => event.id)) {
    await chat.delete(ann.session, id)
    await rejects(chat.edit(ann.session, id, 'again'), 'no-such-message')
    await rejects(chat.delete(ann.session, id), 'no-such-message')
  }
  store.mode = 'works'
  await clock.advance(1000)
  assert.deepEqual(
    (await chat.history(ann.session, { count: 10 })).map(({ text, seq }) => [seq, text]),
    [
      [1, ''],
      [2, ''],
    ],
  )
})
