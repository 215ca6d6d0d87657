/** Through which session an event came: for all that sessions do, and for nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalBus } from '../buses/local.ts'
import { type Guest, openChat as open } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { collectGarbage } from '../testing/garbage.ts'
import type { Chat } from './chat.ts'
import type { ChatEvent } from './events.ts'
import { OPERATOR } from './permissions.ts'

function events({ batches }: Guest): ChatEvent[] {
  return batches.flatMap((batch) => batch.events)
}

/** What a guest heard, each with whose session it came through. */
function origins(chat: Chat, guest: Guest, sessions: Readonly<Record<string, Guest>>): string[] {
  return events(guest).map((event) => {
    const session = chat.origin(event)
    const [whose = 'nobody'] = Object.entries(sessions).find(([, one]) => one.session === session) ?? []
    return `${event.kind} ${session === undefined ? '-' : whose}`
  })
}

test('Chat.origin tells of everything that a session did which one it was, with its place in the store too', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob', undefined, true)]
  const tab = attach(ann.session)
  await clock.settle()
  chat.say(ann.session, 'one')
  chat.act(tab.session, 'two')
  chat.tell(tab.session, 'bob', 'three')
  await clock.settle()
  const [, said, acted] = events(bob)
  assert.ok(said?.kind === 'said' && acted?.kind === 'action' && 'seq' in said)
  await chat.edit(tab.session, said.id, 'ONE')
  await chat.delete(ann.session, acted.id)
  chat.setTopic(tab.session, 'tea')
  chat.join(bob.session, '#den')
  chat.join(tab.session, '#den')
  chat.part(ann.session, '#den')
  await chat.rename(tab.session, 'anna')
  chat.setAway(ann.session, 'lunch')
  await clock.settle()
  assert.deepEqual(origins(chat, bob, { ann, tab, bob }), [
    'logged-in bob',
    'said ann',
    'action tab',
    'said tab',
    'edited tab',
    'deleted ann',
    'topic tab',
    'joined bob',
    'joined tab',
    'left ann',
    'renamed tab',
    'away ann',
  ])
})

test('Chat.origin of what came from the console, from the chat itself or from another server is undefined', async () => {
  const clock = new FakeClock()
  const bus = new LocalBus(clock)
  const one = open({ clock, bus, ids: 'a' })
  const { chat, enter } = one
  const other = open({ clock, bus, store: one.store, ids: 'b' })
  const [ann, bob] = [await enter('ann'), await other.enter('bob')]
  await clock.settle()
  const heard = ann.batches.length
  other.chat.say(bob.session, 'from elsewhere')
  chat.announce(OPERATOR, 'notice')
  chat.setTopic(OPERATOR, 'tea')
  await clock.settle()
  chat.say(ann.session, 'from here')
  await clock.settle()
  const later = { ...ann, batches: ann.batches.slice(heard) }
  const expected = ['notice -', 'said -', 'topic -']
  assert.deepEqual(origins(chat, later, { ann }).slice(0, 3).toSorted(), expected)
  assert.deepEqual(origins(chat, later, { ann }).slice(3), ['said ann'])
  assert.deepEqual(origins(other.chat, bob, { bob }).at(-1), 'said -')
})

test('Chat.origin of what waits because the store fails, and of what is sent twice', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.say(ann.session, 'one', { clientId: 'x' })
  chat.say(bob.session, 'two')
  chat.say(ann.session, 'one', { clientId: 'x' })
  await clock.settle()
  store.mode = 'rejects'
  chat.say(ann.session, 'three')
  await clock.settle()
  const said = { ...bob, batches: bob.batches.slice(1) }
  const kinds = (): string[] => origins(chat, said, { ann, bob }).filter((words) => words.startsWith('said'))
  assert.deepEqual(kinds(), ['said ann', 'said bob', 'said ann'])
  store.mode = 'works'
  await clock.advance(1000)
  assert.equal(chat.health.storing, true)
  assert.deepEqual(kinds(), ['said ann', 'said bob', 'said ann'])
})

test('Chat.origin keeps no session alive, whoever still holds the event', async () => {
  const { chat, clock, enter } = open()
  const bob = await enter('bob')
  const come = async (): Promise<WeakRef<object>> => {
    const { session } = await enter('ann')
    chat.say(session, 'hello')
    await clock.settle()
    chat.leave(session)
    await clock.settle()
    return new WeakRef(session)
  }
  const session = await come()
  await new Promise(setImmediate) // references hold until the turn in which they were made is over
  collectGarbage()
  assert.equal(session.deref(), undefined)
  assert.ok(events(bob).every((event) => event.kind === 'logged-in' || chat.origin(event) === undefined))
})
