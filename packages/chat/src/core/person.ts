/** A name that is present. */
import type { Room } from './room.ts'
import type { Session } from './session.ts'

export class Person {
  /** Unique to this presence: somebody who takes the same name later is another person. */
  readonly id: string
  readonly name: string
  /** Where this person may speak. At most `LIMITS.roomsPerPerson`. */
  readonly rooms: Set<Room> = new Set()
  /** The connections through which this person is here. */
  readonly sessions: Set<Session> = new Set()

  constructor(id: string, name: string) {
    this.id = id
    this.name = name
  }
}
