/** Going from room to room: what a person is in, and what a session looks at. */
import type { Attendance } from './attendance.ts'
import type { Directory } from './directory.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent } from './events.ts'
import { authorize } from './permissions.ts'
import { Room } from './room.ts'
import { isPairKey, LOBBY, parseRoomName } from './room-names.ts'
import type { Session } from './session.ts'

export interface MovesOptions {
  readonly attendance: Attendance
  readonly directory: Directory
  readonly push: (event: ChatEvent) => void
}

export class Moves {
  readonly #options: MovesOptions

  constructor(options: MovesOptions) {
    this.#options = options
  }

  join(session: Session, typed: string): Room {
    const { person } = session
    authorize(person, 'join')
    const { room, came } = this.#options.attendance.join(person, typed)
    if (came) this.#options.push({ kind: 'joined', room: room.name, from: person.ref })
    session.view = room
    return room
  }

  part(session: Session, typed: string): void {
    const { person } = session
    const { attendance, push } = this.#options
    if (isPairKey(typed)) {
      if (session.view.name === typed) session.view = attendance.lobby
      return
    }
    const room = parseRoomName(typed)
    if (room === LOBBY) throw new ChatError('lobby-stays')
    authorize(person, 'leave', room)
    attendance.part(person, room)
    push({ kind: 'left', room, from: person.ref })
  }

  look(session: Session, typed: string): Room {
    session.view = typed.startsWith('#') ? this.#roomOf(session, typed) : this.#conversation(session, typed)
    return session.view
  }

  #roomOf({ person }: Session, typed: string): Room {
    const room = person.rooms.get(parseRoomName(typed))
    if (room === undefined) throw new ChatError('not-in-room')
    return room
  }

  #conversation({ person }: Session, typed: string): Room {
    const known = person.conversations.get(typed)
    if (known !== undefined) return new Room(typed, known)
    const { key, other } = this.#options.directory.converse(person, typed)
    return new Room(key, other)
  }
}
