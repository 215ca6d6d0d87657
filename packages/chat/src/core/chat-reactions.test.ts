/** Reacting to messages: who hears it, what is kept, what is refused, and what waits for a store that fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalBus } from '../buses/local.ts'
import { MemoryStore } from '../stores/memory.ts'
import { type Guest, openChat as open, rejects } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { isMessage } from './events.ts'
import { LIMITS } from './limits.ts'
import { pairKey } from './room-names.ts'

function lastId({ batches }: Guest): string {
  const message = batches
    .flatMap(({ events }) => events)
    .filter(isMessage)
    .at(-1)
  assert.ok(message !== undefined)
  return message.id
}

async function reactionsIn({ chat }: ReturnType<typeof open>, { session }: Guest): Promise<unknown> {
  const [message] = await chat.history(session, { count: 1 })
  return message?.reactions?.map(({ text, from }) => [text, ...from.map(({ name }) => name)])
}

test('Chat.react: the room hears it, and it stands at the message', async () => {
  const opened = open()
  const { chat, clock, enter } = opened
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  chat.say(ann.session, 'hello')
  await clock.settle()
  await chat.react(bob.session, lastId(ann), '\u{1F44D}')
  await chat.react(ann.session, lastId(ann), 'nice one')
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-2), ['bob reacted \u{1F44D}', 'ann reacted nice one'])
  assert.deepEqual(bob.heard.slice(-2), ann.heard.slice(-2))
  assert.deepEqual(await reactionsIn(opened, ann), [
    ['\u{1F44D}', 'bob'],
    ['nice one', 'ann'],
  ])
})

test('Chat.react: again, or taking back what is not there, is heard by nobody', async () => {
  const opened = open()
  const { chat, clock, enter } = opened
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  chat.say(ann.session, 'hello')
  await clock.settle()
  const id = lastId(ann)
  await chat.react(bob.session, id, '+1')
  await clock.settle()
  const heard = ann.heard.length
  await chat.react(bob.session, id, '+1')
  await chat.react(ann.session, id, '+1', { remove: true }) // bob's, and not ann's to take back
  await chat.react(bob.session, id, '-1', { remove: true })
  await clock.settle()
  assert.equal(ann.heard.length, heard)
  assert.deepEqual(await reactionsIn(opened, ann), [['+1', 'bob']])
  await chat.react(bob.session, id, '+1', { remove: true })
  await clock.settle()
  const last = ann.batches.at(-1)?.events.at(-1)
  assert.ok(last?.kind === 'reacted' && last.removed === true && last.target === id)
  assert.equal(await reactionsIn(opened, ann), undefined)
})

test('Chat.react: in a conversation its two hear it, and nobody else may', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec] = [await enter('ann'), await enter('bob'), await enter('cec')]
  await clock.settle()
  chat.tell(ann.session, 'bob', 'psst')
  await clock.settle()
  const room = pairKey(ann.session.person.id, bob.session.person.id)
  await chat.react(ann.session, lastId(ann), '+1', { room })
  await chat.react(bob.session, lastId(ann), '+1', { room })
  await clock.settle()
  assert.deepEqual(bob.heard.slice(-2), ['ann reacted +1', 'bob reacted +1'])
  assert.deepEqual(
    bob.batches
      .flatMap(({ events }) => events)
      .slice(-2)
      .map((event) => 'to' in event && event.to?.name),
    ['bob', 'ann'],
  )
  assert.ok(!cec.heard.some((words) => words.includes('reacted')))
  await rejects(chat.react(cec.session, lastId(ann), '+1', { room }), 'not-in-room')
  chat.leave(bob.session)
  await clock.settle()
  await rejects(chat.react(ann.session, lastId(ann), '-1', { room }), 'no-such-person')
})

test('Chat.react: refused for no message, another room, a deleted message, and by who has left', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  chat.join(bob.session, '#den')
  await clock.settle()
  chat.say(bob.session, 'in the den')
  await clock.settle()
  const id = lastId(bob)
  await rejects(chat.react(ann.session, 'unknown', '+1'), 'no-such-message')
  await rejects(chat.react(ann.session, id, '+1'), 'no-such-message')
  await rejects(chat.react(ann.session, id, '+1', { room: '#den' }), 'not-in-room')
  const late = chat.react(bob.session, id, '+1')
  chat.leave(bob.session)
  await rejects(late, 'not-allowed')
  await rejects(chat.react(bob.session, id, '+1'), 'not-allowed')
})

test('Chat.react: to a deleted message, also while its deletion waits', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const ann = await enter('ann')
  chat.say(ann.session, 'hello')
  await clock.settle()
  store.mode = 'rejects'
  await chat.delete(ann.session, lastId(ann))
  await rejects(chat.react(ann.session, lastId(ann), '+1'), 'no-such-message')
  store.mode = 'works'
  await clock.advance(1000)
  await rejects(chat.react(ann.session, lastId(ann), '+1'), 'no-such-message')
})

test('Chat.react: a reaction has 1 to 32 characters that can be seen, and no blanks around them', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'hello')
  await clock.settle()
  const react = (text: string): Promise<void> => chat.react(ann.session, lastId(ann), text)
  const bad = ['', ' ', ' x', 'x ', '\u00A0x', 'a\nb', 'a\tb', '\u001b[31m', 'a\u202Eb', '\u200B', 'a\u2028b']
  const worse = ['\ud800', 'x'.repeat(33), '\u{1F44D}'.repeat(33), '\uFE0F', '\u200D', '\u3164', '\u0007']
  for (const text of [...bad, ...worse]) await rejects(react(text), 'bad-reaction')
  const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}'
  for (const text of [
    'x'.repeat(32),
    '\u{1F44D}'.repeat(32),
    family,
    '\u2764\uFE0F',
    '1\uFE0F\u20E3',
    'a b',
  ]) {
    await react(text)
  }
  await clock.settle()
  assert.equal((await chat.history(ann.session, { count: 1 }))[0]?.reactions?.length, 6)
})

test('Chat.react: a message takes so many different ones and so many in all, and one’s own can still go', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'hello')
  await clock.settle()
  const id = lastId(ann)
  for (let count = 1; count <= LIMITS.reactionTexts; count += 1) await chat.react(ann.session, id, `${count}`)
  await rejects(chat.react(ann.session, id, 'one more'), 'too-many-reactions')
  await chat.react(ann.session, id, '1', { remove: true })
  await chat.react(ann.session, id, 'one more')
  await clock.settle()
  assert.equal((await chat.history(ann.session, { count: 1 }))[0]?.reactions?.at(-1)?.text, 'one more')
})

test('Chat.react: to what waits for a store that fails, kept when it works again', async () => {
  const store = new FailingStore({ now: () => 0 })
  const opened = open({ store })
  const { chat, clock, enter } = opened
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  store.mode = 'rejects'
  chat.say(ann.session, 'hello')
  await clock.settle()
  const id = lastId(ann)
  await chat.react(bob.session, id, '+1')
  await clock.settle()
  const heard = ann.heard.length
  await chat.react(bob.session, id, '+1') // waits already
  await chat.react(ann.session, id, '+1', { remove: true })
  await clock.settle()
  assert.equal(ann.heard.length, heard)
  await chat.react(bob.session, id, '+1', { remove: true })
  await chat.react(bob.session, id, '-1')
  await clock.settle()
  assert.deepEqual(ann.heard.slice(-2), ['bob reacted (removed) +1', 'bob reacted -1'])
  store.mode = 'works'
  await clock.advance(1000)
  assert.deepEqual(await reactionsIn(opened, ann), [['-1', 'bob']])
})

test('Chat.react: on two servers with one store everybody hears it once, and two at once from one are one', async () => {
  const clock = new FakeClock()
  const store = new MemoryStore({ now: () => clock.now() })
  const bus = new LocalBus(clock)
  const [one, other] = [open({ clock, store, bus, ids: 'a' }), open({ clock, store, bus, ids: 'b' })]
  const [ann, bob] = [await one.enter('ann'), await other.enter('bob')]
  await clock.settle()
  one.chat.say(ann.session, 'hello')
  await clock.settle()
  const id = lastId(bob)
  assert.equal(id, lastId(ann))
  const twice = [0, 1].map(() => other.chat.react(bob.session, id, '+1'))
  await Promise.all([...twice, one.chat.react(ann.session, id, '+1')])
  await clock.settle()
  const heard = (guest: Guest): string[] => guest.heard.filter((words) => words.includes('reacted'))
  assert.deepEqual(heard(ann), heard(bob))
  assert.equal(heard(ann).filter((words) => words.startsWith('ann')).length, 1)
  const [[text, ...names] = [], ...others] = ((await reactionsIn(one, ann)) ?? []) as string[][]
  assert.deepEqual([text, names.toSorted(), others], ['+1', ['ann', 'bob'], []])
})
