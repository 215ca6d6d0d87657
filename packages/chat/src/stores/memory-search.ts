/** Searching in memory: every text is looked at, in pieces, so that the talk goes on meanwhile. */

import type { HistoryMessage } from '../core/events.ts'
import { caseless } from '../core/names.ts'
import { type SearchQuery, STORE_LIMITS } from '../core/store.ts'
import type { KeptRoom } from './memory-room.ts'
import { atMost } from './pages.ts'
import { holdsAll, wantedParts } from './search-words.ts'

/** Messages that are looked at before others have their turn. */
const PIECE = 2000

/** See `Store.search`. `end`: only what came before the event of this order. */
export async function searchRooms(
  rooms: readonly KeptRoom[],
  query: SearchQuery,
  end: number | undefined,
): Promise<readonly HistoryMessage[]> {
  const count = atMost(query.count, STORE_LIMITS.found)
  const fits = matcher(query)
  const found: { readonly message: HistoryMessage; readonly order: number }[] = []
  let looked = 0
  for (const room of rooms.filter(({ key }) => maySee(query, key))) {
    let inRoom = 0
    for (const { message, order } of room.newestFirst()) {
      looked += 1
      if (looked % PIECE === 0) await new Promise(setImmediate)
      if (inRoom === count) break
      if ((end !== undefined && order >= end) || !fits(message)) continue
      found.push({ message, order })
      inRoom += 1
    }
  }
  const newest = found.toSorted((a, b) => b.order - a.order).slice(0, count)
  return newest.map(({ message }) => message)
}

function maySee({ room, conversations }: SearchQuery, key: string): boolean {
  if (room !== undefined && room !== key) return false
  return key.startsWith('#') || conversations === 'all' || conversations.includes(key)
}

function matcher(query: SearchQuery): (message: HistoryMessage) => boolean {
  const { before = Number.POSITIVE_INFINITY, after = Number.NEGATIVE_INFINITY } = query
  const parts = wantedParts(query.words)
  const from = query.from === undefined ? undefined : caseless(query.from)
  return (message) =>
    message.deletedAt === undefined &&
    message.time >= after &&
    message.time < before &&
    (from === undefined || caseless(message.from.name) === from) &&
    holdsAll(message.text, parts)
}
