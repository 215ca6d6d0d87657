/**
 * Copies of the history: made while a server writes it or not, and put back. A copy is whole and of one moment, because
 * all of it is read in one step; what is said meanwhile goes into the log beside the file.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, linkSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../core/store.ts'
import { openForReading } from './database.ts'
import { storeError } from './errors.ts'
import { faultsIn } from './integrity.ts'
import { lockHistory } from './lock.ts'

/** The files that SQLite may leave beside one. */
const BESIDE = ['-wal', '-shm', '-journal'] as const

/** All pages in one step: with several, everything that is said between two of them starts the copy anew. */
const ALL_PAGES = 2 ** 31 - 1

/**
 * See `Backups.backup`. Other threads do the work. Until the copy is whole it stands beside its place, as `to` with
 * eight hexadecimal digits and `.part`: whoever is killed meanwhile leaves that, and nothing that looks like a copy.
 */
export async function backupHistory(file: string, to: string): Promise<void> {
  const part = `${to}.${randomBytes(4).toString('hex')}.part`
  const db = openForReading(file)
  try {
    // Before the work; that nothing came meanwhile is seen again at its end.
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw new StoreError('exists', to)
    await copy(db, part)
    try {
      putInPlace(part, to)
    } finally {
      rmSync(part, { force: true })
    }
  } catch (error) {
    // Only one name means something to whoever asked for the copy.
    if (error instanceof StoreError && error.about === part) throw new StoreError(error.code, to, error.cause)
    throw storeError(error, to)
  } finally {
    db.close()
  }
}

/**
 * Gives the file `part` the name `to`, on the same disk, never that of a file that is there: throws EEXIST then. `part`
 * may be there still, or not. `link` is link(2), for tests.
 */
export function putInPlace(part: string, to: string, link: typeof linkSync = linkSync): void {
  try {
    link(part, to) // rename(2) would take the place of another file
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (!NO_LINKS.has(code)) throw error
    closeSync(openSync(to, 'wx', 0o600)) // ours now: nobody else's file is replaced
    renameSync(part, to)
  }
}

/** What link(2) says on a disk without hard links, like FAT, and where a mount knows none. */
const NO_LINKS: ReadonlySet<unknown> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EACCES',
])

/**
 * Makes a copy the history again. Rejects with `exists` when there is a history, with `in-use` when a server runs on
 * it, and, before anything is changed, with `corrupt` when the copy is damaged; `newer` and `missing` as well.
 */
export async function restoreHistory(from: string, file: string): Promise<void> {
  const lock = lockHistory(file)
  const half = `${file}-restoring`
  try {
    if (existsSync(file)) throw new StoreError('exists', file)
    const source = openForReading(from, 'any')
    try {
      const [fault] = faultsIn(source)
      if (fault !== undefined) throw new StoreError('corrupt', `${from} (${fault})`)
      for (const ending of ['', ...BESIDE]) rmSync(`${half}${ending}`, { force: true })
      await copy(source, half)
    } finally {
      source.close()
    }
    for (const ending of BESIDE) rmSync(`${file}${ending}`, { force: true }) // another history's
    renameSync(half, file)
  } catch (error) {
    throw storeError(error, file)
  } finally {
    lock.release()
  }
}

async function copy(db: DatabaseSync, to: string): Promise<void> {
  try {
    closeSync(openSync(to, 'wx', 0o600)) // SQLite takes an empty file for a database, and leaves its mode
    try {
      await backup(db, to, { rate: ALL_PAGES })
      putInOneFile(to)
    } catch (error) {
      for (const ending of ['', ...BESIDE]) rmSync(`${to}${ending}`, { force: true })
      throw error
    }
  } catch (error) {
    throw storeError(error, to)
  }
}

/** A copy needs no log beside it, which would have to be written before anybody could read it. */
function putInOneFile(file: string): void {
  const db = new DatabaseSync(file)
  try {
    db.exec('pragma journal_mode = delete')
  } finally {
    db.close()
  }
}
