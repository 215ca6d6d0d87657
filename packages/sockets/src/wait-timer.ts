/**
 * The timeout of whoever waits at a queue. One timer serves all waits of a socket, one after the other: starting one
 * again is five times cheaper than making one, so after a call that came back in time it is left to run out.
 */
export class WaitTimer {
  readonly #expire: () => void
  #timer: NodeJS.Timeout | undefined
  #ms = 0

  /** `expire` is called when a wait has lasted its time; not after `stop`. */
  constructor(expire: () => void) {
    this.#expire = expire
  }

  /** Begins a wait of at most `ms` milliseconds. */
  start(ms: number): void {
    if (this.#timer !== undefined && this.#ms === ms) {
      this.#timer.ref().refresh()
      return
    }
    clearTimeout(this.#timer)
    this.#ms = ms
    this.#timer = setTimeout(() => {
      // Without its ref it runs out after a wait that has ended: nobody waits now, or somebody without a limit.
      if (this.#timer?.hasRef() === true) this.#expire()
    }, ms)
  }

  /** The wait is over. */
  stop(): void {
    this.#timer?.unref()
  }

  /** No wait will come any more. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
