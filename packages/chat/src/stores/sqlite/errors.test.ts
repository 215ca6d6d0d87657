/** What SQLite and the file system say, as a `StoreError`. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { STORE_ERRORS, StoreError } from '../../core/store.ts'
import { storeError, translated } from './errors.ts'

function codeOf(fields: object): unknown {
  const error = storeError(Object.assign(new Error('x'), fields), 'history.db')
  return error instanceof StoreError ? error.code : undefined
}

test('storeError knows the codes of SQLite, whatever they are extended with', () => {
  const full = new DatabaseSync(':memory:')
  full.exec('create table t (x); pragma max_page_count = 3')
  const fill = (): void => full.exec('insert into t values (zeroblob(100000))')
  assert.throws(() => translated('history.db', fill), {
    name: 'StoreError',
    code: 'full',
    message: 'history.db: the disk is full',
  })
  assert.equal(codeOf({ errcode: 1034 }), 'io') // SQLITE_IOERR_FSYNC
  assert.equal(codeOf({ errcode: 1544 }), 'read-only') // SQLITE_READONLY_DIRECTORY
  assert.equal(codeOf({ errcode: 517 }), 'in-use') // SQLITE_BUSY_SNAPSHOT
  assert.equal(codeOf({ errcode: 26 }), 'corrupt')
  assert.equal(codeOf({ errcode: 19 }), undefined) // a constraint: a fault of ours
})

test('storeError knows the codes of the system, and leaves what it does not know', () => {
  assert.equal(codeOf({ code: 'ENOENT' }), 'missing')
  assert.equal(codeOf({ code: 'EROFS' }), 'read-only')
  assert.equal(codeOf({ code: 'EACCES' }), 'denied')
  assert.equal(codeOf({ code: 'ENOSPC' }), 'full')
  assert.equal(codeOf({ code: 'ERR_INVALID_ARG_TYPE' }), undefined)
  const known = new StoreError('older', 'x')
  assert.equal(storeError(known, 'y'), known)
  assert.equal(storeError('text', 'y'), 'text')
})

test('StoreError has a sentence for each code', () => {
  for (const [code, words] of Object.entries(STORE_ERRORS)) {
    assert.equal(new StoreError(code as keyof typeof STORE_ERRORS).message, words)
  }
})
