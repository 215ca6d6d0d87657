/** The one order that everybody sees, in random schedules of coming, talking, moving and going. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Guest, openChat, words } from '../testing/chat-guests.ts'
import type { ChatEvent } from './events.ts'

// What a guest may do in a random schedule.
type Deed = { readonly who: number; readonly what: 'come' | 'say' | 'join' | 'go' | 'wait' }
const deed = fc.record<Deed>({
  who: fc.nat(4),
  what: fc.constantFrom('come', 'say', 'say', 'join', 'go', 'wait'),
})

test('Chat: in any schedule everybody sees one order, from their own coming to their going', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40 }), fc.constantFrom(0, 10), async (deeds, window) => {
      const { chat, clock, enter } = openChat({ window })
      const inside = new Map<number, Guest>()
      const all: Guest[] = []
      let said = 0
      for (const { who, what } of deeds) {
        const guest = inside.get(who)
        if (what === 'wait') await clock.advance(5)
        else if (guest === undefined) {
          const guestToBe = await enter(`g${who}x`)
          inside.set(who, guestToBe)
          all.push(guestToBe)
        } else if (what === 'say') {
          said += 1
          chat.say(guest.session, String(said))
        } else if (what === 'join') chat.join(guest.session, '#den')
        else if (what === 'go') {
          chat.leave(guest.session)
          inside.delete(who)
        }
      }
      await clock.advance(100)
      checkOneOrder(all)
      assert.equal(chat.population, inside.size)
    }),
    { numRuns: 150 },
  )
})

// What any two guests both heard, they heard in the same order; and each heard their own coming before all else.
function checkOneOrder(guests: readonly Guest[]): void {
  const after = new Map<ChatEvent, Set<ChatEvent>>()
  for (const { batches, heard, session } of guests) {
    const events = batches.flatMap((batch) => batch.events)
    if (heard.length > 0) assert.equal(heard[0], `${session.person.name} logged-in`)
    assert.equal(new Set(events).size, events.length, 'heard twice')
    events.forEach((event, index) => {
      const later = events.slice(index + 1)
      after.set(event, new Set([...(after.get(event) ?? []), ...later]))
      for (const other of later) assert.ok(!after.get(other)?.has(event), `${words(event)}: two orders`)
    })
  }
}
