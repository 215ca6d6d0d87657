/** Who is here and which rooms there are, wherever people came in. */
import type { Attendance } from './attendance.ts'
import type { RoomView } from './chat-options.ts'
import { ChatError } from './errors.ts'
import type { PersonRef } from './events.ts'
import { caseless } from './names.ts'
import type { Others } from './others.ts'
import type { Person } from './person.ts'
import { isPairKey, LOBBY, pairKey, pairOf } from './room-names.ts'
import type { PersonView, SeenPerson } from './seen-person.ts'

export class Directory {
  readonly #attendance: Attendance
  readonly #others: Others | undefined

  constructor(attendance: Attendance, others: Others | undefined) {
    this.#attendance = attendance
    this.#others = others
  }

  get population(): number {
    return this.#attendance.population + (this.#others?.population ?? 0)
  }

  people(): readonly PersonView[] {
    const others = this.#others?.people() ?? []
    return [
      ...Array.from(this.#attendance.people(), ({ seen }) => seen.view),
      ...Array.from(others, ({ view }) => view),
    ]
  }

  rooms(): readonly RoomView[] {
    const rooms = new Map<string, Set<PersonView>>([[LOBBY, new Set()]])
    for (const person of this.people()) {
      for (const name of person.rooms) {
        const members = rooms.get(name) ?? new Set()
        rooms.set(name, members.add(person))
      }
    }
    const views = Array.from(rooms, ([name, members]) => ({ name, members }))
    return views.toSorted((a, b) => b.members.size - a.members.size)
  }

  members(room: string): readonly PersonView[] {
    if (isPairKey(room)) {
      const two = pairOf(room)
      return this.people().filter(({ id }) => two.includes(id)) // in the order in which they came, as in a room
    }
    const here = Array.from(this.#attendance.room(room)?.hearing ?? [], ({ seen }) => seen.view)
    const elsewhere = Array.from(this.#others?.people() ?? []).filter((person) => person.isIn(room))
    return [...here, ...elsewhere.map(({ view }) => view)]
  }

  /** By any spelling that counts as the same name. */
  person(typed: string): PersonView | undefined {
    return (this.#attendance.like(typed)?.seen ?? this.#others?.like(typed))?.view
  }

  /** Whoever has this name as far as everybody has heard, by its caseless form. */
  named(name: string): PersonRef | undefined {
    return this.#attendance.named(name)?.seen ?? this.#others?.named(name)
  }

  /** Somebody of whose coming everybody has heard. */
  seen(id: string): SeenPerson | undefined {
    const seen = this.#attendance.person(id)?.seen ?? this.#others?.withId(id)
    return seen?.isIn(LOBBY) ? seen : undefined
  }

  /** Somebody who is here, with the name that they have now. */
  withId(id: string): PersonRef | undefined {
    return this.#attendance.person(id) ?? this.#others?.withId(id)
  }

  /** The conversation of a person with whoever has that name. Throws `no-such-person`, `that-is-you`. */
  converse(person: Person, name: string): { readonly key: string; readonly other: PersonRef } {
    const found = this.named(caseless(name))
    if (found === undefined) throw new ChatError('no-such-person', name)
    if (found.id === person.id) throw new ChatError('that-is-you', name)
    const other = { id: found.id, name: found.name }
    const key = pairKey(person.id, other.id)
    person.converse(key, other)
    return { key, other }
  }

  /** Whom it is for, what this person says in a conversation; undefined in a room. Throws when they have left. */
  partner(person: Person, room: string): PersonRef | undefined {
    const id = pairOf(room).find((one) => one !== person.id)
    if (id === undefined) return undefined
    const other = this.withId(id)
    if (other === undefined) throw new ChatError('no-such-person', person.conversations.get(room)?.name)
    return { id, name: other.name }
  }
}
