/** Builds a history file through the store's own `append`, as a server would have in years. */
import type { Keepable } from '../../packages/chat/src/core/events.ts'
import { uuidV7 } from '../../packages/chat/src/ids.ts'
import { openSqliteStore } from '../../packages/chat/src/stores/sqlite/sqlite-store.ts'
import { type HistorySize, sayings } from './texts.ts'

const SEED = 1
/** Messages in one append: what a commit has at most. */
const BATCH = 1000
/** Milliseconds from a message to the next: a million of them are two years. */
const APART = 63_000

/** Makes the file, which must not be there. `until`: when the last message was said, in milliseconds since 1970. */
export async function buildHistory(file: string, size: HistorySize, until: number): Promise<void> {
  let now = until - size.messages * APART
  const store = await openSqliteStore({ file, now: () => now, synchronous: 'normal' })
  try {
    let batch: Keepable[] = []
    for (const event of sayings(
      size,
      SEED,
      uuidV7(() => now),
    )) {
      batch.push(event)
      now += APART
      if (batch.length < BATCH) continue
      await store.append(batch)
      batch = []
    }
    if (batch.length > 0) await store.append(batch)
  } finally {
    await store.close()
  }
}
