/** Who is here and which rooms there are, wherever people came in. */
import type { Attendance } from './attendance.ts'
import type { RoomView } from './chat-options.ts'
import { ChatError } from './errors.ts'
import type { PersonRef } from './events.ts'
import { caseless } from './names.ts'
import type { Others } from './others.ts'
import type { Person, PersonView } from './person.ts'
import type { Room } from './room.ts'
import { pairKey, pairOf } from './room-names.ts'

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
    return [...this.#attendance.people(), ...(this.#others?.people() ?? [])]
  }

  rooms(): readonly RoomView[] {
    const rooms = new Map<string, RoomView>()
    for (const room of this.#attendance.rooms()) rooms.set(room.name, room)
    for (const person of this.#others?.people() ?? []) {
      for (const name of person.rooms) {
        const members = new Set<PersonView>(rooms.get(name)?.members).add(person)
        rooms.set(name, { name, members })
      }
    }
    return [...rooms.values()].toSorted((a, b) => b.members.size - a.members.size)
  }

  members(room: Room): readonly PersonView[] {
    if (room.with !== undefined) return this.people().filter(({ id }) => pairOf(room.name).includes(id))
    const elsewhere = [...(this.#others?.people() ?? [])].filter(({ rooms }) => rooms.includes(room.name))
    return [...room.members, ...elsewhere]
  }

  /** Whoever has this name now, by its caseless form. */
  named(name: string): PersonRef | undefined {
    return this.#attendance.named(name) ?? this.#others?.named(name)
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
