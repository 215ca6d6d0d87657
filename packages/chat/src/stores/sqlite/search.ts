/**
 * Searching the history file, newest first. Words of three characters and more are looked up in the trigram index
 * (https://www.sqlite.org/fts5.html#the_trigram_tokenizer), which gives what it finds in the order of `n` and so can
 * stop at the first page; shorter ones, which it does not know, are looked for in the texts themselves.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { HistoryMessage } from '../../core/events.ts'
import { caseless } from '../../core/names.ts'
import { type SearchQuery, STORE_LIMITS, StoreError } from '../../core/store.ts'
import { atMost } from '../pages.ts'
import { wantedParts } from '../search-words.ts'
import { EVENT_COLUMNS, IS_MESSAGE, messageOf } from './rows.ts'

/** Milliseconds that only go forward, the same in all threads of the process. */
export function ticks(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

/** Looks at the time only for one in 256 events: a call of ours costs as much as looking at the text. */
const IN_TIME = '(event.n & 255 or in_time(event.n))'

export class Search {
  readonly #db: DatabaseSync
  readonly #ticks: () => number
  #endsAt = 0

  /** `ticks`: milliseconds that only go forward. */
  constructor(db: DatabaseSync, ticks: () => number) {
    this.#db = db
    this.#ticks = () => ticks()
    // SQLite has nothing else to interrupt a statement with that node:sqlite would let us reach.
    db.function('in_time', { varargs: false, deterministic: false }, (_row) => this.#inTime())
  }

  /** Throws `too-slow` when the ticks come to `endsAt`. */
  find(query: SearchQuery, endsAt: number): readonly HistoryMessage[] {
    this.#endsAt = endsAt
    this.#inTime()
    if (this.#isHopeless(query)) return []
    const { conditions, values, tables, order } = planOf(query)
    const where = [IN_TIME, IS_MESSAGE, 'event.deleted_at is null', ...conditions].join(' and ')
    const joined = `${tables} cross join room on room.id = event.room`
    const sql = `select ${EVENT_COLUMNS} from ${joined} where ${where} order by ${order} desc limit ?`
    const count = atMost(query.count, STORE_LIMITS.found)
    return this.#db
      .prepare(sql)
      .all(...values, count)
      .map(messageOf)
  }

  // A room or a person that never was would make a search for a common word look at every place where it stands.
  #isHopeless({ room, from }: SearchQuery): boolean {
    const inRoom = 'select 1 from room where key = ? and messages > 0'
    const byThem = 'select 1 from event where from_key = ? limit 1'
    if (room !== undefined && this.#db.prepare(inRoom).get(room) === undefined) return true
    return from !== undefined && this.#db.prepare(byThem).get(caseless(from)) === undefined
  }

  #inTime(): 1 {
    if (this.#ticks() >= this.#endsAt) throw new StoreError('too-slow')
    return 1
  }
}

interface Plan {
  readonly tables: string
  readonly conditions: readonly string[]
  readonly values: readonly (string | number)[]
  readonly order: string
}

// A `+` before a column keeps SQLite from an index that would give the events in another order: it would have to
// find and sort them all.
function planOf(query: SearchQuery): Plan {
  const { room, conversations, from, before, after, beforeId } = query
  const parts = wantedParts(query.words)
  const long = parts.filter(isLong)
  const all: (readonly [condition: string, ...values: (string | number)[]])[] = []
  if (long.length > 0) all.push(['found match ?', long.map(quoted).join(' AND ')])
  if (room !== undefined) all.push(['event.room = (select id from room where key = ?)', room])
  if (conversations !== 'all') all.push([SEEN, JSON.stringify(conversations)])
  if (from !== undefined) all.push(['event.from_key = ?', caseless(from)])
  const n = long.length > 0 ? 'found.rowid' : 'event.n'
  if (before !== undefined) all.push([`+event.time < ? and ${n} <= ${LAST_BEFORE}`, before, before])
  if (after !== undefined) all.push([`+event.time >= ? and ${n} >= ${FIRST_FROM}`, after, after])
  if (beforeId !== undefined) all.push([`${n} < (select n from event where id = ?)`, beforeId])
  all.push(...parts.filter((part) => !isLong(part)).map(inText))
  return {
    tables: long.length > 0 ? 'found cross join event on event.n = found.rowid' : 'event',
    conditions: all.map(([condition]) => condition),
    values: all.flatMap(([, ...values]) => values),
    // In a room the order of seq is that of n, and there is an index for it.
    order: long.length === 0 && room !== undefined ? 'event.seq' : n,
  }
}

const SEEN = "(room.key like '#%' or room.key in (select value from json_each(?)))"

// Over all rooms the times are not in the order of `n`, because each room's go on rising when the clock is set back. In
// each room they are, so the furthest of all rooms is where to begin and where to end.
const LAST_BEFORE = `(select max((select n from event where event.room = room.id and time < ?
  order by time desc limit 1)) from room)`
const FIRST_FROM = `(select min((select n from event where event.room = room.id and time >= ?
  order by time limit 1)) from room)`

function isLong(part: string): boolean {
  return Array.from(part).length >= 3
}

/** As a string of FTS5, in which nothing but the quote itself means anything. */
function quoted(part: string): string {
  return `"${part.replaceAll('"', '""')}"`
}

/** LIKE knows the case of ASCII only; of one or two other characters there are few spellings. */
function inText(part: string): readonly [sql: string, ...values: string[]] {
  const spellings = Array.from(part)
    .map((character) => [...new Set([character, character.toLowerCase(), character.toUpperCase()])])
    .reduce((left, right) => left.flatMap((start) => right.map((end) => start + end)), [''])
  const likes = new Set(spellings.map((spelling) => spelling.replaceAll(/[\\%_]/g, '\\$&')))
  const sql = Array.from(likes, () => `event.text like ? escape '\\'`)
  return [`(${sql.join(' or ')})`, ...Array.from(likes, (like) => `%${like}%`)]
}
