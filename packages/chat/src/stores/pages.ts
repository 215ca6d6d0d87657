/** Pages of a room's history: what `before`, `after` and `around` mean, the same for every store. */
import type { HistoryMessage } from '../core/events.ts'
import { type HistoryQuery, type Point, STORE_LIMITS } from '../core/store.ts'

/** What a page is cut from: one room's events. */
export interface PagedRoom {
  /** The seq of an event of this room. */
  seqOf(id: string): number | undefined
  /** The seq of the first event at this time or later; infinite when there is none. */
  firstFrom(time: number): number
  /** The seq of the last event at this time or earlier; 0 when there is none. */
  lastUntil(time: number): number
  /** The newest messages with a smaller seq, oldest first. */
  older(seq: number, count: number): readonly HistoryMessage[]
  /** The oldest messages with a greater seq, oldest first. */
  newer(seq: number, count: number): readonly HistoryMessage[]
}

/** The page that the query asks for, oldest first. */
export function pageOf(room: PagedRoom, query: HistoryQuery): readonly HistoryMessage[] {
  const count = atMost(query.count, STORE_LIMITS.page)
  if (query.after !== undefined) {
    const seq = 'time' in query.after ? room.lastUntil(query.after.time) : seqAt(room, query.after)
    return seq === undefined ? [] : room.newer(seq, count)
  }
  const point = query.before ?? query.around
  const seq = point === undefined ? Number.POSITIVE_INFINITY : seqAt(room, point)
  if (seq === undefined) return []
  if (query.around === undefined) return room.older(seq, count)
  const half = Math.floor(count / 2)
  return [...room.older(seq, half), ...room.newer(seq - 1, count - half)]
}

/** A count as asked for, made a whole number from 0 to `most`. */
export function atMost(count: number, most: number): number {
  return Math.max(0, Math.min(Math.floor(count) || 0, most))
}

function seqAt(room: PagedRoom, point: Point): number | undefined {
  if ('seq' in point) return point.seq
  return 'id' in point ? room.seqOf(point.id) : room.firstFrom(point.time)
}
