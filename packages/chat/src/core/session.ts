/** One connection of one person at one door, as the chat sees it: something that listens, and looks at a room. */
import type { CatchUp } from './catch-up.ts'
import { ChatError } from './errors.ts'
import type { Batch } from './events.ts'
import type { Person } from './person.ts'
import type { Room } from './room.ts'

/** What a door gives the chat for each session. No call may wait; one that throws ends its session only. */
export interface Listener {
  /** Everything that this session hears of one commit, in order. Sessions that hear the same get the same object. */
  deliver(batch: Batch): void
  /** So many messages came in a room that the person is in but the session does not look at. */
  news(room: Room, count: number): void
  /**
   * Another session of this person has read a room or conversation up to there. The numbers of a room only grow. A
   * door that shows nobody what they have read does without.
   */
  read?(room: string, seq: number): void
  /** The person has been sent out of the chat, and heard so: this connection must end. */
  end(): void
  /** A fault of ours happened in one of the calls above: this connection must end. */
  fail(error: unknown): void
}

export class Session {
  readonly person: Person
  readonly listener: Listener
  /** The room this session looks at: what it hears, and where it speaks. */
  view: Room
  /** True when it hears all rooms that the person is in, whatever it looks at. */
  readonly everywhere: boolean
  /** The rooms of which it is given what it missed, by key. */
  readonly catchUps: Map<string, CatchUp> = new Map()
  /** For whoever must remember this session and not keep it: one for all, because each costs memory. */
  readonly weak: WeakRef<Session> = new WeakRef(this)

  constructor(person: Person, listener: Listener, view: Room, everywhere = false) {
    this.person = person
    this.listener = listener
    this.view = view
    this.everywhere = everywhere
  }

  /** False when it has left. */
  get isOpen(): boolean {
    return this.person.sessions.has(this)
  }

  looksAt(room: Room): boolean {
    return this.view === room || this.everywhere
  }

  /** True when it hears what is said in the room: the person's coming has been delivered, and it looks there. */
  hears(room: Room): boolean {
    return this.looksAt(room) && room.hearing.has(this.person)
  }
}

/** Who does what this session does. Throws `not-allowed` when it has ended, though its person may be here still. */
export function personOf(session: Session): Person {
  if (!session.isOpen) throw new ChatError('not-allowed')
  return session.person
}
