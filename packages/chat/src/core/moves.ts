/** Going from room to room: what a person is in, and what a session looks at. */
import type { Attendance } from './attendance.ts'
import type { Directory } from './directory.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent } from './events.ts'
import { authorize } from './permissions.ts'
import type { Person } from './person.ts'
import { Room } from './room.ts'
import { isPairKey, LOBBY, parseRoomName } from './room-names.ts'
import { personOf, type Session } from './session.ts'
import { checkRemark } from './sizes.ts'

export interface MovesOptions {
  readonly attendance: Attendance
  readonly directory: Directory
  readonly push: (event: ChatEvent, origin: Session) => void
}

export class Moves {
  readonly #options: MovesOptions

  constructor(options: MovesOptions) {
    this.#options = options
  }

  join(session: Session, typed: string): Room {
    const person = personOf(session)
    authorize(person, 'join')
    const { room, came } = this.#options.attendance.join(person, typed)
    if (came) this.#options.push({ kind: 'joined', room: room.name, from: person.ref }, session)
    session.view = room
    return room
  }

  part(session: Session, typed: string, reason: string): void {
    const person = personOf(session)
    const { attendance, push } = this.#options
    if (isPairKey(typed)) {
      if (session.view.name === typed) session.view = attendance.lobby
      return
    }
    checkRemark(reason)
    const room = parseRoomName(typed)
    if (room === LOBBY) throw new ChatError('lobby-stays')
    authorize(person, 'leave', room)
    attendance.part(person, room)
    push({ kind: 'left', room, from: person.ref, ...(reason !== '' && { text: reason }) }, session)
  }

  look(session: Session, typed: string): Room {
    session.view = this.find(personOf(session), typed)
    return session.view
  }

  /** A room that this person is in, or a conversation of theirs, to be looked at. */
  find(person: Person, typed: string): Room {
    return typed.startsWith('#') ? this.#roomOf(person, typed) : this.#conversation(person, typed)
  }

  #roomOf(person: Person, typed: string): Room {
    const room = person.rooms.get(parseRoomName(typed))
    if (room === undefined) throw new ChatError('not-in-room')
    return room
  }

  #conversation(person: Person, typed: string): Room {
    const known = person.conversations.get(typed)
    if (known !== undefined) return new Room(typed, known)
    const { key, other } = this.#options.directory.converse(person, typed)
    return new Room(key, other)
  }
}
