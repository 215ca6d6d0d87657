/** Two chats on one store, over a bus that loses, delays and doubles: one order in each room, nothing lost or doubled. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LocalBus } from '../buses/local.ts'
import { MemoryStore } from '../stores/memory.ts'
import { type Guest, type OpenChat, openChat, refuses, rejects } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FaultyBus } from '../testing/faulty-bus.ts'
import type { Bus } from './bus.ts'
import { isKept, type Kept } from './events.ts'
import { PRESENCE_EVERY, SILENCE } from './neighbours.ts'
import { OPERATOR } from './permissions.ts'
import type { Store } from './store.ts'

interface Two {
  readonly clock: FakeClock
  readonly one: OpenChat
  readonly other: OpenChat
}

function openTwo(makeBus: (clock: FakeClock) => Bus, store?: Store, window = 0): Two {
  const clock = new FakeClock()
  const bus = makeBus(clock)
  const shared = store ?? new MemoryStore({ now: () => clock.now() })
  const [one, other] = ['a', 'b'].map((ids) => openChat({ clock, store: shared, bus, ids, window }))
  assert.ok(one !== undefined && other !== undefined)
  return { clock, one, other }
}

function local(clock: FakeClock): Bus {
  return new LocalBus(clock)
}

function kept({ batches }: Guest): Kept[] {
  return batches.flatMap(({ events }) => events).filter(isKept)
}

test('Chats on one store hear what is said in the other, in the order of its numbers', async () => {
  const { clock, one, other } = openTwo(local)
  const [ann, bob] = [await one.enter('ann'), await other.enter('bob')]
  await clock.settle()
  one.chat.say(ann.session, '1')
  other.chat.say(bob.session, '2')
  await clock.settle()
  one.chat.setTopic(ann.session, '3')
  await clock.settle()
  for (const guest of [ann, bob])
    assert.deepEqual(
      kept(guest).map(({ seq }) => seq),
      [1, 2, 3],
    )
  assert.deepEqual(
    kept(ann).map(({ id }) => id),
    kept(bob).map(({ id }) => id),
  )
})

test('Chats on one store: people, their rooms and names are known in both, and what changes is heard', async () => {
  const { clock, one, other } = openTwo(local)
  const [ann, bob] = [await one.enter('ann'), await other.enter('bob')]
  await clock.settle()
  assert.equal((await other.chat.claimName('ANN')).name, 'ANN2')
  other.chat.join(bob.session, '#den')
  await clock.settle()
  assert.deepEqual(
    one.chat.rooms().map(({ name, members }) => [name, [...members].map((person) => person.name)]),
    [
      ['#lobby', ['ann', 'bob']],
      ['#den', ['bob']],
    ],
  )
  other.chat.setAway(bob.session, 'lunch')
  await clock.settle()
  await other.chat.rename(bob.session, 'bert')
  await clock.settle()
  const [{ name, away } = { name: '' }] = one.chat.people().slice(1)
  assert.deepEqual([one.chat.population, name, away], [2, 'bert', 'lunch'])
  one.chat.kick(OPERATOR, 'ann')
  refuses(() => one.chat.kick(OPERATOR, 'bert'), 'is-elsewhere')
  other.chat.leave(bob.session)
  await clock.settle()
  assert.deepEqual(one.chat.people(), [])
  assert.deepEqual(
    ann.heard.filter((words) => words.startsWith('b')),
    ['bob logged-in', 'bob away lunch', 'bob renamed bert'],
  )
})

test('Chats on one store: private messages, mentions and edits reach the other', async () => {
  const { clock, one, other } = openTwo(local)
  const [ann, bob, cec] = [await one.enter('ann'), await other.enter('bob'), await other.enter('cec')]
  await clock.settle()
  one.chat.tell(ann.session, 'bob', 'psst')
  one.chat.say(ann.session, 'hello @bob')
  await clock.settle()
  assert.deepEqual(bob.heard.slice(-2), ['ann said psst', 'ann said hello @bob'])
  assert.equal(cec.heard.at(-1), 'ann said hello @bob')
  const message = kept(bob).at(-1)
  assert.deepEqual(message?.kind === 'said' ? message.mentions : [], [bob.session.person.id])
  await one.chat.edit(ann.session, message?.id ?? '', 'hello')
  await clock.settle()
  assert.equal(bob.heard.at(-1), 'ann edited hello')
  await rejects(other.chat.edit(bob.session, message?.id ?? '', 'x'), 'not-yours')
  other.chat.tell(bob.session, 'ann', 'yes?')
  await clock.settle()
  assert.equal(ann.heard.at(-1), 'bob said yes?')
})

test('Chats on one store: one that is not heard of for half a minute has left, and what it said is heard when it is back', async () => {
  let cut = false
  const { clock, one, other } = openTwo((time) => {
    const bus = new LocalBus(time)
    return {
      publish: (hint) => {
        if (!cut) bus.publish(hint)
      },
      subscribe: (listen) => bus.subscribe(listen),
    }
  })
  const [ann, bob] = [await one.enter('ann'), await other.enter('bob')]
  await clock.settle()
  cut = true
  other.chat.say(bob.session, 'one')
  await clock.advance(SILENCE + 2 * PRESENCE_EVERY)
  assert.equal(ann.heard.at(-1), 'bob disconnected')
  assert.deepEqual(one.chat.people().length, 1)
  cut = false
  await clock.advance(PRESENCE_EVERY)
  assert.deepEqual(ann.heard.slice(-2).toSorted(), ['bob logged-in', 'bob said one'])
  assert.deepEqual(
    kept(ann).map(({ seq }) => seq),
    [1],
  )
})

test('Chats on one store: one that ends says so', async () => {
  const { clock, one, other } = openTwo(local)
  const [ann] = [await one.enter('ann'), await other.enter('bob')]
  await clock.settle()
  await other.chat.close()
  await clock.settle()
  assert.deepEqual(ann.heard, ['ann logged-in', 'bob logged-in', 'bob disconnected'])
  await one.chat.close()
  assert.equal(clock.pending, 0)
})

test('Chats on one store: what one said while the store failed it hears once, the other when it is stored', async () => {
  const store = new FailingStore({ now: () => 0 })
  const { clock, one, other } = openTwo(local, store)
  const [ann, bob] = [await one.enter('ann'), await other.enter('bob')]
  await clock.settle()
  one.chat.say(ann.session, '1')
  await clock.settle()
  store.mode = 'rejects'
  one.chat.say(ann.session, '2')
  await clock.settle()
  store.mode = 'works'
  other.chat.say(bob.session, '3')
  await clock.settle()
  await clock.advance(1000)
  const said = ({ heard }: Guest): string[] => heard.filter((words) => /^\w+ said /.test(words))
  assert.deepEqual(said(ann), ['ann said 1', 'ann said 2', 'bob said 3'])
  assert.deepEqual(said(bob), ['ann said 1', 'bob said 3', 'ann said 2'])
  other.chat.say(bob.session, '4')
  await clock.settle()
  assert.deepEqual(said(ann).at(-1), 'bob said 4')
})

type Deed = { readonly who: number; readonly what: 'say' | 'join' | 'part' | 'tell' | 'attach' | 'wait' }
const deed = fc.record<Deed>({
  who: fc.nat(3),
  what: fc.constantFrom('say', 'say', 'say', 'join', 'part', 'tell', 'attach', 'wait'),
})
const faults = fc.record({
  lost: fc.constantFrom(0, 0.3, 0.7),
  doubled: fc.constantFrom(0, 0.5),
  delay: fc.constantFrom(0, 20, 2000),
  seed: fc.nat(1_000_000),
})

test('Chats on one store, whatever the bus does: the same in the same order on both, nothing lost, nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 40, size: 'max' }),
      faults,
      fc.constantFrom(0, 10),
      async (deeds, faulty, window) => {
        const buses: FaultyBus[] = []
        const makeBus = (time: FakeClock): Bus => {
          buses.push(new FaultyBus(time, faulty))
          return buses[0] ?? local(time)
        }
        const { clock, one, other } = openTwo(makeBus, undefined, window)
        const chats = [one, one, other, other]
        const guests: Guest[] = []
        const late: Guest[] = []
        for (const [index, { enter }] of chats.entries())
          guests.push(await enter(`g${index}x`, undefined, true))
        await clock.advance(SILENCE)
        let said = 0
        for (const { who, what } of deeds) {
          if (what === 'attach' && late.length > 10) continue // there is a limit for each person
          const [{ chat }, guest, next] = [chats[who] ?? one, guests[who], guests[(who + 1) % 4]]
          if (guest === undefined || next === undefined) continue
          said += 1
          if (what === 'say') chat.say(guest.session, String(said))
          else if (what === 'tell' && chat.people().length === 4) {
            chat.tell(guest.session, next.session.person.name, String(said))
          } else if (what === 'join') chat.join(guest.session, '#den')
          else if (what === 'attach')
            late.push((chats[who] ?? one).attach(guest.session, { everywhere: true }))
          else if (what === 'part' && guest.session.view.name !== '#lobby') chat.part(guest.session, '#den')
          else await clock.advance(7)
        }
        await clock.advance(SILENCE)
        buses[0]?.heal()
        await clock.advance(2 * SILENCE)
        await checkSame(guests, one.store)
        const all = (await one.store.since('#lobby', 0, 1000)).map(({ id }) => id)
        for (const guest of late) {
          const heard = kept(guest).filter(({ room }) => room === '#lobby')
          const ids = heard.map(({ id }) => id)
          assert.deepEqual(ids, all.slice(all.length - ids.length), 'from when it came on nothing is missing')
        }
      },
    ),
    { numRuns: 100 },
  )
})

// In the lobby and in the conversations of each nothing is missing; in any room nothing is twice or out of order.
async function checkSame(guests: readonly Guest[], store: Store): Promise<void> {
  for (const guest of guests) {
    const heard = Map.groupBy(kept(guest), ({ room }) => room)
    for (const [room, events] of heard) {
      const numbers = events.map(({ seq }) => seq)
      assert.deepEqual(
        numbers,
        [...new Set(numbers)].toSorted((a, b) => a - b),
        `${room}: twice or out of order`,
      )
    }
    const whole = ['#lobby', ...guest.session.person.conversations.keys()]
    for (const room of whole) {
      const all = await store.since(room, 0, 1000)
      assert.deepEqual(
        (heard.get(room) ?? []).map(({ id }) => id),
        all.map(({ id }) => id),
        `${guest.session.person.name}: something of ${room} is missing`,
      )
    }
    assert.deepEqual(guest.faults, [])
  }
}
