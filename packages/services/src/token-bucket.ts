/** How often something may happen: a bucket that fills evenly, and from which each time takes its share. */

export class TokenBucket {
  readonly #perSecond: number
  #tokens: number
  #filledAt: number

  /** Full at first, and holds what fills it in a second. `now` is in milliseconds of a clock that never goes back. */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond
    this.#tokens = perSecond
    this.#filledAt = now
  }

  /** Takes `tokens` (default 1); false, and takes nothing, when there are not so many. */
  take(now: number, tokens = 1): boolean {
    const fresh = ((now - this.#filledAt) * this.#perSecond) / 1000
    this.#tokens = Math.min(this.#perSecond, this.#tokens + fresh)
    this.#filledAt = now
    if (this.#tokens < tokens) return false
    this.#tokens -= tokens
    return true
  }
}
