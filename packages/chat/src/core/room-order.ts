/**
 * Keeps the numbered events of each room in their order when several chats share a store: one that was delivered
 * before is passed over, and when one is missing the store is asked for it. Only with a bus; a chat that is alone
 * gets every number from the store's own answers.
 */
import type { Clock } from './clock.ts'
import { type ChatEvent, isKept, type Kept } from './events.ts'
import { LIMITS } from './limits.ts'
import { patiently } from './patience.ts'
import { isPairKey } from './room-names.ts'
import type { Store } from './store.ts'

export interface RoomOrderOptions {
  readonly store: Pick<Store, 'since' | 'room'>
  readonly clock: Clock
  /** True for rooms that somebody here hears: of the others nothing is remembered. */
  readonly isHeard: (room: string) => boolean
  /** Told when missing events could not be read: who is here does not hear them. */
  readonly storeFails: (error: unknown) => void
}

export class RoomOrder {
  readonly #options: RoomOrderOptions
  /** The last that was delivered here, for each room that is heard here. */
  readonly #last = new Map<string, number>()
  /** What was delivered here without a number: when it comes with one it is passed over. */
  readonly #unnumbered = new Set<string>()

  constructor(options: RoomOrderOptions) {
    this.#options = options
  }

  /** The last number delivered here; undefined in a room of which nothing is known. */
  last(room: string): number | undefined {
    // A conversation is no older than its two: whoever hears of it first hears all of it.
    return this.#last.get(room) ?? (isPairKey(room) && this.#options.isHeard(room) ? 0 : undefined)
  }

  forget(room: string): void {
    this.#last.delete(room)
  }

  /** Remembers what was delivered without a number. Bounded: of the oldest the chat would repeat itself. */
  heardWithout(events: readonly { readonly id: string }[]): void {
    for (const { id } of events) this.#unnumbered.add(id)
    for (const id of this.#unnumbered) {
      if (this.#unnumbered.size <= LIMITS.spoolEvents) return
      this.#unnumbered.delete(id)
    }
  }

  /** The rooms of which something is known. */
  rooms(): Iterable<string> {
    return this.#last.keys()
  }

  /** Finds out where a room is before something of it is heard here for the first time. */
  async begin(room: string): Promise<void> {
    try {
      const record = await patiently(this.#options.store.room(room), this.#options.clock)
      this.#last.set(room, Math.max(this.#last.get(room) ?? 0, record?.lastSeq ?? 0))
    } catch (error) {
      this.#options.storeFails(error) // then the first event that comes is where it begins
    }
  }

  /** The events as they are to be delivered: in order, with what was missing, without what was heard before. */
  async place(events: readonly ChatEvent[]): Promise<readonly ChatEvent[]> {
    const placed: ChatEvent[] = []
    for (const event of events) {
      if (!isKept(event)) placed.push(event)
      else {
        const last = this.last(event.room)
        if (last !== undefined && event.seq > last + 1) placed.push(...(await this.#missing(event, last)))
        if (this.#isNew(event)) placed.push(event)
      }
    }
    return placed
  }

  async #missing({ room, seq }: Kept, last: number): Promise<readonly ChatEvent[]> {
    const { store, clock } = this.#options
    // After a long silence only the newest: the rest is history.
    let from = Math.max(last, seq - 1 - LIMITS.resume)
    const missing: ChatEvent[] = []
    try {
      while (from < seq - 1) {
        const page = await patiently(store.since(room, from, seq - 1 - from), clock)
        const before = page.filter((event) => event.seq < seq)
        missing.push(...before.filter((event) => this.#isNew(event)))
        const end = before.at(-1)?.seq
        if (end === undefined) break // the store has forgotten them
        from = end
      }
    } catch (error) {
      this.#options.storeFails(error)
    }
    return missing
  }

  #isNew({ id, room, seq }: Kept): boolean {
    const last = this.#last.get(room)
    if (last !== undefined && seq <= last) return false
    if (last !== undefined || this.#options.isHeard(room)) this.#last.set(room, seq)
    return !this.#unnumbered.delete(id)
  }
}
