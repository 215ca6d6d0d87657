/** Closing in the middle of everything. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeOf, openChat } from '../testing/chat-guests.ts'
import { FailingStore } from '../testing/failing-store.ts'
import { isMessage } from './events.ts'

const DEEDS = [
  'say',
  'tell',
  'edit',
  'join',
  'rename',
  'resume',
  'come',
  'go',
  'fail',
  'work',
  'wait',
] as const

test('Chat.close in the middle of everything: all that was accepted is heard once and stored, and no timer is left', async () => {
  const deeds = fc.array(fc.tuple(fc.constantFrom(...DEEDS), fc.nat(2)), { maxLength: 40, size: 'max' })
  await fc.assert(
    fc.asyncProperty(deeds, fc.nat(40), fc.constantFrom(0, 10), async (plan, closeAfter, window) => {
      const store = new FailingStore({ now: () => 0 })
      const { chat, clock, enter } = openChat({ store, window })
      const guests = [await enter('g0x'), await enter('g1x'), await enter('g2x')]
      await clock.advance(100)
      let [closed, accepted]: [Promise<void> | undefined, number] = [undefined, 0]
      const open: Promise<unknown>[] = []
      const refusedOnly = (error: unknown): void => assert.ok(codeOf(error) !== undefined, String(error))
      const doOne = (what: (typeof DEEDS)[number], who: number): unknown => {
        const { session, batches } = guests[who] ?? assert.fail()
        const { name } = guests[(who + 1) % 3]?.session.person ?? session.person
        const mine = batches.flatMap(({ events }) => events).findLast(isMessage)
        if (what === 'say') {
          chat.say(session, String(accepted), { room: '#lobby' })
          accepted += 1
        } else if (what === 'tell') chat.tell(session, name, 'psst')
        else if (what === 'edit') return chat.edit(session, mine?.id ?? '', 'x', mine?.room)
        else if (what === 'join') chat.join(session, '#den')
        else if (what === 'rename') return chat.rename(session, `r${who}x${accepted}`)
        else if (what === 'resume' && who > 0) return chat.resume(session, '#lobby', 0)
        else if (what === 'come') return chat.claimName('late').then((claim) => chat.giveUp(claim))
        else if (what === 'go' && who > 0) chat.leave(session)
        else if (what === 'fail' && closed === undefined) store.mode = 'rejects'
        else if (what === 'work') store.mode = 'works'
        else if (what === 'wait') return clock.advance(7)
        return undefined
      }
      for (const [index, [what, who]] of plan.entries()) {
        if (index === closeAfter) {
          store.mode = 'works' // what is not stored by the last try is lost, and that is known
          closed = chat.close()
        }
        try {
          const answer = doOne(what, who)
          if (answer instanceof Promise) open.push(answer.catch(refusedOnly))
        } catch (error) {
          refusedOnly(error)
        }
        if (what === 'wait') await open.at(-1)
      }
      if (closed === undefined) store.mode = 'works'
      closed ??= chat.close()
      await clock.advance(10_000)
      await Promise.all([closed, ...open])
      assert.equal(clock.pending, 0)
      const heard = guests[0]?.heard.filter((words) => /^\w+ said \d+$/.test(words)) ?? []
      assert.equal(heard.length, new Set(heard).size, 'heard twice')
      const texts = (await store.history({ room: '#lobby', count: 100 })).map(({ id }) => id)
      assert.equal(new Set(texts).size, accepted)
    }),
    { numRuns: 150 },
  )
})
