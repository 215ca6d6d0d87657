/** What the store asks of its threads, and what they have open for it. */
import type { HistoryMessage, Keepable, Kept } from '../../core/events.ts'
import type { HistoryQuery, RoomRecord, SearchQuery, Unread, UnreadQuery } from '../../core/store.ts'
import type { Synchronous } from './database.ts'
import { HistoryReading } from './reading.ts'
import type { Opened } from './worker-calls.ts'
import { HistoryWriting, type ReadPosition } from './writing.ts'

export interface WriterData {
  readonly file: string
  readonly synchronous: Synchronous
}

export type WriterCalls = Readonly<{
  /** Opens the file, if no call before has. */
  open: () => void
  append: (batch: readonly Keepable[], now: number) => readonly Kept[]
  setReadPositions: (positions: readonly ReadPosition[], now: number) => void
  purgeSome: (before: number) => number
}>

export interface ReaderData {
  readonly file: string
  /** Whether its thread lets the others go first where cores are few. Default false. */
  readonly stepsBack?: boolean
}

export type ReaderCalls = Readonly<{
  history: (query: HistoryQuery) => readonly HistoryMessage[]
  since: (room: string, seq: number, count: number) => readonly Kept[]
  search: (query: SearchQuery, endsAt: number) => readonly HistoryMessage[]
  room: (room: string) => RoomRecord | undefined
  rooms: (prefix: '' | '#', count: number) => readonly RoomRecord[]
  readPosition: (reader: string, room: string) => number
  unread: (query: UnreadQuery) => Unread
}>

export type CopierCalls = Readonly<{
  /** See `backupHistory`. */
  backup: (file: string, to: string) => Promise<void>
}>

export function openWriting({ file, synchronous }: WriterData): Opened<WriterCalls> {
  const writing = new HistoryWriting(file, synchronous)
  return {
    calls: {
      open: () => {},
      append: (batch, now) => writing.append(batch, now),
      setReadPositions: (positions, now) => writing.setReadPositions(positions, now),
      purgeSome: (before) => writing.purgeSome(before),
    },
    close: () => writing.close(),
    tidyUp: () => writing.checkpoint(),
  }
}

export function openReading({ file }: ReaderData): Opened<ReaderCalls> {
  const reading = new HistoryReading(file)
  return {
    calls: {
      history: (query) => reading.history(query),
      since: (room, seq, count) => reading.since(room, seq, count),
      search: (query, endsAt) => reading.search(query, endsAt),
      room: (room) => reading.room(room),
      rooms: (prefix, count) => reading.rooms(prefix, count),
      readPosition: (reader, room) => reading.readPosition(reader, room),
      unread: (query) => reading.unread(query),
    },
    close: () => reading.close(),
  }
}
