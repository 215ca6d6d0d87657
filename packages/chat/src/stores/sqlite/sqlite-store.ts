/**
 * The history in one SQLite file, the default: a thread writes, others read, and this one never waits for the disk.
 * Who holds which name is kept in memory, since the file belongs to this process alone.
 */
import type { HistoryMessage, Keepable, Kept } from '../../core/events.ts'
import {
  type Backups,
  type HistoryQuery,
  type Retention,
  type RoomRecord,
  type SearchQuery,
  STORE_LIMITS,
  type Store,
  type Unread,
  type UnreadQuery,
} from '../../core/store.ts'
import { NameLeases } from '../name-leases.ts'
import type { CopierCalls, ReaderCalls, ReaderData, WriterCalls, WriterData } from './calls.ts'
import type { Synchronous } from './database.ts'
import { type Lock, lockHistory } from './lock.ts'
import { ReadPositions } from './read-positions.ts'
import { ticks } from './search.ts'
import type { Link } from './worker-calls.ts'
import { WorkerLink } from './worker-link.ts'

export interface SqliteStoreOptions {
  /** The history file; it is made when it is not there, its folder is not. `-wal`, `-shm` and `-lock` stand beside it. */
  readonly file: string
  /** The time in milliseconds since 1970. */
  readonly now: () => number
  /**
   * `full` (default): what is kept survives a power cut. `normal`: a crash of the server only; a power cut loses up to
   * some hundred messages, and a single one is kept in a fifth of the time.
   */
  readonly synchronous?: Synchronous | undefined
  /** Milliseconds from asking until a search rejects with `too-slow`, the wait for other searches included. Default 3000. */
  readonly searchDeadlineMs?: number | undefined
}

/**
 * Opens a history file; resolves when it can be written. Rejects with a `StoreError`: `in-use` (the message names the
 * process), `newer`, `corrupt`, `denied`, `read-only`, `full`, `missing` (the folder), `io`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { file, synchronous = 'full' } = options
  const lock = lockHistory(file)
  const writerData: WriterData = { file, synchronous }
  const readerData: ReaderData = { file }
  const searcherData: ReaderData = { file, stepsBack: true }
  const store = new SqliteStore(options, {
    lock,
    writer: new WorkerLink<WriterCalls>({ worker: WRITER, data: writerData, file }),
    reader: new WorkerLink<ReaderCalls>({ worker: READER, data: readerData, file }),
    searcher: new WorkerLink<ReaderCalls>({ worker: READER, data: searcherData, file }),
  })
  try {
    await store.open()
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

// Beside this file: from source in a checkout, else as published.
const ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const WRITER = new URL(`./writer${ENDING}`, import.meta.url)
const READER = new URL(`./reader${ENDING}`, import.meta.url)
const COPIER = new URL(`./copier${ENDING}`, import.meta.url)

/** What the store stands on. */
export interface SqliteParts {
  readonly lock: Lock
  readonly writer: Link<WriterCalls>
  readonly reader: Link<ReaderCalls>
  /** Searches only, which take their time. */
  readonly searcher: Link<ReaderCalls>
}

export class SqliteStore implements Store, Backups, Retention {
  readonly #file: string
  readonly #now: () => number
  readonly #searchDeadlineMs: number
  readonly #parts: SqliteParts
  readonly #readPositions: ReadPositions
  readonly #leases: NameLeases

  /** Use `openSqliteStore`. */
  constructor({ file, now, searchDeadlineMs = 3000 }: SqliteStoreOptions, parts: SqliteParts) {
    this.#file = file
    this.#now = () => Math.floor(now())
    this.#searchDeadlineMs = searchDeadlineMs
    this.#parts = parts
    this.#readPositions = new ReadPositions((positions) =>
      parts.writer.call('setReadPositions', positions, this.#now()),
    )
    this.#leases = new NameLeases(this.#now)
  }

  /** Opens the file in the writer's thread. */
  async open(): Promise<void> {
    await this.#parts.writer.call('open')
  }

  append(batch: readonly Keepable[]): Promise<readonly Kept[]> {
    return this.#parts.writer.call('append', batch, this.#now())
  }

  history(query: HistoryQuery): Promise<readonly HistoryMessage[]> {
    return this.#parts.reader.call('history', query)
  }

  since(room: string, seq: number, count: number): Promise<readonly Kept[]> {
    return this.#parts.reader.call('since', room, seq, count)
  }

  search(query: SearchQuery): Promise<readonly HistoryMessage[]> {
    return this.#parts.searcher.call('search', query, ticks() + this.#searchDeadlineMs)
  }

  room(room: string): Promise<RoomRecord | undefined> {
    return this.#parts.reader.call('room', room)
  }

  rooms(): Promise<readonly RoomRecord[]> {
    return this.#parts.reader.call('rooms', '#', STORE_LIMITS.rooms)
  }

  readPosition(reader: string, room: string): Promise<number> {
    return this.#parts.reader.call('readPosition', reader, room)
  }

  unread(query: UnreadQuery): Promise<Unread> {
    return this.#parts.reader.call('unread', query)
  }

  setReadPosition(reader: string, room: string, seq: number): Promise<void> {
    return this.#readPositions.set(reader, room, seq)
  }

  async claimName(keys: readonly string[], holder: string, until: number): Promise<boolean> {
    return this.#leases.claim(keys, holder, until)
  }

  async renewNames(holders: readonly string[], until: number): Promise<void> {
    this.#leases.renew(holders, until)
  }

  async releaseName(holder: string): Promise<void> {
    this.#leases.release(holder)
  }

  async backup(file: string): Promise<void> {
    const copier = new WorkerLink<CopierCalls>({ worker: COPIER, data: undefined, file })
    try {
      await copier.call('backup', this.#file, file)
    } finally {
      await copier.close()
    }
  }

  /** See `Retention`. In small transactions: what is said meanwhile waits for one of them at most. */
  async purge(before: number): Promise<number> {
    let forgotten = 0
    for (;;) {
      const some = await this.#parts.writer.call('purgeSome', before)
      if (some === 0) return forgotten
      forgotten += some
    }
  }

  async close(): Promise<void> {
    const { writer, reader, searcher, lock } = this.#parts
    await Promise.all([this.#readPositions.settled(), reader.close(), searcher.close()])
    await writer.close() // the last one, since only it can put the log into the file
    lock.release()
  }
}
