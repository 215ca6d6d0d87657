/** One connection of one person at one door, as the chat sees it: something that listens, and looks at a room. */
import type { Batch } from './events.ts'
import type { Person } from './person.ts'
import type { Room } from './room.ts'

/** What a door gives the chat for each session. Neither call may wait; one that throws ends its session only. */
export interface Listener {
  /** Everything that this session hears of one commit, in order. Sessions that hear the same get the same object. */
  deliver(batch: Batch): void
  /** So many messages came in a room that the person is in but the session does not look at. */
  news(room: Room, count: number): void
  /** A fault of ours happened in one of the calls above: this connection must end. */
  fail(error: unknown): void
}

export class Session {
  readonly person: Person
  readonly listener: Listener
  /** The room this session looks at: what it hears, and where it speaks. */
  view: Room

  constructor(person: Person, listener: Listener, view: Room) {
    this.person = person
    this.listener = listener
    this.view = view
  }
}
