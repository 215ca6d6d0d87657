/**
 * Reading a history file beside a server that writes it, or without one: for the command line. Nothing is locked and
 * nothing changed. Every call reads at once and throws a `StoreError` when it cannot.
 */
import type { HistoryMessage, Kept } from '../core/events.ts'
import { type HistoryQuery, type RoomRecord, type SearchQuery, STORE_LIMITS } from '../core/store.ts'
import { isLocked } from './sqlite/lock.ts'
import { HistoryReading } from './sqlite/reading.ts'
import { ticks } from './sqlite/search.ts'

export interface MessagesOptions {
  /** Only those of this room. Default: all, private conversations included. */
  readonly room?: string | undefined
  /** Only those kept after the message with this id: for going on where one has stopped. One that is unknown gives none. */
  readonly afterId?: string | undefined
}

export interface History {
  /** See `Store`. */
  history(query: HistoryQuery): readonly HistoryMessage[]
  since(room: string, seq: number, count: number): readonly Kept[]
  room(room: string): RoomRecord | undefined
  /** See `Store.search`. Throws `too-slow` after `deadlineMs` milliseconds; default: never. */
  search(query: SearchQuery, deadlineMs?: number): readonly HistoryMessage[]
  /** All rooms, or the private conversations as well, the one with the latest event first. */
  rooms(which: 'named' | 'all'): readonly RoomRecord[]
  /**
   * Messages as they are now, in the order in which they were kept; what is added while it runs comes too. Read a page
   * at a time, so a long one holds up nobody.
   */
  messages(options?: MessagesOptions): Generator<HistoryMessage>
  /** The process that writes the file; undefined when none does. */
  writer(): number | undefined
  /** What is wrong in the file, in SQLite's words; empty: nothing. Reads all of it. */
  faults(): readonly string[]
  close(): void
}

/** Opens a history file. Throws a `StoreError`: `missing`, `corrupt`, `newer`, `older`, `denied`, `io`. */
export function openHistory(file: string): History {
  const reading = new HistoryReading(file)
  return {
    history: (query) => reading.history(query),
    since: (room, seq, count) => reading.since(room, seq, count),
    room: (room) => reading.room(room),
    search: (query, deadlineMs = Number.POSITIVE_INFINITY) => reading.search(query, ticks() + deadlineMs),
    rooms: (which) => reading.rooms(which === 'all' ? '' : '#', ALL_ROOMS),
    messages: (options = {}) => messagesOf(reading, options),
    writer: () => (isLocked(file) ? reading.owner() : undefined),
    faults: () => reading.faults(),
    close: () => reading.close(),
  }
}

/** A million rooms are some hundred megabytes in memory; nobody lists more. */
const ALL_ROOMS = 1_000_000

function* messagesOf(reading: HistoryReading, { room, afterId }: MessagesOptions): Generator<HistoryMessage> {
  let after = afterId === undefined ? 0 : reading.numberOf(afterId)
  while (after !== undefined) {
    const page = reading.messagesAfter(after, room, STORE_LIMITS.page)
    for (const { message } of page) yield message
    after = page.at(-1)?.n
  }
}
