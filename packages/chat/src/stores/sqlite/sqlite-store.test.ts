/** The SQLite store, without its threads: the contract that all stores pass. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { SameThread } from '../../testing/same-thread.ts'
import { retentionContract, storeContract } from '../store-contract.ts'
import { openReading, openWriting } from './calls.ts'
import { lockHistory } from './lock.ts'
import { SqliteStore } from './sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-store-'))
after(() => rmSync(folder, { recursive: true }))

let opened = 0

async function open(now: () => number): Promise<SqliteStore> {
  opened += 1
  const file = join(folder, `${opened}.db`)
  const store = new SqliteStore(
    { file, now, searchDeadlineMs: Infinity },
    {
      lock: lockHistory(file),
      writer: new SameThread(() => openWriting({ file, synchronous: 'normal' })),
      reader: new SameThread(() => openReading({ file })),
      searcher: new SameThread(() => openReading({ file })),
    },
  )
  await store.open()
  return store
}

storeContract('sqlite', open)
retentionContract('sqlite', open)
