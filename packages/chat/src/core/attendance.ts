/**
 * Who is here, in which rooms, and through which sessions. What people do changes where they may speak at once;
 * what they hear, and what others see of it, changes when the event is delivered (`apply`).
 */
import type { Audience } from './delivery.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent } from './events.ts'
import { LIMITS } from './limits.ts'
import { NameIndex } from './name-index.ts'
import type { Person } from './person.ts'
import { Room } from './room.ts'
import { LOBBY, parseRoomName } from './room-names.ts'
import type { Session } from './session.ts'

export interface AttendanceOptions {
  /** Told when a person's leaving has been delivered. */
  readonly gone: (person: Person) => void
  /** Told when everybody has heard that the last has left a room. */
  readonly closed: (room: string) => void
}

export class Attendance implements Audience {
  readonly lobby: Room = new Room(LOBBY)
  readonly sessions: Set<Session> = new Set()
  readonly #options: AttendanceOptions
  readonly #rooms = new Map<string, Room>([[LOBBY, this.lobby]])
  /** Everybody from `add` until their leaving has been delivered, by id. */
  readonly #people = new Map<string, Person>()
  /** Those of them whose coming has been delivered, by the name that everybody has heard of. */
  readonly #names = new NameIndex<Person>()

  constructor(options: AttendanceOptions) {
    this.#options = options
  }

  /** Who is logged in, in the order in which they came. */
  people(): Iterable<Person> {
    return this.#names.values()
  }

  get population(): number {
    return this.#names.size
  }

  /** Also one whose coming or leaving has not been delivered yet. */
  person(id: string): Person | undefined {
    return this.#people.get(id)
  }

  /** Whoever is logged in under a caseless name. */
  named(name: string): Person | undefined {
    return this.#names.named(name)
  }

  /** Whoever is logged in under a name that counts as the same. */
  like(typed: string): Person | undefined {
    return this.#names.like(typed)
  }

  /** The one in whose name the store keeps a name. */
  holding(holder: string): Person | undefined {
    return [...this.#people.values()].find((person) => person.holder === holder)
  }

  rooms(): Iterable<Room> {
    return this.#rooms.values()
  }

  room(key: string): Room | undefined {
    return this.#rooms.get(key)
  }

  sessionsOf(personId: string): Iterable<Session> {
    return this.#people.get(personId)?.sessions ?? []
  }

  /** Somebody comes in, into the lobby. */
  add(person: Person): void {
    this.#people.set(person.id, person)
    addMember(this.lobby, person)
  }

  /** One more session of somebody who is here: it hears what its person hears. */
  attach(session: Session): void {
    const { person } = session
    person.sessions.add(session)
    if (this.lobby.hearing.has(person)) this.sessions.add(session)
  }

  /**
   * Makes a person a member of a room; one that is not there begins. `came` is false when they were one before.
   * Throws `bad-room-name`, `room-looks-alike`, `too-many-rooms`, `no-more-rooms`.
   */
  join(person: Person, typed: string): { readonly room: Room; readonly came: boolean } {
    const name = parseRoomName(typed)
    const room = this.#rooms.get(name) ?? this.#openRoom(name, person)
    if (room.members.has(person)) return { room, came: false }
    if (person.rooms.size >= LIMITS.roomsPerPerson) throw new ChatError('too-many-rooms')
    this.#rooms.set(name, room)
    addMember(room, person)
    room.coming += 1
    return { room, came: true }
  }

  /** Takes a person out of a room; their sessions that look at it look at the lobby. */
  part(person: Person, name: string): void {
    const room = this.#rooms.get(name)
    if (room === undefined) return
    room.members.delete(person)
    person.rooms.delete(name)
    for (const session of person.sessions) if (session.view === room) session.view = this.lobby
  }

  apply(event: ChatEvent): void {
    if (!('from' in event) || event.from === undefined) return
    const person = this.#people.get(event.from.id)
    if (person === undefined) return // somebody who came in elsewhere
    person.seen.apply(event)
    if (event.kind === 'logged-in') {
      this.#names.add(event.from.name, person)
      this.lobby.hearing.add(person)
      for (const session of person.sessions) this.sessions.add(session)
    } else if (event.kind === 'renamed') {
      this.#names.remove(event.from.name, person)
      this.#names.add(event.name, person)
    } else if (event.kind === 'joined') this.#beginHearing(person, this.#rooms.get(event.room))
    else if (event.kind === 'left') this.#stopHearing(person, this.#rooms.get(event.room))
    else if (event.kind === 'disconnected') this.#forget(person, event.from.name)
  }

  #openRoom(name: string, person: Person): Room {
    const room = new Room(name)
    for (const other of this.#rooms.values()) {
      if (other.look === room.look) throw new ChatError('room-looks-alike', other.name)
    }
    if (this.#rooms.size >= LIMITS.rooms) throw new ChatError('no-more-rooms')
    if (person.rooms.size >= LIMITS.roomsPerPerson) throw new ChatError('too-many-rooms')
    return room
  }

  #forget(person: Person, name: string): void {
    this.#people.delete(person.id)
    this.#names.remove(name, person)
    for (const room of person.rooms.values()) {
      room.members.delete(person)
      this.#stopHearing(person, room)
    }
    this.#options.gone(person)
  }

  #beginHearing(person: Person, room: Room | undefined): void {
    if (room === undefined) return
    room.hearing.add(person)
    room.coming -= 1
  }

  #stopHearing(person: Person, room: Room | undefined): void {
    if (room === undefined) return
    room.hearing.delete(person)
    // Who has left it may still hear what was said before, and who came may not have been heard to.
    if (room.hearing.size > 0 || room.coming > 0 || room === this.lobby) return
    this.#rooms.delete(room.name)
    this.#options.closed(room.name)
  }
}

function addMember(room: Room, person: Person): void {
  room.members.add(person)
  person.rooms.set(room.name, room)
}
