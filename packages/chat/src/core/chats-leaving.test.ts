/** Chats on one store when people leave, the store hangs, and hints come again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LocalBus } from '../buses/local.ts'
import { MemoryStore } from '../stores/memory.ts'
import { type Guest, openChat } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FaultyBus } from '../testing/faulty-bus.ts'
import { isKept, isMessage } from './events.ts'
import { SILENCE } from './neighbours.ts'
import { STORE_PATIENCE } from './patience.ts'

test('Chats on one store: who stays behind in a conversation does not hear all of it again', async () => {
  const clock = new FakeClock()
  const { chat, enter } = openChat({ clock, bus: new LocalBus(clock) })
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  for (const text of ['one', 'two']) chat.tell(ann.session, 'bob', text)
  chat.tell(bob.session, 'ann', 'three')
  await clock.settle()
  const mine = bob.batches.flatMap(({ events }) => events).findLast(isMessage)
  chat.leave(ann.session)
  await clock.settle()
  const before = bob.heard.length
  await chat.edit(bob.session, mine?.id ?? '', 'four', mine?.room)
  await clock.settle()
  assert.deepEqual(bob.heard.slice(before), ['bob edited four'])
})

test('Chats on one store: a store that hangs holds up many new rooms no longer than one', async () => {
  const clock = new FakeClock()
  const store = new FailingStore({ now: () => clock.now() })
  const { chat, enter } = openChat({ clock, store, bus: new LocalBus(clock) })
  const ann = await enter('ann')
  await clock.settle()
  store.room = () => new Promise(() => {})
  for (let count = 0; count < 20; count += 1) chat.join(ann.session, `#room${count}`)
  chat.look(ann.session, '#lobby')
  chat.say(ann.session, 'does anybody hear me?')
  await clock.advance(2 * STORE_PATIENCE)
  assert.equal(ann.heard.at(-1), 'ann said does anybody hear me?')
})

const DEEDS = ['come', 'say', 'say', 'tell', 'edit', 'join', 'part', 'rename', 'go', 'wait'] as const
const deed = fc.record({ who: fc.nat(3), what: fc.constantFrom(...DEEDS) })
const faults = fc.record({
  lost: fc.constantFrom(0, 0.3),
  doubled: fc.constantFrom(0, 0.5),
  delay: fc.constantFrom(0, 20, 2000),
  seed: fc.nat(1_000_000),
})

test('Chats on one store, people coming and going, whatever the bus does: nothing twice, and no gap in the lobby', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 50, size: 'max' }), faults, async (deeds, faulty) => {
      const clock = new FakeClock()
      const bus = new FaultyBus(clock, faulty)
      const store = new MemoryStore({ now: () => clock.now() })
      const [one, other] = ['a', 'b'].map((ids) => openChat({ clock, store, bus, ids }))
      assert.ok(one !== undefined && other !== undefined)
      const inside = new Map<number, Guest>()
      const all: Guest[] = []
      for (const { who, what } of deeds) {
        const { chat, enter } = who < 2 ? one : other
        const guest = inside.get(who)
        const { session, batches } = guest ?? {}
        if (what === 'tell') await clock.settle() // a name that was changed is found when everybody has heard it
        const [neighbour] = chat.people().filter(({ id }) => id !== session?.person.id)
        if (guest === undefined || session === undefined) {
          const newcomer = await enter(`g${who}x`, undefined, true)
          inside.set(who, newcomer)
          all.push(newcomer)
        } else if (what === 'say') chat.say(session, 'x', { room: '#lobby' })
        else if (what === 'tell' && neighbour !== undefined) chat.tell(session, neighbour.name, 'psst')
        else if (what === 'edit') {
          const events = batches?.flatMap(({ events: heard }) => heard).filter(isMessage) ?? []
          const mine = events.findLast(({ from }) => from.id === session.person.id)
          if (mine !== undefined) await chat.edit(session, mine.id, 'y', mine.room)
        } else if (what === 'join') chat.join(session, '#den')
        else if (what === 'part' && session.person.isIn('#den')) chat.part(session, '#den')
        else if (what === 'rename') await chat.rename(session, `n${all.length}x${who}x`)
        else if (what === 'go') {
          chat.leave(session)
          inside.delete(who)
        } else await clock.advance(7)
      }
      await clock.advance(SILENCE)
      bus.heal()
      await clock.advance(2 * SILENCE)
      for (const guest of all) checkHeard(guest)
      assert.deepEqual(
        [one.chat.population, other.chat.population],
        [inside.size, inside.size],
        'both know who is here',
      )
    }),
    { numRuns: 100 },
  )
})

function checkHeard({ batches, faults: failed }: Guest): void {
  assert.deepEqual(failed, [])
  const kept = batches.flatMap(({ events }) => events).filter(isKept)
  for (const [room, events] of Map.groupBy(kept, (event) => event.room)) {
    const numbers = events.map(({ seq }) => seq)
    const [first = 0] = numbers
    const isWhole = room !== '#den' // which they may have left in between
    const expected = isWhole
      ? numbers.map((_, index) => first + index)
      : [...new Set(numbers)].toSorted((a, b) => a - b)
    assert.deepEqual(numbers, expected, room)
  }
}
