/** Noting what somebody has read, and telling it to their other sessions: what one screen has shown is old on all. */
import type { Archive } from './archive.ts'
import { guarded } from './delivery.ts'
import { LIMITS } from './limits.ts'
import type { Person } from './person.ts'
import { personOf, type Session } from './session.ts'

export class ReadMarks {
  readonly #archive: Archive
  /** How far each room was told to be read. */
  readonly #told = new WeakMap<Person, Map<string, number>>()

  constructor(archive: Archive) {
    this.#archive = archive
  }

  async read(session: Session, room: string, seq: number): Promise<void> {
    const person = personOf(session)
    await this.#archive.read(person, room, seq)
    if (person.sessions.size <= 1) return
    // Asked again, because the store passes over what lies before what it has: a later one may have overtaken this.
    const read = await this.#archive.readPosition(person, room)
    if (!this.#isNew(person, room, read)) return
    for (const other of person.sessions) {
      if (other !== session) guarded(other, () => other.listener.read?.(room, read))
    }
  }

  #isNew(person: Person, room: string, read: number): boolean {
    const told = this.#told.get(person) ?? new Map<string, number>()
    this.#told.set(person, told)
    if (read <= (told.get(room) ?? 0)) return false
    told.delete(room)
    told.set(room, read)
    for (const oldest of told.keys()) {
      if (told.size <= LIMITS.readMarks) break
      told.delete(oldest)
    }
    return true
  }
}
