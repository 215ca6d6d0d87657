/**
 * The names of those who are here, held in the store for a minute at a time, so that chats that share it share
 * the names, and one that has died does not keep them. While the store fails names are given out all the same:
 * unique among those who are here, and claimed in the store as soon as it works. Who then finds that another chat
 * gave out the same name has lost it, and is called something else.
 */
import type { Clock } from './clock.ts'
import { LIMITS } from './limits.ts'
import type { Claim } from './name-claims.ts'
import { nameKeys } from './names.ts'
import { patiently } from './patience.ts'
import type { Store } from './store.ts'

/** Milliseconds that a lease lasts, and after which it is renewed. */
export const LEASE = 60_000
export const RENEWAL = 20_000

export interface NameLeasesOptions {
  readonly store: Pick<Store, 'claimName' | 'renewNames' | 'releaseName'>
  readonly clock: Clock
  /** Told when somebody's name has become another's. */
  readonly lost: (holder: string) => void
  /** Told what the store could not do; it is tried again. */
  readonly storeFails: (error: unknown) => void
}

interface Held {
  readonly keys: string[]
  /** When the lease ends, in milliseconds since 1970, as far as the store is known to have it. */
  until: number
}

export class NameLeases {
  readonly #options: NameLeasesOptions
  readonly #holders = new Map<string, string>()
  readonly #held = new Map<string, Held>()
  #cancel: (() => void) | undefined
  #closed = false

  constructor(options: NameLeasesOptions) {
    this.#options = options
  }

  /** Claims a name for a holder: false when it, or one that looks like it, is another's. Never rejects. */
  readonly claim: Claim = async (name, holder) => {
    const keys = nameKeys(name).filter((key) => this.#holders.get(key) !== holder)
    if (keys.length === 0) return true
    if (keys.some((key) => this.#holders.has(key))) return false
    if ((this.#held.get(holder)?.keys.length ?? 0) + keys.length > LIMITS.nameKeys) return false
    const held = this.#hold(holder, keys) // at once, so that nobody else here gets it meanwhile
    const until = this.#options.clock.now() + LEASE
    try {
      if (!(await this.#ask(keys, holder, until))) {
        this.#unhold(holder, keys)
        return false
      }
      held.until = Math.min(held.until, until)
    } catch (error) {
      held.until = 0
      this.#options.storeFails(error)
    }
    this.#renewLater()
    return true
  }

  /** Gives back everything that this one holds. Nothing held is fine. */
  release(holder: string): void {
    this.#unhold(holder, this.#held.get(holder)?.keys ?? [])
    if (this.#closed) return // the store goes too
    this.#options.store.releaseName(holder).catch((error: unknown) => this.#options.storeFails(error))
  }

  /** Nothing is renewed any more. */
  close(): void {
    this.#closed = true
    this.#cancel?.()
    this.#cancel = undefined
  }

  #ask(keys: readonly string[], holder: string, until: number): Promise<boolean> {
    const { store, clock } = this.#options
    return patiently(store.claimName(keys, holder, until), clock)
  }

  #hold(holder: string, keys: readonly string[]): Held {
    const held = this.#held.get(holder) ?? { keys: [], until: Number.POSITIVE_INFINITY }
    held.keys.push(...keys)
    this.#held.set(holder, held)
    for (const key of keys) this.#holders.set(key, holder)
    return held
  }

  #unhold(holder: string, keys: readonly string[]): void {
    // What was given back while the store was asked may be another's by now.
    for (const key of keys) if (this.#holders.get(key) === holder) this.#holders.delete(key)
    const held = this.#held.get(holder)
    const left = held?.keys.filter((key) => !keys.includes(key)) ?? []
    if (held === undefined || left.length === 0) this.#held.delete(holder)
    else held.keys.splice(0, held.keys.length, ...left)
    if (this.#held.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  #renewLater(): void {
    if (this.#closed || this.#held.size === 0) return
    this.#cancel ??= this.#options.clock.after(RENEWAL, () => {
      this.#cancel = undefined
      void this.#renew().then(() => this.#renewLater())
    })
  }

  async #renew(): Promise<void> {
    const now = this.#options.clock.now()
    const holders = [...this.#held]
    await this.#renewAll(
      holders.filter(([, { until }]) => until > now),
      now + LEASE,
    )
    // These may be another's by now: each is claimed again.
    for (const [holder, held] of holders.filter(([, { until }]) => until <= now)) {
      if (this.#held.get(holder) !== held) continue
      try {
        const until = this.#options.clock.now() + LEASE
        if (await this.#ask(held.keys, holder, until)) held.until = until
        else if (this.#held.get(holder) === held) this.#options.lost(holder)
      } catch (error) {
        this.#options.storeFails(error)
        return // the next ones would fail too
      }
    }
  }

  async #renewAll(held: readonly (readonly [string, Held])[], until: number): Promise<void> {
    if (held.length === 0) return
    const { store, clock } = this.#options
    try {
      const holders = held.map(([holder]) => holder)
      await patiently(store.renewNames(holders, until), clock)
      for (const [, one] of held) one.until = until
    } catch (error) {
      this.#options.storeFails(error)
    }
  }
}
