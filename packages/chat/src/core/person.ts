/** A name that is present. */
import type { PersonRef } from './events.ts'
import { LIMITS } from './limits.ts'
import type { Actor, Role } from './permissions.ts'
import type { Room } from './room.ts'
import { SeenPerson } from './seen-person.ts'
import type { Session } from './session.ts'

export type { PersonView } from './seen-person.ts'

export class Person implements Actor {
  readonly role: Role = 'guest'
  /** Unique to this presence: somebody who takes the same name later is another person. */
  readonly id: string
  /** In what is said from now on; others see it when they have heard of it (`seen`). */
  name: string
  /** In whose name the store keeps the name: another one after each change of it. */
  holder: string
  away: string | undefined
  /** What everybody has heard of this person so far. */
  readonly seen: SeenPerson
  /** Where this person may speak, by name. At most `LIMITS.roomsPerPerson`. */
  readonly rooms: Map<string, Room> = new Map()
  /** The connections through which this person is here. */
  readonly sessions: Set<Session> = new Set()
  /** Whom they talked with privately, by the conversation's key. */
  readonly #conversations = new Map<string, PersonRef>()

  /** `now`: when they come, in milliseconds since 1970. */
  constructor(id: string, name: string, now: number) {
    this.id = id
    this.holder = id
    this.name = name
    this.seen = new SeenPerson({ id, name }, now)
  }

  get ref(): PersonRef {
    return { id: this.id, name: this.name }
  }

  /** From the first session to the last: what is asked for after it comes too late. */
  get isHere(): boolean {
    return this.sessions.size > 0
  }

  isIn(room: string): boolean {
    return this.rooms.has(room)
  }

  get conversations(): ReadonlyMap<string, PersonRef> {
    return this.#conversations
  }

  /** Remembers a conversation; one that was remembered is the newest again. */
  converse(key: string, other: PersonRef): void {
    this.#conversations.delete(key)
    this.#conversations.set(key, other)
    if (this.#conversations.size <= LIMITS.conversations) return
    for (const oldest of this.#conversations.keys()) {
      this.#conversations.delete(oldest)
      return
    }
  }
}
