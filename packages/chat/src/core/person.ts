/** A name that is present. */
import type { PersonRef } from './events.ts'
import { LIMITS } from './limits.ts'
import type { Actor, Role } from './permissions.ts'
import type { Room } from './room.ts'
import type { Session } from './session.ts'

/** What everybody may know of somebody who is here. */
export interface PersonView extends PersonRef {
  /** What they said about being away; undefined: they are not. */
  readonly away?: string | undefined
}

export class Person implements Actor, PersonView {
  readonly role: Role = 'guest'
  /** Unique to this presence: somebody who takes the same name later is another person. */
  readonly id: string
  /** In what is said from now on; who finds people by name finds it when everybody has heard of it. */
  name: string
  /** In whose name the store keeps the name: another one after each change of it. */
  holder: string
  away: string | undefined
  /** Where this person may speak, by name. At most `LIMITS.roomsPerPerson`. */
  readonly rooms: Map<string, Room> = new Map()
  /** The connections through which this person is here. */
  readonly sessions: Set<Session> = new Set()
  /** Whom they talked with privately, by the conversation's key. */
  readonly #conversations = new Map<string, PersonRef>()

  constructor(id: string, name: string) {
    this.id = id
    this.holder = id
    this.name = name
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
