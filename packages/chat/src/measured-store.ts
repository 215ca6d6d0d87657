/** A store whose commits are measured. */
import { isMessage, type Keepable, type Kept } from './core/events.ts'
import type { Store } from './core/store.ts'

/** One commit, as it went. */
export interface Commit {
  readonly ms: number
  /** How many messages were kept. */
  readonly messages: number
  readonly failed: boolean
}

/** The same store; `done` is told of every `append`. What else the store can do it still can. */
export function measuredStore(store: Store, ticks: () => number, done: (commit: Commit) => void): Store {
  const append = async (batch: readonly Keepable[]): Promise<readonly Kept[]> => {
    const began = ticks()
    try {
      const kept = await store.append(batch)
      done({ ms: ticks() - began, messages: kept.filter(isMessage).length, failed: false })
      return kept
    } catch (error) {
      done({ ms: ticks() - began, messages: 0, failed: true })
      throw error
    }
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'append') return append
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member // a store knows itself, not its proxy
    },
  })
}
