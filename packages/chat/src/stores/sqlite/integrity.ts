/** Whether a history file is whole. */
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../core/store.ts'
import { storeError } from './errors.ts'
import { IS_MESSAGE } from './rows.ts'

/** Faults that are looked for before it is enough. */
const MOST_FAULTS = 20

const MISCOUNTED = `select key from room where messages !=
  (select count(*) from event where event.room = room.id and ${IS_MESSAGE})`

// SQLite's own check of the index against the texts needs a connection that may write.
const INDEXED = `select 1 where (select count(*) from found_docsize) =
  (select count(*) from event where text is not null)`

/**
 * What is wrong in a history file, in SQLite's words; empty: nothing. Reads all of it, the index for searching
 * included, which takes long.
 */
export function faultsIn(db: DatabaseSync): readonly string[] {
  try {
    const rows = db.prepare(`pragma integrity_check(${MOST_FAULTS})`).all()
    const faults = rows.map(({ integrity_check: words }) => String(words)).filter((words) => words !== 'ok')
    if (faults.length > 0) return faults
    const miscounted = db.prepare(MISCOUNTED).all()
    return [
      ...miscounted.map(({ key }) => `the messages of ${String(key)} are counted wrongly`),
      ...(db.prepare(INDEXED).get() === undefined ? ['the index for searching has other messages'] : []),
    ]
  } catch (error) {
    const known = storeError(error, '')
    if (known instanceof StoreError && known.code === 'corrupt') return [String(error)] // too damaged to be checked
    throw error
  }
}
