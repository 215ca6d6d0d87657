/** Picks the place where things are kept, by the settings, and looks after it while the server runs. */
import { rm, writeFile } from 'node:fs/promises'
import { KEEP_NOTHING, type ServerConfig } from './config.ts'
import type { Clock } from './core/clock.ts'
import type { Store } from './core/store.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import type { Log } from './doors/log.ts'
import { openSqliteStore, type SqliteStore } from './stores/sqlite/sqlite-store.ts'

export interface Keeping {
  readonly store: Store
  /** Undefined when nothing is kept. */
  readonly folder: DataFolder | undefined
  /** Closes the store. */
  close(): Promise<void>
}

/** Milliseconds between two looks at what is too old to be kept. */
const PURGE_EVERY = 3_600_000
const DAY = 86_400_000

/**
 * Opens the history in the folder of the settings, or memory where they name none. Rejects with a `StoreError`, or
 * with the system's error when the folder cannot be had.
 */
export async function openStore(
  { data = KEEP_NOTHING, synchronous, keepDays = 0 }: ServerConfig,
  clock: Clock,
  log: Log,
): Promise<Keeping> {
  const now = (): number => clock.now()
  if (data === KEEP_NOTHING) {
    const { MemoryStore } = await import('./stores/memory.ts') // few servers forget everything
    const store = new MemoryStore({ now })
    return { store, folder: undefined, close: () => store.close() }
  }
  const folder = openDataFolder(data)
  if (folder.isOpen) log(`others on this machine can read ${data}: chmod 700 closes it`, 'warn')
  const store = await openSqliteStore({ file: folder.history, now, synchronous })
  await writeFile(folder.pid, `${process.pid}\n`, { mode: 0o600 })
  const stop = keepDays === 0 ? undefined : purgeFromTimeToTime(store, keepDays * DAY, clock, log)
  return {
    store,
    folder,
    async close() {
      stop?.()
      await store.close()
      await rm(folder.pid, { force: true })
    },
  }
}

/** Forgets what is older than `age` ms, now and each hour. Returns what ends it. */
function purgeFromTimeToTime(store: SqliteStore, age: number, clock: Clock, log: Log): () => void {
  let cancel = (): void => {}
  const purge = (): void => {
    store.purge(clock.now() - age).catch((error: unknown) => {
      log(`old messages could not be forgotten: ${String(error)}`, 'error')
    })
    cancel = clock.after(PURGE_EVERY, purge)
  }
  cancel = clock.after(0, purge)
  return () => cancel()
}
