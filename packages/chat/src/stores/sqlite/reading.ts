/** Everything that is read from the history file, searching apart. One read-only connection, beside the writer. */
import type { DatabaseSync } from 'node:sqlite'
import type { HistoryMessage, Kept } from '../../core/events.ts'
import {
  type HistoryQuery,
  type RoomRecord,
  type SearchQuery,
  STORE_LIMITS,
  type Unread,
  type UnreadQuery,
} from '../../core/store.ts'
import { atMost, type PagedRoom, pageOf } from '../pages.ts'
import { openForReading } from './database.ts'
import { translated } from './errors.ts'
import { faultsIn } from './integrity.ts'
import { EVENT_COLUMNS, eventOf, FROM_EVENTS, IS_MESSAGE, messageOf, type Row, topicOf } from './rows.ts'
import { Search, ticks } from './search.ts'
import { Statements } from './statements.ts'

export class HistoryReading {
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #statements: Statements
  readonly #search: Search

  /** Throws a `StoreError` when the file cannot be read. `now`: what the end of a search is measured with. */
  constructor(file: string, now: () => number = ticks) {
    this.#file = file
    this.#db = openForReading(file)
    this.#statements = new Statements(this.#db)
    this.#search = new Search(this.#db, now)
  }

  /** See `Store.history`. */
  history(query: HistoryQuery): readonly HistoryMessage[] {
    return this.#reading(() => {
      const id = this.#roomId(query.room)
      return id === undefined ? [] : pageOf(this.#paged(id), query)
    })
  }

  /** See `Store.since`. */
  since(room: string, seq: number, count: number): readonly Kept[] {
    return this.#reading(() => {
      const where = `${IN_ROOM} and event.seq > ? order by event.seq limit ?`
      const rows = this.#rows(where, [room, seq, atMost(count, STORE_LIMITS.page)])
      return rows.map(eventOf)
    })
  }

  /** See `Store.search`. Throws `too-slow` when `ticks()` comes to `endsAt`. */
  search(query: SearchQuery, endsAt: number): readonly HistoryMessage[] {
    return this.#reading(() => this.#search.find(query, endsAt))
  }

  /** See `Store.room`. */
  room(room: string): RoomRecord | undefined {
    return this.#reading(() => {
      const row = this.#statements.get('select * from room where key = ?', [room])
      return row === undefined ? undefined : recordOf(row)
    })
  }

  /** The rooms whose key begins with `prefix`, the one with the latest event first. */
  rooms(prefix: '' | '#', count: number): readonly RoomRecord[] {
    const sql =
      'select * from room where substr(key, 1, length(?)) = ? order by last_time desc, id desc limit ?'
    return this.#reading(() => this.#statements.all(sql, [prefix, prefix, count]).map(recordOf))
  }

  /** See `Store.readPosition`. */
  readPosition(reader: string, room: string): number {
    const sql = 'select seq as n from read_position where reader = ? and room = ?'
    return this.#reading(() => numberIn(this.#statements.get(sql, [reader, room])) ?? 0)
  }

  /** See `Store.unread`. */
  unread({ reader, persons, room }: UnreadQuery): Unread {
    return this.#reading(() => {
      const read = this.readPosition(reader, room)
      const { id, last_seq } =
        this.#statements.get('select id, last_seq from room where key = ?', [room]) ?? {}
      if (id === undefined) return { read, newest: 0, messages: 0, mentions: 0 }
      const newest = Number(last_seq)
      const from = Math.max(read, newest - STORE_LIMITS.unreadEvents)
      const ids = JSON.stringify(persons)
      const values = [ids, Number(id), from, ids, STORE_LIMITS.unread]
      const { messages, mentions } = this.#statements.get(UNREAD, values) ?? {}
      return { read, newest, messages: Number(messages), mentions: Number(mentions) }
    })
  }

  /**
   * Messages as they are now, in the order in which they were kept, over all rooms or in one: those after the `n` of
   * a message (0: from the start), and that `n` with each.
   */
  messagesAfter(n: number, room: string | undefined, count: number): readonly NumberedMessage[] {
    return this.#reading(() => {
      const where = `${IS_MESSAGE} and event.n > ?`
      const rows =
        room === undefined
          ? this.#rows(`${where} order by event.n limit ?`, [n, count])
          : this.#rows(`${where} and ${IN_ROOM} order by event.seq limit ?`, [n, room, count])
      return rows.map((row) => ({ n: numberIn(row) ?? 0, message: messageOf(row) }))
    })
  }

  /** The `n` of the event with this id. */
  numberOf(id: string): number | undefined {
    return this.#reading(() => numberIn(this.#statements.get('select n from event where id = ?', [id])))
  }

  /** The process that writes the file, or did last. */
  owner(): number | undefined {
    return this.#reading(() => numberIn(this.#statements.get('select pid as n from owner', [])))
  }

  /** See `faultsIn`. */
  faults(): readonly string[] {
    return this.#reading(() => faultsIn(this.#db))
  }

  close(): void {
    this.#db.close()
  }

  #roomId(room: string): number | undefined {
    return numberIn(this.#statements.get('select id as n from room where key = ?', [room]))
  }

  #paged(room: number): PagedRoom {
    const seq = (sql: string, value: string | number): number | undefined =>
      numberIn(
        this.#statements.get(`select seq as n from event where room = ? and ${sql} limit 1`, [room, value]),
      )
    return {
      seqOf: (id) => seq('id = ?', id),
      firstFrom: (time) => seq('time >= ? order by time', time) ?? Number.POSITIVE_INFINITY,
      lastUntil: (time) => seq('time <= ? order by time desc', time) ?? 0,
      between: ({ after, before }, end, count) => {
        const rows = this.#statements.all(PAGE[end], [room, after, before, count])
        return (end === 'oldest' ? rows : rows.toReversed()).map(messageOf)
      },
    }
  }

  #rows(where: string, values: readonly (string | number)[]): Row[] {
    const sql = `select ${EVENT_COLUMNS} ${FROM_EVENTS} where ${where}`
    return this.#statements.all(sql, values)
  }

  #reading<T>(work: () => T): T {
    return translated(this.#file, work)
  }
}

