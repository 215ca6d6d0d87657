/**
 * Who holds which name, and until when. A store that belongs to one process alone keeps this in memory: whoever
 * held a name went with the process. Names can be claimed when the disk is full, too.
 */

interface Lease {
  readonly holder: string
  until: number
}

/** So many keys are kept before any is looked at whether it has run out. */
const SWEEP_AT = 1000

export class NameLeases {
  readonly #now: () => number
  readonly #byKey = new Map<string, Lease>()
  readonly #byHolder = new Map<string, Map<string, Lease>>()
  #sweepAt = SWEEP_AT

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** See `Store.claimName`. */
  claim(keys: readonly string[], holder: string, until: number): boolean {
    if (keys.some((key) => this.#isAnothers(key, holder))) return false
    if (this.#byKey.size >= this.#sweepAt) this.#sweep()
    for (const key of keys) {
      this.#drop(key)
      const lease = { holder, until }
      this.#byKey.set(key, lease)
      const held = this.#byHolder.get(holder) ?? new Map<string, Lease>()
      this.#byHolder.set(holder, held.set(key, lease))
    }
    return true
  }

  /** See `Store.renewNames`. What has run out and is nobody else's yet is held again. */
  renew(holders: readonly string[], until: number): void {
    for (const holder of holders) {
      for (const lease of this.#byHolder.get(holder)?.values() ?? []) lease.until = until
    }
  }

  /** See `Store.releaseName`. */
  release(holder: string): void {
    for (const key of this.#byHolder.get(holder)?.keys() ?? []) this.#byKey.delete(key)
    this.#byHolder.delete(holder)
  }

  /** Keys that are held, some that have run out included. */
  get size(): number {
    return this.#byKey.size
  }

  // Holders that have gone without a word must not fill our memory. Looking through all of them is worth it only
  // when there are twice as many as after the last time.
  #sweep(): void {
    const now = this.#now()
    for (const [key, lease] of this.#byKey) if (lease.until <= now) this.#drop(key)
    this.#sweepAt = Math.max(SWEEP_AT, this.#byKey.size * 2)
  }

  #isAnothers(key: string, holder: string): boolean {
    const lease = this.#byKey.get(key)
    return lease !== undefined && lease.holder !== holder && lease.until > this.#now()
  }

  #drop(key: string): void {
    const lease = this.#byKey.get(key)
    if (lease === undefined) return
    this.#byKey.delete(key)
    const held = this.#byHolder.get(lease.holder)
    held?.delete(key)
    if (held?.size === 0) this.#byHolder.delete(lease.holder)
  }
}
