/** The names of the people who are here: claiming, changing and losing them. */
import type { Attendance } from './attendance.ts'
import type { Clock } from './clock.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent } from './events.ts'
import { claimFreeName, claimThisName, type NameClaim } from './name-claims.ts'
import { NameLeases } from './name-leases.ts'
import { fitName, nameKeys } from './names.ts'
import type { Person } from './person.ts'
import type { Session } from './session.ts'
import type { Store } from './store.ts'

export interface NamingOptions {
  readonly store: Pick<Store, 'claimName' | 'renewNames' | 'releaseName'>
  readonly clock: Clock
  readonly newId: () => string
  readonly attendance: Attendance
  readonly push: (event: ChatEvent, origin?: Session) => void
  readonly storeFails: (error: unknown) => void
}

export class Naming {
  readonly #options: NamingOptions
  readonly #leases: NameLeases
  readonly #changing = new Set<Person>()
  /** In whose name an old name is still kept, until everybody has heard of the new one. */
  readonly #former = new WeakMap<ChatEvent, string>()

  constructor(options: NamingOptions) {
    const { store, clock, storeFails } = options
    this.#options = options
    this.#leases = new NameLeases({ store, clock, storeFails, lost: (holder) => this.#replace(holder) })
  }

  /** Claims a name as near as possible to what was typed. Rejects with `no-free-name`. */
  claim(typed: string): Promise<NameClaim> {
    return claimFreeName(typed, this.#options.newId(), this.#leases.claim)
  }

  /** Gives back what is kept in this one's name. */
  release(holder: string): void {
    this.#leases.release(holder)
  }

  /** Gives somebody the name that they typed. Rejects with `name-taken`, `name-reserved`, `in-progress`. */
  async change(person: Person, typed: string, origin: Session): Promise<NameClaim> {
    // One's own name in another case, or in letters that look like it, is not taken.
    const own: readonly string[] = nameKeys(person.name)
    const isLike = nameKeys(fitName(typed).name).some((key) => own.includes(key))
    const holder = isLike ? person.holder : this.#options.newId()
    return this.#change(person, () => claimThisName(typed, holder, this.#leases.claim), origin)
  }

  /** A new name has been delivered: the old one is free. */
  delivered(event: ChatEvent): void {
    const holder = this.#former.get(event)
    if (holder !== undefined) this.release(holder)
  }

  close(): void {
    this.#leases.close()
  }

  async #change(person: Person, claim: () => Promise<NameClaim>, origin?: Session): Promise<NameClaim> {
    if (this.#changing.has(person)) throw new ChatError('in-progress')
    this.#changing.add(person)
    try {
      const named = await claim()
      this.#take(person, named, origin)
      return named
    } finally {
      this.#changing.delete(person)
    }
  }

  #take(person: Person, { id, name }: NameClaim, origin?: Session): void {
    const { attendance } = this.#options
    if (person.isHere) {
      if (name !== person.name) this.#give(person, id, name, origin)
      return
    }
    // Left meanwhile. What they leave under is kept until their leaving has been delivered.
    if (id !== person.holder || attendance.person(person.id) === undefined) this.release(id)
  }

  #give(person: Person, id: string, name: string, origin?: Session): void {
    const event: ChatEvent = { kind: 'renamed', from: person.ref, name, rooms: [...person.rooms.keys()] }
    if (id !== person.holder) this.#former.set(event, person.holder)
    person.holder = id
    person.name = name
    this.#options.push(event, origin)
  }

  /** Somebody's name has become another's, while the store could not be asked: they are called something else. */
  #replace(holder: string): void {
    const person = this.#options.attendance.holding(holder)
    if (person === undefined) return
    this.#change(person, () => this.claim(person.name)).catch((error: unknown) => {
      if (!(error instanceof ChatError)) throw error
    })
  }
}
