/**
 * Giving a session what it missed: everything of a room after a sequence number, then live, in one order, nothing
 * twice and nothing left out. What happens in the room meanwhile waits until the earlier events have reached it.
 */
import type { Clock } from './clock.ts'
import { guarded } from './delivery.ts'
import { type ChatEvent, isKept, type Kept } from './events.ts'
import { LIMITS } from './limits.ts'
import { patiently } from './patience.ts'
import type { Session } from './session.ts'
import type { Store } from './store.ts'

/** What came of it. */
export interface Resumed {
  /** So many events between what the session knew and the first that it was given were too many to be given. */
  readonly skipped: number
  /** So many it was given. */
  readonly given: number
}

/** Where what was missed is read. */
export interface CatchUpSource {
  readonly store: Pick<Store, 'since' | 'room'>
  readonly clock: Clock
}

/** Milliseconds that each page is waited for: the session hears nothing of the room meanwhile. */
const PATIENCE = 5000

// reading ──the earlier events have reached what waits──▶ draining ──a live one that is new to it──▶ (over)
export class CatchUp {
  readonly #session: Session
  readonly #room: string
  /** The last that the session was given. */
  #last = 0
  /** What happened meanwhile; undefined when everything earlier is given. */
  #held: ChatEvent[] | undefined
  #given = 0

  /** From now on the session hears nothing of the room until `run` has given it what it missed. */
  constructor(session: Session, room: string) {
    this.#session = session
    this.#room = room
    // Who came and went since the session asked first is nowhere but in what waits for that.
    const earlier = session.catchUps.get(room)
    this.#held = (earlier === undefined ? undefined : earlier.#held) ?? []
    session.catchUps.set(room, this)
  }

  /** Asked of each live event of the room: true when it is to be heard now. */
  passes(event: ChatEvent): boolean {
    if (this.#held !== undefined) {
      this.#held.push(event)
      // What is kept is read again from the store.
      if (this.#held.length > LIMITS.resumeHeld) this.#held.shift()
      return false
    }
    if (this.#isOwnLeaving(event)) this.#end()
    if (!isKept(event)) return true
    if (event.seq <= this.#last) return false // kept before the last page was read, delivered after it
    this.#end()
    return true
  }

  /**
   * Gives the session everything after `after`, in batches, the newest `LIMITS.resume` if there is more. Rejects as
   * the store does; then the session hears what waited, and goes on live.
   */
  async run(after: number, { store, clock }: CatchUpSource): Promise<Resumed> {
    let skipped = 0
    try {
      const newest = (await patiently(store.room(this.#room), clock, PATIENCE))?.lastSeq ?? 0
      const known = Math.min(after, newest)
      this.#last = Math.max(known, newest - LIMITS.resume)
      skipped = this.#last - known
      while (this.#isOn) {
        const page = await patiently(store.since(this.#room, this.#last, LIMITS.resumePage), clock, PATIENCE)
        if (!this.#isOn) break
        const earlier = this.#beforeHeld(page)
        this.#give(earlier, this.#given === 0 ? skipped : 0)
        if (page.length < LIMITS.resumePage || earlier.length < page.length) break
      }
    } catch (error) {
      this.#end()
      throw error
    } finally {
      this.#release()
    }
    return { skipped, given: this.#given }
  }

  get #isOn(): boolean {
    return this.#session.isOpen && this.#session.catchUps.get(this.#room) === this
  }

  // What waits is given as it came, between who came and went.
  #beforeHeld(page: readonly Kept[]): readonly Kept[] {
    const first = this.#held?.find(isKept)
    return first === undefined ? page : page.filter(({ seq }) => seq < first.seq)
  }

  #give(page: readonly Kept[], skipped: number): void {
    this.#last = page.at(-1)?.seq ?? this.#last
    this.#given += page.length
    if (page.length === 0 && skipped === 0) return
    this.#deliver(page, { room: this.#room, skipped })
  }

  #release(): void {
    const isReplaced = (this.#session.catchUps.get(this.#room) ?? this) !== this
    const held = this.#held?.filter((event) => !isKept(event) || event.seq > this.#last) ?? []
    this.#held = undefined
    if (isReplaced) return // the session has asked again, and is given these by that
    // Where nothing was given nothing can come again.
    const isOver = (event: ChatEvent): boolean => isKept(event) || this.#isOwnLeaving(event)
    if (held.some(isOver) || this.#last === 0) this.#end()
    this.#given += held.filter(isKept).length
    if (held.length > 0) this.#deliver(held)
  }

  // Who goes from room to room must not leave something behind in each.
  #isOwnLeaving(event: ChatEvent): boolean {
    return event.kind === 'left' && event.from.id === this.#session.person.id
  }

  #deliver(events: readonly ChatEvent[], resumed?: { room: string; skipped: number }): void {
    const reader = this.#session.person.ref
    guarded(this.#session, () => {
      this.#session.listener.deliver({ events, busy: true, reader, resumed })
    })
  }

  #end(): void {
    if (this.#session.catchUps.get(this.#room) === this) this.#session.catchUps.delete(this.#room)
  }
}
