/** Thousands of people come, talk and go: nothing of them is left, neither people nor rooms, names, timers or promises. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalBus } from '../buses/local.ts'
import { MemoryStore } from '../stores/memory.ts'
import { openChat } from '../testing/chat-guests.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { collectGarbage } from '../testing/garbage.ts'
import type { Listener } from './session.ts'

const AT_ONCE = 100

/** Who holds names in it. */
class CountedStore extends MemoryStore {
  readonly holders = new Set<string>()

  override async claimName(keys: readonly string[], holder: string, until: number): Promise<boolean> {
    const isClaimed = await super.claimName(keys, holder, until)
    if (isClaimed) this.holders.add(holder)
    return isClaimed
  }

  override async releaseName(holder: string): Promise<void> {
    this.holders.delete(holder)
    return super.releaseName(holder)
  }
}

const deaf: Listener = {
  deliver: () => {},
  news: () => {},
  end: () => {},
  fail: (error) => {
    throw error
  },
}

for (const [alone, people] of [
  ['alone', 10_000],
  ['beside another', 2000],
] as const) {
  test(`Chat ${alone} gives back everything of ${people} people who came, talked and left`, async () => {
    const clock = new FakeClock()
    const store = new CountedStore({ now: () => clock.now(), rooms: 100, roomEvents: 100 })
    const shared = { clock, store, ...(alone === 'alone' ? {} : { bus: new LocalBus(clock) }) }
    const { chat } = openChat(shared)
    const other = alone === 'alone' ? chat : openChat({ ...shared, ids: 'other' }).chat
    const timers = clock.pending
    const left: WeakRef<object>[] = []
    for (let group = 0; group < people / AT_ONCE; group += 1) {
      const sessions = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, index) =>
          chat.enter(await chat.claimName(`g${group}x${index}x`), deaf, { everywhere: index % 2 === 0 }),
        ),
      )
      await clock.settle()
      const waiting: Promise<unknown>[] = []
      for (const [index, session] of [...sessions].entries()) {
        const next = sessions[(index + 1) % AT_ONCE]?.person.name ?? ''
        chat.join(session, `#r${group}x${index}`)
        chat.tell(session, next, 'hello', { clientId: 'x' })
        if (index % 10 === 0)
          waiting.push(chat.rename(session, `n${group}x${index}x`), chat.resume(session, '#lobby', 0))
        if (index % 10 === 2) sessions.push(chat.attach(session, deaf, { everywhere: index % 20 === 2 }))
        if (index % 10 === 1) waiting.push(chat.read(session, '#lobby', 1), chat.unread(session))
      }
      await clock.settle()
      await Promise.all(waiting)
      for (const session of sessions) {
        left.push(new WeakRef(session), new WeakRef(session.person))
        chat.leave(session)
      }
      await clock.settle()
    }
    assert.deepEqual([chat.population, other.population], [0, 0])
    assert.deepEqual(
      chat.rooms().map(({ name, members }) => [name, members.size]),
      [['#lobby', 0]],
    )
    assert.equal(store.holders.size, 0)
    assert.equal(clock.pending, timers)
    await new Promise(setImmediate) // references hold until the turn in which they were made is over
    collectGarbage()
    assert.equal(left.filter((reference) => reference.deref() !== undefined).length, 0)
  })
}
