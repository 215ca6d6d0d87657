/**
 * One server for each history file. The lock is the system's, on a file beside it, so it ends with the process however
 * that ends; nothing is left to clean up after a crash, and no number of a process can be mistaken for another's.
 */
import { closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../core/store.ts'
import { storeError, translated } from './errors.ts'
import { HistoryReading } from './reading.ts'

/** A history file that nobody else may write. */
export interface Lock {
  /** Idempotent. */
  release(): void
}

const BUSY = 5

/** Takes the lock of a history file. Throws `in-use`, naming the process that has it. */
export function lockHistory(file: string): Lock {
  const lockFile = `${file}-lock`
  return translated(lockFile, () => {
    if (!existsSync(lockFile)) closeSync(openSync(lockFile, 'a', 0o600))
    const db = new DatabaseSync(lockFile, { timeout: 0 })
    try {
      db.exec('begin exclusive') // of an empty database: nothing is ever written to it
      return { release: () => db.isOpen && db.close() }
    } catch (error) {
      db.close()
      if (!(error instanceof Error && 'errcode' in error && error.errcode === BUSY)) throw error
      throw new StoreError('in-use', `${file}${ownerOf(file)}`, storeError(error, lockFile))
    }
  })
}

/** True while some process has the lock of a history file, which then runs a server on it. */
export function isLocked(file: string): boolean {
  try {
    if (existsSync(`${file}-lock`)) lockHistory(file).release()
    return false
  } catch (error) {
    if (error instanceof StoreError && error.code === 'in-use') return true
    throw error
  }
}

function ownerOf(file: string): string {
  try {
    const history = new HistoryReading(file)
    const owner = history.owner()
    history.close()
    return owner === undefined ? '' : ` (process ${owner})`
  } catch {
    return '' // it is refused all the same
  }
}
