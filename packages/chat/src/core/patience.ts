/** Waiting for the store, but not for ever. */
import type { Clock } from './clock.ts'
import { StoreError } from './store.ts'

/** Milliseconds after which a store that has not answered counts as one that fails. */
export const STORE_PATIENCE = 500

/** What the store answers, if it does within so many milliseconds; else rejects with `too-slow`. */
export async function patiently<T>(
  answer: Promise<T>,
  clock: Clock,
  patience: number = STORE_PATIENCE,
): Promise<T> {
  const late = Promise.withResolvers<never>()
  const cancel = clock.after(patience, () => late.reject(new StoreError('too-slow')))
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    cancel()
  }
}
