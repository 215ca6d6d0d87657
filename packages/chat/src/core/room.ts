/** A room while somebody is in it. What was said there is the store's. */
import type { PersonRef } from './events.ts'
import { LIMITS } from './limits.ts'
import { lookAlike } from './look-alikes.ts'
import type { Person } from './person.ts'

export class Room {
  /** `#name`, lower case: what people type, and the key under which the store keeps its messages. */
  readonly name: string
  /** What the name looks like. */
  readonly look: string
  /** Who is in it and may speak: from the moment they ask to come in. */
  readonly members: Set<Person> = new Set()
  /**
   * Who hears what is said: from when their coming has been delivered until their leaving has. The room ends with the
   * last of them.
   */
  readonly hearing: Set<Person> = new Set()
  /** How many have asked to come in whose coming has not been delivered: until then the room does not end. */
  coming = 0
  /** Only in a private conversation: whom it is with. Nobody is a member of one: its two always hear it. */
  readonly with: PersonRef | undefined
  #rate = 0
  #measuredAt = 0

  constructor(name: string, other?: PersonRef) {
    this.name = name
    this.with = other
    this.look = lookAlike(name)
  }

  /**
   * Counts events and says whether the room is busy now: more than about `LIMITS.calmRate` of them in the last
   * second, or `LIMITS.calmDeliveries` to all who hear them. `ticks` is the clock's.
   */
  busyWith(events: number, ticks: number): boolean {
    // A count that fades by 1/e each second: no list of times to keep.
    this.#rate = this.#rate * Math.exp((this.#measuredAt - ticks) / 1000) + events
    this.#measuredAt = ticks
    return this.#rate > LIMITS.calmRate || this.#rate * this.hearing.size > LIMITS.calmDeliveries
  }
}
