/** A time that begins anew whenever something happens. */

export class Timer {
  readonly #ms: number | undefined
  readonly #fire: () => void
  #timeout: NodeJS.Timeout | undefined
  #hasEnded = false

  /** Calls `fire` so many milliseconds after the last `restart`; undefined: never. */
  constructor(ms: number | undefined, fire: () => void) {
    this.#ms = ms
    this.#fire = fire
  }

  restart(): void {
    this.stop()
    if (this.#ms !== undefined && !this.#hasEnded) this.#timeout = setTimeout(this.#fire, this.#ms)
  }

  stop(): void {
    clearTimeout(this.#timeout)
    this.#timeout = undefined
  }

  /** Stops it for good: a later `restart` does nothing. */
  end(): void {
    this.#hasEnded = true
    this.stop()
  }
}