/** A message and its number among all events. */
export interface NumberedMessage {
  readonly n: number
  readonly message: HistoryMessage
}

const BETWEEN = `select ${EVENT_COLUMNS} ${FROM_EVENTS}
  where event.room = ? and event.seq > ? and event.seq < ? and ${IS_MESSAGE} order by event.seq`

/** A page of the room with this number, from either end of what is between two seqs: what, after, before, count. */
export const PAGE: Readonly<Record<'oldest' | 'newest', string>> = {
  oldest: `${BETWEEN} limit ?`,
  newest: `${BETWEEN} desc limit ?`,
}

/** Counts what is unread: whose ids (JSON), the number of the room, after which seq, whose ids again, how many at most. */
export const UNREAD: string = `select count(*) as messages, coalesce(sum(mentioned), 0) as mentions from (
  select mentions is not null and exists (
    select 1 from json_each(event.mentions) where value in (select value from json_each(?))) as mentioned
  from event where room = ? and seq > ? and ${IS_MESSAGE} and deleted_at is null
    and from_id not in (select value from json_each(?))
  order by seq desc limit ?)`

const IN_ROOM = 'event.room = (select id from room where key = ?)'

function numberIn(row: Row | undefined): number | undefined {
  const { n } = row ?? {}
  return n === undefined ? undefined : Number(n)
}

function recordOf(row: Row): RoomRecord {
  const { key, last_seq, last_time, messages } = row
  return {
    room: String(key),
    ...topicOf(row),
    lastSeq: Number(last_seq),
    lastTime: Number(last_time),
    messages: Number(messages),
  }
}
