/** Everything that changes the history file. One connection, in the writer's thread. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Keepable, Kept, Place, Reacted, TopicSet } from '../../core/events.ts'
import { withReaction } from '../../core/reactions.ts'
import type { RoomRecord } from '../../core/store.ts'
import { keptEvent } from '../kept.ts'
import { openForWriting, type Synchronous, setSynchronous } from './database.ts'
import { translated } from './errors.ts'
import { EVENT_COLUMNS, eventOf, FROM_EVENTS, INSERT_EVENT, reactionsIn, topicOf, valuesOf } from './rows.ts'

/** Events that `purge` forgets in one transaction, so that nobody who speaks waits for more than that. */
export const PURGED_AT_ONCE = 500

/** Events and read positions after which the log is moved into the file: an event is some fifteen pages in it. */
export const CHECKPOINT_EVERY = 100

/** How far a reader has read. */
export type ReadPosition = readonly [reader: string, room: string, seq: number]

interface RoomRow {
  readonly id: number
  topic: Topic
  lastSeq: number
  lastTime: number
  messages: number
}

type Topic = Pick<RoomRecord, 'topic' | 'topicFrom' | 'topicTime'>

export class HistoryWriting {
  readonly #file: string
  readonly #synchronous: Synchronous
  readonly #db: DatabaseSync
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>
  /** Events and read positions since the last checkpoint. */
  #written = 0

  /** Throws a `StoreError` when the file cannot be written. */
  constructor(file: string, synchronous: Synchronous) {
    this.#file = file
    this.#synchronous = synchronous
    this.#db = openForWriting(file, synchronous)
    try {
      this.#statements = prepareAll(this.#db)
      // Whoever is refused later is told who has the file. It shows at once, too, whether writing works.
      this.#atOnce(() => {
        this.#db.exec('delete from owner')
        this.#db.prepare('insert into owner (pid) values (?)').run(process.pid)
      })
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** See `Store.append`. Returns when it is safe on the disk. `now`: milliseconds since 1970. */
  append(batch: readonly Keepable[], now: number): readonly Kept[] {
    return this.#atOnce(() => {
      this.#written += batch.length
      const rooms = new Map<string, RoomRow>()
      const kept = batch.map((event) => this.#earlier(event) ?? this.#keep(event, now, rooms))
      for (const { id, topic, lastSeq, lastTime, messages } of rooms.values()) {
        const { topic: text, topicFrom: from, topicTime: time } = topic
        const setBy = [from?.id ?? null, from?.name ?? null, time ?? null]
        this.#statements.saveRoom.run(text, ...setBy, lastSeq, lastTime, messages, id)
      }
      return kept
    })
  }

  /** See `Store.setReadPosition`. Not waited for to be safe on the disk: it is lost in a power cut at most. */
  setReadPositions(positions: readonly ReadPosition[], now: number): void {
    this.#withoutWaiting(() => {
      this.#written += positions.length
      for (const [reader, room, seq] of positions)
        this.#statements.saveReadPosition.run(reader, room, seq, now)
    })
  }

  /** Forgets the oldest events before this time, a bounded number of them. Returns how many; 0: there are none. */
  purgeSome(before: number): number {
    return this.#withoutWaiting(() => {
      let forgotten = 0
      for (const { id } of this.#statements.roomsWithOld.all(before)) {
        const oldest = this.#statements.oldestOf.all(Number(id), before, PURGED_AT_ONCE - forgotten)
        let messages = 0
        for (const { n, kind } of oldest) {
          this.#statements.forget.run(Number(n))
          if (kind === 'said' || kind === 'action') messages += 1
        }
        this.#statements.countDown.run(messages, Number(id))
        forgotten += oldest.length
        if (forgotten >= PURGED_AT_ONCE) break
      }
      if (forgotten === 0) this.#statements.forgetReadPositions.run(before) // once, with the last call
      this.#written += forgotten
      return forgotten
    })
  }

  /**
   * Moves what was written from the log into the file, when there is enough of it. It takes milliseconds, so it has no
   * place in a commit that people wait for: one of a hundred would (https://www.sqlite.org/wal.html#ckpt).
   */
  checkpoint(): void {
    if (this.#written < CHECKPOINT_EVERY) return
    this.#written = 0
    try {
      this.#db.exec('pragma wal_checkpoint(passive)')
    } catch {
      // A disk that fails now fails at the next commit, too, which tells it; until then all of it is in the log.
    }
  }

  close(): void {
    this.#db.close()
  }

  #earlier(event: Keepable): Kept | undefined {
    const byId = this.#statements.byId.get(event.id)
    if (byId !== undefined) return eventOf(byId)
    if (!('clientId' in event) || event.clientId === undefined) return undefined
    const byClientId = this.#statements.byClientId.get(event.from.id, event.clientId)
    return byClientId === undefined ? undefined : eventOf(byClientId)
  }

  #keep(event: Keepable, now: number, rooms: Map<string, RoomRow>): Kept {
    const room = rooms.get(event.room) ?? this.#roomOf(event.room)
    rooms.set(event.room, room)
    room.lastSeq += 1
    room.lastTime = Math.max(now, room.lastTime + 1)
    const kept = keptEvent(event, { seq: room.lastSeq, time: room.lastTime })
    this.#statements.insertEvent.run(...valuesOf(kept, room.id))
    if (kept.kind === 'edited') this.#statements.edit.run(kept.text, kept.time, kept.target, room.id)
    else if (kept.kind === 'deleted') this.#statements.delete.run(kept.time, kept.target, room.id)
    else if (kept.kind === 'reacted') this.#react(kept, room.id)
    else if (kept.kind === 'topic') room.topic = topicSet(kept)
    else room.messages += 1
    return kept
  }

  #react(event: Reacted, room: number): void {
    const { n, reactions } = this.#statements.reactions.get(event.target, room) ?? {}
    if (n === undefined) return
    const before = reactionsIn(reactions === null ? null : String(reactions))
    const after = withReaction(before, event)
    if (after !== before) this.#statements.react.run(JSON.stringify(after), Number(n))
  }

  #roomOf(key: string): RoomRow {
    const row = this.#statements.roomByKey.get(key) ?? this.#statements.insertRoom.get(key)
    const { id, last_seq: lastSeq, last_time: lastTime, messages } = row ?? {}
    return {
      id: Number(id),
      topic: topicOf(row ?? {}),
      lastSeq: Number(lastSeq),
      lastTime: Number(lastTime),
      messages: Number(messages),
    }
  }

  #withoutWaiting<T>(work: () => T): T {
    setSynchronous(this.#db, 'normal')
    try {
      return this.#atOnce(work)
    } finally {
      setSynchronous(this.#db, this.#synchronous)
    }
  }

  // One transaction: all of the work, or, when it throws, nothing.
  #atOnce<T>(work: () => T): T {
    return translated(this.#file, () => {
      this.#db.exec('begin immediate')
      try {
        const result = work()
        this.#db.exec('commit')
        return result
      } catch (error) {
        // A full disk has ended the transaction already, and a rollback of none would throw over the real error.
        if (this.#db.isTransaction) this.#db.exec('rollback')
        throw error
      }
    })
  }
}

