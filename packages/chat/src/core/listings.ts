/** Lists for somebody who looks for a place to talk: all rooms, and their own private conversations. */
import type { Archive } from './archive.ts'
import type { Directory } from './directory.ts'
import type { PersonRef } from './events.ts'
import { LIMITS } from './limits.ts'
import type { Person } from './person.ts'
import { type RoomRecord, STORE_LIMITS } from './store.ts'

/** A room in the list of rooms. */
export interface ListedRoom {
  readonly name: string
  /** How many are in it, wherever they came in; 0: it has only its history. */
  readonly members: number
  /** Empty: none. */
  readonly topic: string
  /** When something was kept in it last, in milliseconds since 1970; undefined: never. */
  readonly lastTime: number | undefined
}

/** A private conversation of somebody. */
export interface Conversation {
  /** Its key. */
  readonly room: string
  /** With the name that everybody knows them by, or the last that this person knew, when they have left. */
  readonly with: PersonRef
  /** The number of the last event in it. */
  readonly newest: number
  /** When that was kept, in milliseconds since 1970. */
  readonly lastTime: number
}

export interface ListingsOptions {
  readonly directory: Directory
  readonly archive: Archive
}

export class Listings {
  readonly #options: ListingsOptions

  constructor(options: ListingsOptions) {
    this.#options = options
  }

  async rooms(): Promise<readonly ListedRoom[]> {
    const { directory, archive } = this.#options
    const kept = await archive.rooms()
    const members = new Map(directory.rooms().map((room) => [room.name, room.members.size]))
    const records = new Map(kept.map((record) => [record.room, record]))
    if (kept.length >= STORE_LIMITS.rooms) await this.#addRecords(members.keys(), records)
    const rooms = Array.from(new Set([...members.keys(), ...records.keys()]), (name) => {
      const { topic = '', lastTime } = records.get(name) ?? {}
      return { name, members: members.get(name) ?? 0, topic, lastTime }
    })
    return rooms.toSorted(fullestThenLatest).slice(0, LIMITS.roomList)
  }

  async conversations(person: Person): Promise<readonly Conversation[]> {
    const latest = [...person.conversations].slice(-LIMITS.conversationList)
    const found = await Promise.all(
      latest.map(async ([room, other]) => {
        const record = await this.#options.archive.record(room)
        if (record === undefined) return []
        const { id, name } = this.#options.directory.seen(other.id) ?? other
        return [{ room, with: { id, name }, newest: record.lastSeq, lastTime: record.lastTime }]
      }),
    )
    return found.flat().toSorted((a, b) => b.lastTime - a.lastTime)
  }

  // The store lists the latest only: a room that somebody is in may be quiet for longer.
  async #addRecords(rooms: Iterable<string>, records: Map<string, RoomRecord>): Promise<void> {
    const missing = [...rooms].filter((name) => !records.has(name)).slice(0, LIMITS.roomList)
    for (const record of await Promise.all(missing.map((name) => this.#options.archive.record(name)))) {
      if (record !== undefined) records.set(record.room, record)
    }
  }
}

function fullestThenLatest(a: ListedRoom, b: ListedRoom): number {
  return b.members - a.members || (b.lastTime ?? 0) - (a.lastTime ?? 0)
}
