/** The one border where what SQLite and the file system say becomes a `StoreError`. */
import { StoreError, type StoreErrorCode } from '../../core/store.ts'

// https://www.sqlite.org/rescode.html, the primary codes: the low byte of what node:sqlite gives as `errcode`.
const BY_SQLITE_CODE: Readonly<Record<number, StoreErrorCode>> = {
  3: 'denied', // PERM
  5: 'in-use', // BUSY: another program writes there, and went on for longer than we wait
  6: 'in-use', // LOCKED
  8: 'read-only', // READONLY
  10: 'io', // IOERR
  11: 'corrupt', // CORRUPT
  13: 'full', // FULL
  14: 'io', // CANTOPEN
  26: 'corrupt', // NOTADB
}

const BY_SYSTEM_CODE: ReadonlyMap<unknown, StoreErrorCode> = new Map([
  ['ENOENT', 'missing'],
  ['ENOTDIR', 'missing'],
  ['EEXIST', 'exists'],
  ['EACCES', 'denied'],
  ['EPERM', 'denied'],
  ['EROFS', 'read-only'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EIO', 'io'],
])

/** The error as a `StoreError` about `file`, where it is one; what is our own fault stays as it is. */
export function storeError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error
  if ('errcode' in error && typeof error.errcode === 'number') {
    const code = BY_SQLITE_CODE[error.errcode & 0xff]
    return code === undefined ? error : new StoreError(code, file, error)
  }
  const code = 'code' in error ? BY_SYSTEM_CODE.get(error.code) : undefined
  return code === undefined ? error : new StoreError(code, file, error)
}

/** Runs `work`; what it throws comes out as `storeError` makes it. */
export function translated<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storeError(error, file)
  }
}