function topicSet({ text, from, time }: TopicSet & Place): Topic {
  return text === '' ? { topic: '' } : { topic: text, topicFrom: from, topicTime: time }
}

const CHANGEABLE = "id = ? and room = ? and kind in ('said', 'action') and deleted_at is null"

const SQL = {
  byId: `select ${EVENT_COLUMNS} ${FROM_EVENTS} where event.id = ?`,
  byClientId: `select ${EVENT_COLUMNS} ${FROM_EVENTS} where event.from_id = ? and event.client_id = ?`,
  insertEvent: INSERT_EVENT,
  edit: `update event set said = coalesce(said, text), text = ?, edited_at = ? where ${CHANGEABLE}`,
  delete: `update event set said = coalesce(said, text), text = null, reactions = null, deleted_at = ?
    where ${CHANGEABLE}`,
  reactions: `select n, reactions from event where ${CHANGEABLE}`,
  react: 'update event set reactions = ? where n = ?',
  roomByKey: 'select * from room where key = ?',
  insertRoom: 'insert into room (key) values (?) returning *',
  saveRoom: `update room set topic = ?, topic_from_id = ?, topic_from_name = ?, topic_time = ?,
    last_seq = ?, last_time = ?, messages = ? where id = ?`,
  saveReadPosition: `insert into read_position (reader, room, seq, time) values (?, ?, ?, ?)
    on conflict do update set seq = max(seq, excluded.seq), time = excluded.time`,
  forgetReadPositions: 'delete from read_position where time < ?',
  roomsWithOld: `select id from room
    where exists (select 1 from event where event.room = room.id and event.time < ?)`,
  oldestOf: 'select n, kind from event where room = ? and time < ? order by time limit ?',
  forget: 'delete from event where n = ?',
  countDown: 'update room set messages = messages - ? where id = ?',
} as const

function prepareAll(db: DatabaseSync): Readonly<Record<keyof typeof SQL, StatementSync>> {
  const statements = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)] as const)
  return Object.fromEntries(statements) as Record<keyof typeof SQL, StatementSync>
}
