/** The one order that everybody sees, in random schedules of coming, talking, moving and going. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeOf, type Guest, type OpenChat, openChat, words } from '../testing/chat-guests.ts'
import type { ChatEvent } from './events.ts'
import { nameKeys } from './names.ts'
import { OPERATOR } from './permissions.ts'

// What a guest may do in a random schedule.
const DEEDS = ['come', 'say', 'say', 'tell', 'join', 'part', 'look', 'rename', 'go', 'kick', 'wait'] as const
interface Deed {
  readonly who: number
  readonly what: (typeof DEEDS)[number]
}
const deed = fc.record<Deed>({ who: fc.nat(4), what: fc.constantFrom(...DEEDS) })

/** Guests who come and go, by number. */
class Company {
  readonly open: OpenChat
  readonly inside = new Map<number, Guest>()
  readonly all: Guest[] = []
  #said = 0

  constructor(open: OpenChat) {
    this.open = open
  }

  async do({ who, what }: Deed): Promise<void> {
    const { chat, clock, enter } = this.open
    const guest = this.inside.get(who)
    const other = this.inside.get((who + 1) % 5)
    if (what === 'wait') await clock.advance(5)
    else if (guest === undefined) {
      const newcomer = await enter(`g${who}x`, undefined, who === 0)
      this.inside.set(who, newcomer)
      this.all.push(newcomer)
    } else if (what === 'rename')
      await this.#try(() => chat.rename(guest.session, `r${who}x${this.all.length}`))
    else await this.#try(() => this.#doNow(what, guest, other))
    if (guest !== undefined && (what === 'go' || what === 'kick')) this.inside.delete(who)
  }

  #doNow(what: Deed['what'], { session }: Guest, other: Guest | undefined): unknown {
    const { chat } = this.open
    this.#said += 1
    const name = other?.session.person.name ?? 'nobody here'
    if (what === 'say') chat.say(session, String(this.#said))
    else if (what === 'tell') chat.tell(session, name, String(this.#said))
    else if (what === 'join') chat.join(session, '#den')
    else if (what === 'part') chat.part(session)
    else if (what === 'look') chat.look(session, this.#said % 2 === 0 ? name : '#lobby')
    else if (what === 'go' || what === 'kick') {
      if (what === 'kick') this.#tryNow(() => chat.kick(OPERATOR, session.person.name))
      chat.leave(session)
    }
    return undefined
  }

  // What is refused is no fault: the schedule is random.
  async #try(run: () => unknown): Promise<void> {
    try {
      await run()
    } catch (error) {
      assert.ok(codeOf(error) !== undefined, String(error))
    }
  }

  #tryNow(run: () => void): void {
    try {
      run()
    } catch (error) {
      assert.ok(codeOf(error) !== undefined, String(error))
    }
  }
}

test('Chat: in any schedule everybody sees one order, from their own coming to their going, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 60, size: 'max' }),
      fc.constantFrom(0, 10),
      async (deeds, window) => {
        const company = new Company(openChat({ window }))
        const { chat, clock, store } = company.open
        for (const one of deeds) await company.do(one)
        await clock.advance(100)
        checkOneOrder(company.all)
        assert.equal(chat.population, company.inside.size)
        const names = company.all.map(({ session }) => session.person.name)
        for (const { session } of company.inside.values()) chat.leave(session)
        await clock.advance(100)
        assert.deepEqual(
          chat.rooms().map(({ name, members }) => [name, members.size]),
          [['#lobby', 0]],
        )
        for (const name of names)
          assert.ok(await store.claimName(nameKeys(name), name, 0), `${name} is still taken`)
        assert.equal(clock.pending, 0)
      },
    ),
    { numRuns: 150 },
  )
})

// What any two guests both heard, they heard in the same order; and each heard their own coming before all else.
function checkOneOrder(guests: readonly Guest[]): void {
  const after = new Map<ChatEvent, Set<ChatEvent>>()
  for (const { batches, heard, session, faults } of guests) {
    const events = batches.flatMap((batch) => batch.events)
    const [first] = events
    if (first !== undefined)
      assert.equal('from' in first ? first.from?.id : '', session.person.id, heard[0] ?? '')
    assert.deepEqual(faults, [])
    assert.equal(new Set(events).size, events.length, 'heard twice')
    events.forEach((event, index) => {
      const later = events.slice(index + 1)
      after.set(event, new Set([...(after.get(event) ?? []), ...later]))
      for (const other of later) assert.ok(!after.get(other)?.has(event), `${words(event)}: two orders`)
    })
  }
}
