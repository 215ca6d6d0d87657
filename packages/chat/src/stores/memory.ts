/**
 * Keeps everything in memory, for as long as the server runs. Bounded: the oldest events are forgotten first.
 */
import type { HistoryMessage, Keepable, Kept } from '../core/events.ts'
import {
  type HistoryQuery,
  type Retention,
  type RoomRecord,
  type SearchQuery,
  STORE_LIMITS,
  type Store,
  type Unread,
  type UnreadQuery,
} from '../core/store.ts'
import { keptEvent } from './kept.ts'
import { KeptRoom } from './memory-room.ts'
import { searchRooms } from './memory-search.ts'
import { NameLeases } from './name-leases.ts'
import { atMost, pageOf } from './pages.ts'

export interface MemoryStoreOptions {
  /** The time in milliseconds since 1970. */
  readonly now: () => number
  /** Events kept of one room. Default 10,000; then its oldest go. */
  readonly roomEvents?: number | undefined
  /** Rooms kept, private conversations included. Default 10,000; then the one that has been quiet longest goes. */
  readonly rooms?: number | undefined
  /** Bytes in all, roughly. Default 128 MiB; then the oldest events of the room that holds most go. */
  readonly bytes?: number | undefined
  /** Read positions. Default 100,000; then the one that was set longest ago goes. */
  readonly readPositions?: number | undefined
}

export class MemoryStore implements Store, Retention {
  readonly #now: () => number
  readonly #limits: Readonly<Record<'roomEvents' | 'rooms' | 'bytes' | 'readPositions', number>>
  /** In the order of their last event, the quietest first. */
  readonly #rooms = new Map<string, KeptRoom>()
  readonly #byId = new Map<string, Kept>()
  readonly #byClientId = new Map<string, Kept>()
  readonly #readPositions = new Map<string, number>()
  readonly #leases: NameLeases
  #events = 0
  #bytes = 0
  /** A room that is forgotten and begins again goes on above these: numbers and times never go backwards. */
  #floor = { seq: 0, time: 0 }

  constructor(options: MemoryStoreOptions) {
    const { roomEvents = 10_000, rooms = 10_000, bytes = 128 * 1024 * 1024 } = options
    this.#now = () => Math.floor(options.now())
    this.#limits = { roomEvents, rooms, bytes, readPositions: options.readPositions ?? 100_000 }
    this.#leases = new NameLeases(this.#now)
  }

  async append(batch: readonly Keepable[]): Promise<readonly Kept[]> {
    return batch.map((event) => this.#keep(event))
  }

  async history(query: HistoryQuery): Promise<readonly HistoryMessage[]> {
    const room = this.#rooms.get(query.room)
    return room === undefined ? [] : pageOf(room, query)
  }

  async since(room: string, seq: number, count: number): Promise<readonly Kept[]> {
    return this.#rooms.get(room)?.since(seq, atMost(count, STORE_LIMITS.page)) ?? []
  }

  async search(query: SearchQuery): Promise<readonly HistoryMessage[]> {
    const beforeId = query.beforeId === undefined ? undefined : this.#byId.get(query.beforeId)
    if (query.beforeId !== undefined && beforeId === undefined) return []
    const end = beforeId && this.#rooms.get(beforeId.room)?.orderOf(beforeId.seq)
    return searchRooms([...this.#rooms.values()], query, end)
  }

  async room(room: string): Promise<RoomRecord | undefined> {
    return this.#rooms.get(room)?.record()
  }

  async rooms(): Promise<readonly RoomRecord[]> {
    const rooms = [...this.#rooms.values()].filter(({ key }) => key.startsWith('#')).toReversed()
    return rooms.slice(0, STORE_LIMITS.rooms).map((room) => room.record())
  }

  async readPosition(reader: string, room: string): Promise<number> {
    return this.#readPositions.get(JSON.stringify([reader, room])) ?? 0
  }

  async unread({ reader, persons, room }: UnreadQuery): Promise<Unread> {
    const read = await this.readPosition(reader, room)
    return this.#rooms.get(room)?.unread(read, persons) ?? { read, newest: 0, messages: 0, mentions: 0 }
  }

  async setReadPosition(reader: string, room: string, seq: number): Promise<void> {
    const key = JSON.stringify([reader, room])
    const furthest = Math.max(seq, this.#readPositions.get(key) ?? 0)
    this.#readPositions.delete(key)
    this.#readPositions.set(key, furthest)
    if (this.#readPositions.size <= this.#limits.readPositions) return
    for (const oldest of this.#readPositions.keys()) {
      this.#readPositions.delete(oldest)
      return
    }
  }

  async claimName(keys: readonly string[], holder: string, until: number): Promise<boolean> {
    return this.#leases.claim(keys, holder, until)
  }

  async renewNames(holders: readonly string[], until: number): Promise<void> {
    this.#leases.renew(holders, until)
  }

  async releaseName(holder: string): Promise<void> {
    this.#leases.release(holder)
  }

  async purge(before: number): Promise<number> {
    const events = [...this.#rooms.values()].map((room) => {
      const count = room.olderThan(before)
      this.#forgetOldest(room, count)
      return count
    })
    return events.reduce((sum, count) => sum + count, 0)
  }

  async close(): Promise<void> {}

  #keep(event: Keepable): Kept {
    const mark = clientKey(event)
    const earlier = this.#byId.get(event.id) ?? (mark === undefined ? undefined : this.#byClientId.get(mark))
    if (earlier !== undefined) return earlier

    const room = this.#touch(event.room)
    const { seq, time } = room.last
    const kept = keptEvent(event, { seq: seq + 1, time: Math.max(this.#now(), time + 1) })
    this.#events += 1
    this.#bytes += room.add(kept, this.#events)
    this.#byId.set(kept.id, kept)
    if (mark !== undefined) this.#byClientId.set(mark, kept)
    this.#forgetWhatIsTooMuch(room)
    return kept
  }

  #touch(key: string): KeptRoom {
    const room = this.#rooms.get(key) ?? new KeptRoom(key, this.#floor)
    this.#rooms.delete(key)
    this.#rooms.set(key, room)
    return room
  }

  #forgetWhatIsTooMuch(newest: KeptRoom): void {
    if (newest.size > this.#limits.roomEvents) this.#forgetOldest(newest, 1)
    while (this.#rooms.size > this.#limits.rooms) this.#forgetRoom()
    while (this.#bytes > this.#limits.bytes) {
      const largest = [...this.#rooms.values()].reduce((most, room) =>
        room.bytes > most.bytes ? room : most,
      )
      if (largest.size <= 1) break // a single message that is larger than all we may keep
      this.#forgetOldest(largest, Math.ceil(largest.size / 8)) // many at once: looking for the largest takes a while
    }
  }

  #forgetOldest(room: KeptRoom, count: number): void {
    const bytes = room.bytes
    for (const event of room.forget(count)) {
      this.#byId.delete(event.id)
      const mark = clientKey(event)
      if (mark !== undefined) this.#byClientId.delete(mark)
    }
    this.#bytes += room.bytes - bytes
  }

  #forgetRoom(): void {
    const [room] = this.#rooms.values()
    if (room === undefined) return
    const { seq, time } = room.last
    this.#floor = { seq: Math.max(seq, this.#floor.seq), time: Math.max(time, this.#floor.time) }
    this.#forgetOldest(room, room.size)
    this.#rooms.delete(room.key)
  }
}

function clientKey(event: Keepable): string | undefined {
  if (!('clientId' in event) || event.clientId === undefined) return undefined
  return JSON.stringify([event.from.id, event.clientId.toWellFormed()])
}
