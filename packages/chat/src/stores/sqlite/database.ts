/** Opening the history file: for the one who writes, and for those who only read. */
import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../core/store.ts'
import { translated } from './errors.ts'
import { MIGRATIONS, migrate, schemaOf } from './migrations.ts'

/** When something that was kept is safe: after a power cut (`full`), or only after a crash of ours (`normal`). */
export type Synchronous = 'full' | 'normal'

/** Milliseconds for which another program may hold the file before a call rejects with `in-use`. */
const BUSY_MS = 2000
/** Bytes of pages in memory for each connection; more are read from the system's own cache. */
const CACHE_KIB = 8192
/**
 * Pages in the log at which SQLite itself moves them into the file, as a part of a commit for which people wait. Only
 * for when nobody is ever quiet: `HistoryWriting.checkpoint` does it much earlier, between commits.
 */
const CHECKPOINT_AT_LEAST_EVERY = 8000
/** Bytes of the log beside the file that are kept for the next writes; more are given back. */
const LOG_BYTES = 64 * 1024 * 1024

/** Opens the file for writing; makes it, for its owner's eyes only, when it is not there. Throws `StoreError`. */
export function openForWriting(file: string, synchronous: Synchronous): DatabaseSync {
  return translated(file, () => {
    // Made before SQLite would: it gives the log beside it the same mode. Never opened when it is there, since closing
    // any descriptor of a file takes away the locks that this process has on it.
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK)
    else closeSync(openSync(file, 'wx', 0o600))
    const db = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
    try {
      schemaOf(db, file) // what is not ours stays as it is
      // Each transaction waits for the disk several times, fewer times in the log, and least when nobody relies on it yet.
      setSynchronous(db, 'normal')
      db.exec('pragma journal_mode = wal')
      migrate(db, file)
      db.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_AT_LEAST_EVERY}`)
      db.exec(`pragma journal_size_limit = ${LOG_BYTES}`)
      db.exec(`pragma cache_size = -${CACHE_KIB}`)
      setSynchronous(db, synchronous)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

export function setSynchronous(db: DatabaseSync, synchronous: Synchronous): void {
  db.exec(`pragma synchronous = ${synchronous}`)
}

/**
 * Opens the file for reading, beside whoever writes it. Throws `StoreError`: `missing`, `corrupt`, `newer`,
 * and `older` for a
 * shape that only who may write can bring up to date, unless any will do.
 */
export function openForReading(file: string, shape: 'current' | 'any' = 'current'): DatabaseSync {
  return translated(file, () => {
    accessSync(file, constants.R_OK)
    const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })
    try {
      const schema = schemaOf(db, file)
      if (schema === 0) throw new StoreError('missing', file)
      if (schema < MIGRATIONS.length && shape === 'current') throw new StoreError('older', file)
      db.exec(`pragma cache_size = -${CACHE_KIB}`)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}
