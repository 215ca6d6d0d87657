/** The list of rooms, of one's conversations, and what one has read, told to one's other sessions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../stores/memory.ts'
import { openChat as open, rejects } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { LIMITS } from './limits.ts'
import { pairKey } from './room-names.ts'
import { STORE_LIMITS } from './store.ts'

test('Chat.listRooms: the fullest first, then the latest, with topic, time and those that nobody is in', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  for (const room of ['#old', '#tea', '#silent', '#den']) {
    chat.join(ann.session, room)
    if (room !== '#silent') chat.say(ann.session, 'x')
    if (room !== '#den') chat.part(ann.session)
    await clock.advance(1000)
  }
  chat.setTopic(bob.session, 'welcome')
  await clock.advance(1000)
  const start = clock.now() - 5000
  assert.deepEqual(await chat.listRooms(), [
    { name: '#lobby', members: 2, topic: 'welcome', lastTime: start + 4000 },
    { name: '#den', members: 1, topic: '', lastTime: start + 3000 },
    { name: '#tea', members: 0, topic: '', lastTime: start + 1000 },
    { name: '#old', members: 0, topic: '', lastTime: start },
  ])
  chat.join(bob.session, '#new')
  await clock.settle()
  assert.deepEqual((await chat.listRooms())[2], { name: '#new', members: 1, topic: '', lastTime: undefined })
})

test('Chat.listRooms: so many, and of an open room that is older than all the store lists the topic too', async () => {
  const clock = new FakeClock()
  const { chat, enter, store } = open({
    clock,
    store: new MemoryStore({ now: () => clock.now(), rooms: 5000 }),
  })
  const ann = await enter('ann')
  chat.join(ann.session, '#old')
  chat.setTopic(ann.session, 'old one')
  await clock.settle()
  for (let room = 0; room < STORE_LIMITS.rooms + 10; room += 1) {
    const id = `m${room}`
    await store.append([{ kind: 'said', id, room: `#r${room}`, from: { id: 'b', name: 'bob' }, text: 'x' }])
  }
  const rooms = await chat.listRooms()
  assert.equal(rooms.length, LIMITS.roomList)
  const [first, second] = rooms
    .filter(({ members }) => members > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  assert.deepEqual([first?.name, second?.name, second?.topic], ['#lobby', '#old', 'old one'])
})

test('Chat.listRooms and conversations reject when the store fails', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { chat, clock, enter } = open({ store })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  chat.tell(bob.session, 'ann', 'x')
  await clock.settle()
  store.rooms = () => Promise.reject(new Error('disk'))
  store.room = () => Promise.reject(new Error('disk'))
  await rejects(chat.listRooms(), 'store-failed')
  await rejects(chat.conversations(ann.session), 'store-failed')
})

test('Chat.conversations: with whom, how far it is and since when, the newest first', async () => {
  const { chat, clock, enter } = open()
  const [ann, bob, cec, dan] = [
    await enter('ann'),
    await enter('bob'),
    await enter('cec'),
    await enter('dan'),
  ]
  await clock.advance(1000)
  assert.deepEqual(await chat.conversations(ann.session), [])
  chat.tell(ann.session, 'bob', 'one')
  await clock.advance(1000)
  chat.tell(cec.session, 'ann', 'two')
  chat.tell(cec.session, 'ann', 'three')
  const last = clock.now()
  await clock.advance(1000)
  chat.look(ann.session, 'dan') // nothing was said in it
  chat.look(ann.session, 'bob')
  await chat.rename(cec.session, 'cecil')
  chat.leave(bob.session)
  await clock.settle()
  const [a, b, c] = [ann, bob, cec].map(({ session }) => session.person.id)
  const found = await chat.conversations(ann.session)
  assert.deepEqual(found, [
    {
      room: pairKey(a ?? '', c ?? ''),
      with: { id: c, name: 'cecil' },
      newest: 2,
      lastTime: found[0]?.lastTime,
    },
    { room: pairKey(a ?? '', b ?? ''), with: { id: b, name: 'bob' }, newest: 1, lastTime: last - 1000 },
  ])
  assert.ok((found[0]?.lastTime ?? 0) >= last)
  assert.deepEqual(await chat.conversations(dan.session), [])
  chat.leave(dan.session)
  await rejects(chat.conversations(dan.session), 'not-allowed')
})

test('Chat.read tells the other sessions of the person, never backwards, and nobody else', async () => {
  const { chat, clock, enter, attach } = open()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  const [tab, phone] = [attach(ann.session), attach(ann.session, { everywhere: true })]
  for (let count = 0; count < 9; count += 1) chat.say(bob.session, 'x')
  await clock.settle()
  await chat.read(ann.session, '#lobby', 3)
  await chat.read(tab.session, '#lobby', 7)
  await chat.read(phone.session, '#lobby', 5)
  await chat.read(phone.session, '#lobby', 7)
  await Promise.all([9, 4, 8].map((seq) => chat.read(phone.session, '#lobby', seq)))
  await chat.read(ann.session, '#nowhere', 1)
  assert.deepEqual(ann.reads, ['#lobby 7', '#lobby 9'])
  assert.deepEqual(tab.reads, ['#lobby 3', '#lobby 9'])
  assert.deepEqual(phone.reads, ['#lobby 3', '#lobby 7'])
  assert.deepEqual(bob.reads, [])
  chat.leave(tab.session)
  await chat.read(phone.session, '#lobby', 100)
  assert.equal(tab.reads.length, 2)
})

test('Chat.read: what was read before, under the same name, is where it goes on', async () => {
  const { chat, clock, enter, attach } = open()
  const first = await enter('ann')
  for (let count = 0; count < 5; count += 1) chat.say(first.session, 'x')
  await clock.settle()
  await chat.read(first.session, '#lobby', 4)
  chat.leave(first.session)
  await clock.settle()
  const ann = await enter('ann')
  const tab = attach(ann.session)
  await clock.settle()
  await chat.read(ann.session, '#lobby', 2)
  assert.deepEqual(tab.reads, ['#lobby 4'])
})
