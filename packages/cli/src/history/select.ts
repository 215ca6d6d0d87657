/** Which messages are shown: the newest that fit. */
import type { History, HistoryMessage, SearchWord } from '@partyline/chat'

/** What fits. Everything given must hold. */
export interface Selection {
  /** Undefined: every room that is not private. */
  readonly room: string | undefined
  readonly words: readonly SearchWord[]
  /** The name that the sender had then, in any case. */
  readonly from: string | undefined
  /** Milliseconds since 1970: said at this time or later. */
  readonly since: number | undefined
  /** Said before this time. */
  readonly until: number | undefined
  /** At most so many, the newest. */
  readonly count: number
}

/** What a search gives at once. */
const PAGE = 200
/** Milliseconds for one page: nothing else happens meanwhile, Ctrl-C included. */
const DEADLINE = 20_000

/** Oldest first. What was deleted is not among them. Throws a `StoreError`; `too-slow` after 20 s. */
export function newest(
  history: History,
  { room, since, until, count, ...wanted }: Selection,
): readonly HistoryMessage[] {
  // A conversation is looked into only when it is asked for.
  const conversations = room === undefined ? [] : [room]
  const found: HistoryMessage[] = []
  for (let beforeId: string | undefined; found.length < count; ) {
    const most = Math.min(PAGE, count - found.length)
    const query = { ...wanted, room, conversations, after: since, before: until, count: most, beforeId }
    const page = history.search(query, DEADLINE)
    found.push(...page)
    if (page.length < most) break
    beforeId = page.at(-1)?.id
  }
  return found.reverse()
}
