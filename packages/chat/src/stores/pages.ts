/** Pages of a room's history: what `after`, `before`, `end` and `around` mean, the same for every store. */
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
  /** The messages between the bounds, those at one end if there are more than `count`; oldest first. */
  between(bounds: Bounds, end: 'oldest' | 'newest', count: number): readonly HistoryMessage[]
}

/** Two seqs that do not belong to what is between them. `before` may be infinite. */
export interface Bounds {
  readonly after: number
  readonly before: number
}

/** The page that the query asks for, oldest first. */
export function pageOf(room: PagedRoom, query: HistoryQuery): readonly HistoryMessage[] {
  const count = atMost(query.count, STORE_LIMITS.page)
  const bounds = boundsOf(room, query)
  if (bounds === undefined) return []
  const { after, before } = bounds
  if (query.around === undefined) return room.between(bounds, endOf(query), count)
  const middle = seqAt(room, query.around)
  if (middle === undefined) return []
  const half = Math.floor(count / 2)
  return [
    ...room.between({ after, before: Math.min(before, middle) }, 'newest', half),
    ...room.between({ after: Math.max(after, middle - 1), before }, 'oldest', count - half),
  ]
}

/** Which end of what is between the points a page is. */
function endOf({ end, after }: HistoryQuery): 'oldest' | 'newest' {
  return end ?? (after === undefined ? 'newest' : 'oldest')
}

/** A count as asked for, made a whole number from 0 to `most`. */
export function atMost(count: number, most: number): number {
  return Math.max(0, Math.min(Math.floor(count) || 0, most))
}

/** Undefined: a point is not in this room. */
function boundsOf(room: PagedRoom, query: HistoryQuery): Bounds | undefined {
  const after = query.after === undefined ? 0 : seqUntil(room, query.after)
  const before = query.before === undefined ? Number.POSITIVE_INFINITY : seqAt(room, query.before)
  return after === undefined || before === undefined ? undefined : { after, before }
}

function seqUntil(room: PagedRoom, point: Point): number | undefined {
  if ('seq' in point) return Math.floor(point.seq)
  return 'id' in point ? room.seqOf(point.id) : room.lastUntil(point.time)
}

function seqAt(room: PagedRoom, point: Point): number | undefined {
  if ('seq' in point) return Math.ceil(point.seq)
  return 'id' in point ? room.seqOf(point.id) : room.firstFrom(point.time)
}
