/** Waiting for the store, but not for ever. */
import type { Clock } from './clock.ts'
import { StoreError } from './store.ts'

/** Milliseconds after which a store that has not answered counts as one that fails. */
export const STORE_PATIENCE = 500

/**
 * Time is counted in so many parts: a process that stood still, as all do when a machine sleeps or a container is
 * paused, finds its timers due before the answer that has come meanwhile, and that is one part and no more.
 */
const PARTS = 10

/** What the store answers, if it does within so many milliseconds of running; else rejects with `too-slow`. */
export async function patiently<T>(
  answer: Promise<T>,
  clock: Clock,
  patience: number = STORE_PATIENCE,
): Promise<T> {
  const late = Promise.withResolvers<never>()
  let left = PARTS
  const count = (): void => {
    left -= 1
    if (left < 0) late.reject(new StoreError('too-slow'))
    else cancel = clock.after(patience / PARTS, count)
  }
  let cancel = (): void => {}
  count()
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    cancel()
  }
}
