/** The SQLite store with its threads: the contract again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { retentionContract, storeContract } from '../store-contract.ts'
import { openSqliteStore, type SqliteStore } from './sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-store-'))
after(() => rmSync(folder, { recursive: true }))

let opened = 0

function open(now: () => number): Promise<SqliteStore> {
  opened += 1
  return openSqliteStore({ file: join(folder, `${opened}.db`), now, searchDeadlineMs: Infinity })
}

storeContract('sqlite in threads', open)
retentionContract('sqlite in threads', open)
