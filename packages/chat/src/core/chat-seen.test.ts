/** What people see of each other: who is here and since when, why they left, and nothing before they have heard of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalBus } from '../buses/local.ts'
import { type Guest, openChat as open, refuses } from '../testing/chat-guests.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { ChatEvent } from './events.ts'
import { LIMITS } from './limits.ts'
import { PRESENCE_EVERY } from './neighbours.ts'

type Of<K> = ChatEvent & { readonly kind: K }

function last<K extends ChatEvent['kind']>({ batches }: Guest, kind: K): Of<K> {
  const found = batches
    .flatMap(({ events }) => events)
    .findLast((event): event is Of<K> => event.kind === kind)
  assert.ok(found !== undefined)
  return found
}

function names(people: Iterable<{ readonly name: string }>): string[] {
  return Array.from(people, ({ name }) => name)
}

test('Chat.members, rooms and people show what has been heard, not what is on its way', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  assert.deepEqual([chat.people(), chat.members('#lobby'), chat.population], [[], [], 0])
  await clock.settle()
  const den = chat.join(ann.session, '#den')
  chat.say(ann.session, 'at once') // what one may do oneself does not wait
  assert.deepEqual([names(chat.rooms()), chat.members(den)], [['#lobby'], []])
  await clock.settle()
  assert.deepEqual([names(chat.rooms()), names(chat.members(den))], [['#lobby', '#den'], ['ann']])
  await chat.rename(ann.session, 'anna')
  chat.setAway(ann.session, 'lunch')
  chat.part(ann.session, '#den')
  assert.equal(ann.session.person.name, 'anna')
  const before = chat.person('ann')
  assert.deepEqual([before?.name, before?.away, before?.rooms], ['ann', undefined, ['#lobby', '#den']])
  assert.equal(chat.person('anna'), undefined)
  assert.deepEqual(names(chat.members('#den')), ['ann'])
  await clock.settle()
  const after = chat.person('anna')
  assert.deepEqual([after?.name, after?.away, after?.rooms], ['anna', 'lunch', ['#lobby']])
  assert.equal(before?.name, 'ann', 'what was given before is as it was')
  chat.leave(ann.session)
  assert.deepEqual(names(chat.people()), ['anna'])
  await clock.settle()
  assert.deepEqual([chat.people(), chat.person('anna')], [[], undefined])
})

test('Chat.look at somebody whose new name is on its way: by the old one, and it is shown', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  await chat.rename(bob.session, 'bert')
  assert.equal(chat.look(ann.session, 'bob').with?.name, 'bob')
  refuses(() => chat.tell(ann.session, 'bert', 'x'), 'no-such-person')
  chat.tell(ann.session, 'bob', 'hello')
  await clock.settle()
  assert.equal(last(bob, 'said').to?.name, 'bert', 'heard after the new name was')
})

test('Chat.person tells since when somebody is here, when they last did anything, and in which rooms', async () => {
  const { chat, clock, enter } = open()
  const start = clock.now()
  const ann = await enter('Lisa')
  await clock.advance(1000)
  const since = chat.person('lisa')
  assert.deepEqual([since?.since, since?.activeAt, since?.rooms], [start, start, ['#lobby']])
  assert.equal(chat.person('1isa')?.id, ann.session.person.id)
  assert.equal(chat.person('bob'), undefined)
  const deeds: (() => unknown)[] = [
    () => chat.say(ann.session, 'x'),
    () => chat.join(ann.session, '#den'),
    () => chat.setTopic(ann.session, 'x'),
    () => chat.part(ann.session),
    () => chat.rename(ann.session, 'Liza'),
    () => chat.setAway(ann.session, undefined),
  ]
  for (const deed of deeds) {
    await clock.advance(5000)
    await deed()
    const now = clock.now()
    await clock.advance(100)
    const [view] = chat.people()
    assert.deepEqual([view?.since, view?.activeAt], [start, now])
  }
})

test('Chat.part and leave with a reason: those who hear of it hear why; a too long one is refused, or cut', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  for (const { session } of [ann, bob]) chat.join(session, '#den')
  await clock.settle()
  refuses(() => chat.part(ann.session, '#den', 'x'.repeat(LIMITS.remarkBytes + 1)), 'remark-too-long')
  chat.part(ann.session, '#den', 'dinner')
  await clock.settle()
  const from = ann.session.person.ref
  assert.deepEqual(last(bob, 'left'), { kind: 'left', room: '#den', from, text: 'dinner' })
  chat.join(ann.session, '#den')
  chat.part(ann.session)
  await clock.settle()
  assert.deepEqual(last(bob, 'left'), { kind: 'left', room: '#den', from })
  chat.leave(ann.session, '€'.repeat(LIMITS.remarkBytes))
  await clock.settle()
  const text = '€'.repeat(Math.floor(LIMITS.remarkBytes / 3))
  assert.deepEqual(last(bob, 'disconnected'), { kind: 'disconnected', from, rooms: ['#lobby'], text })
  const cec = await enter('cec')
  await clock.settle()
  chat.leave(cec.session)
  await clock.settle()
  assert.equal('text' in last(bob, 'disconnected'), false)
})

test('Chat: who has another name, and who leaves, is told with the rooms in which they were seen', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.join(ann.session, '#den')
  await chat.rename(ann.session, 'anna')
  chat.join(ann.session, '#tea')
  chat.part(ann.session, '#den')
  chat.leave(ann.session)
  await clock.settle()
  assert.deepEqual(last(bob, 'renamed').rooms, ['#lobby', '#den'])
  assert.deepEqual(last(bob, 'disconnected').rooms, ['#lobby', '#tea'])
})

test('Chats on one store: why somebody left, their rooms, since when they are here and how long quiet', async () => {
  const clock = new FakeClock()
  const bus = new LocalBus(clock)
  const one = open({ clock, bus, ids: 'a' })
  const other = open({ clock, bus, store: one.store, ids: 'b' })
  const start = clock.now()
  const [ann, bob] = [await one.enter('ann'), await other.enter('bob')]
  other.chat.join(bob.session, '#den')
  one.chat.join(ann.session, '#den')
  other.chat.setAway(bob.session, 'lunch')
  await clock.advance(100)
  assert.deepEqual(
    ann.heard.filter((words) => words.startsWith('bob')),
    ['bob logged-in', 'bob joined', 'bob away lunch'],
  )
  const view = one.chat.person('BOB')
  assert.deepEqual([view?.since, view?.away, view?.rooms], [start, 'lunch', ['#lobby', '#den']])
  await clock.advance(5 * PRESENCE_EVERY)
  other.chat.say(bob.session, 'x')
  const spoke = clock.now()
  await clock.advance(PRESENCE_EVERY)
  assert.deepEqual([one.chat.person('bob')?.since, one.chat.person('bob')?.activeAt], [start, spoke])
  await other.chat.rename(bob.session, 'bert')
  await clock.advance(100)
  assert.deepEqual(last(ann, 'renamed').rooms, ['#lobby', '#den'])
  assert.equal(one.chat.person('bob'), undefined)
  other.chat.part(bob.session, '#den', 'too loud')
  await clock.advance(100)
  assert.equal(last(ann, 'left').text, 'too loud')
  other.chat.join(bob.session, '#den')
  await clock.advance(100)
  other.chat.part(bob.session, '#den')
  await clock.advance(100)
  assert.equal(last(ann, 'left').text, undefined)
  other.chat.leave(bob.session, 'dinner')
  await clock.advance(100)
  const from = { id: bob.session.person.id, name: 'bert' }
  assert.deepEqual(last(ann, 'disconnected'), {
    kind: 'disconnected',
    from,
    rooms: ['#lobby'],
    text: 'dinner',
  })
  assert.deepEqual([one.chat.population, other.chat.population], [1, 1])
})

test('Chats on one store: a neighbour is seen when everybody here has heard that they came', async () => {
  const clock = new FakeClock()
  const bus = new LocalBus(clock)
  const one = open({ clock, bus, ids: 'a', window: 10 })
  const other = open({ clock, bus, store: one.store, ids: 'b', window: 10 })
  const seen: string[][] = []
  await one.enter('ann', () => seen.push(names(one.chat.people())))
  await clock.advance(100)
  const bob = await other.enter('bob')
  await clock.advance(100)
  await other.chat.rename(bob.session, 'bert')
  await clock.advance(100)
  assert.deepEqual(seen, [['ann'], ['ann', 'bob'], ['ann', 'bert']])
})
