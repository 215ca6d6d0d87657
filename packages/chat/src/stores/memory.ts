/**
 * Keeps everything in memory, for as long as the server runs. Bounded: the oldest messages are forgotten first.
 */
import type { KeptMessage, Message } from '../core/events.ts'
import type { Store } from '../core/store.ts'

export interface MemoryStoreOptions {
  /** The time in milliseconds since 1970. */
  readonly now: () => number
  /** Messages kept of one room. Default 10,000; then its oldest go. */
  readonly roomMessages?: number | undefined
  /** Rooms kept, private conversations included. Default 10,000; then the one that has been quiet longest goes. */
  readonly rooms?: number | undefined
  /** Bytes in all, roughly. Default 128 MiB; then the oldest messages of the room that holds most go. */
  readonly bytes?: number | undefined
}

interface KeptRoom {
  readonly key: string
  /** Oldest first; those before `start` are forgotten. */
  messages: KeptMessage[]
  start: number
  bytes: number
}

export class MemoryStore implements Store {
  readonly #now: () => number
  readonly #limits: { readonly roomMessages: number; readonly rooms: number; readonly bytes: number }
  /** In the order of their last message, the quietest first. */
  readonly #rooms = new Map<string, KeptRoom>()
  readonly #byClientId = new Map<string, KeptMessage>()
  readonly #holders = new Map<string, string>()
  readonly #claims = new Map<string, readonly string[]>()
  #bytes = 0
  /** A room that is forgotten and begins again goes on above these: numbers and times never go backwards. */
  #floor = { seq: 0, time: 0 }

  constructor({ now, roomMessages = 10_000, rooms = 10_000, bytes = 128 * 1024 * 1024 }: MemoryStoreOptions) {
    this.#now = now
    this.#limits = { roomMessages, rooms, bytes }
  }

  async append(batch: readonly Message[]): Promise<readonly KeptMessage[]> {
    return batch.map((message) => this.#keep(message))
  }

  async latest(room: string, count: number): Promise<readonly KeptMessage[]> {
    const kept = this.#rooms.get(room)
    if (kept === undefined) return []
    return kept.messages.slice(Math.max(kept.start, kept.messages.length - count))
  }

  async count(room: string): Promise<number> {
    const kept = this.#rooms.get(room)
    return kept === undefined ? 0 : kept.messages.length - kept.start
  }

  async claimName(keys: readonly string[], holder: string): Promise<boolean> {
    if (keys.some((key) => (this.#holders.get(key) ?? holder) !== holder)) return false
    for (const key of keys) this.#holders.set(key, holder)
    this.#claims.set(holder, [...(this.#claims.get(holder) ?? []), ...keys])
    return true
  }

  async releaseName(holder: string): Promise<void> {
    for (const key of this.#claims.get(holder) ?? []) this.#holders.delete(key)
    this.#claims.delete(holder)
  }

  async close(): Promise<void> {}

  #keep(message: Message): KeptMessage {
    const mark = clientKey(message)
    const earlier = mark === undefined ? undefined : this.#byClientId.get(mark)
    if (earlier !== undefined) return earlier

    const room = this.#touch(message.room)
    const last = room.messages.at(-1) ?? this.#floor
    const kept = { ...message, seq: last.seq + 1, time: Math.max(this.#now(), last.time + 1) }
    room.messages.push(kept)
    if (mark !== undefined) this.#byClientId.set(mark, kept)
    this.#count(room, weight(message))
    this.#forgetWhatIsTooMuch(room)
    return kept
  }

  #touch(key: string): KeptRoom {
    const room = this.#rooms.get(key) ?? { key, messages: [], start: 0, bytes: 0 }
    this.#rooms.delete(key)
    this.#rooms.set(key, room)
    return room
  }

  #forgetWhatIsTooMuch(newest: KeptRoom): void {
    if (newest.messages.length - newest.start > this.#limits.roomMessages) this.#forgetOldest(newest, 1)
    while (this.#rooms.size > this.#limits.rooms) this.#forgetRoom()
    while (this.#bytes > this.#limits.bytes) {
      const largest = [...this.#rooms.values()].reduce((most, room) =>
        room.bytes > most.bytes ? room : most,
      )
      const kept = largest.messages.length - largest.start
      if (kept <= 1) break // a single message that is larger than all we may keep
      this.#forgetOldest(largest, Math.ceil(kept / 8)) // many at once: looking for the largest room takes a while
    }
  }

  #forgetOldest(room: KeptRoom, count: number): void {
    for (const message of room.messages.slice(room.start, room.start + count)) {
      this.#count(room, -weight(message))
      const mark = clientKey(message)
      if (mark !== undefined) this.#byClientId.delete(mark)
    }
    room.start += count
    // The forgotten half is cut off from time to time only, so that each message costs the same.
    if (room.start > room.messages.length / 2) {
      room.messages = room.messages.slice(room.start)
      room.start = 0
    }
  }

  #forgetRoom(): void {
    const [room] = this.#rooms.values()
    if (room === undefined) return
    const { seq, time } = room.messages.at(-1) ?? this.#floor
    this.#floor = { seq: Math.max(seq, this.#floor.seq), time: Math.max(time, this.#floor.time) }
    this.#forgetOldest(room, room.messages.length - room.start)
    this.#rooms.delete(room.key)
  }

  #count(room: KeptRoom, bytes: number): void {
    room.bytes += bytes
    this.#bytes += bytes
  }
}

// Two bytes for a character, and what the objects around it take.
function weight({ text }: Message): number {
  return 400 + text.length * 2
}

function clientKey({ from, clientId }: Message): string | undefined {
  return clientId === undefined ? undefined : `${from.id} ${clientId}`
}
