/** A clock that stands still until a test moves it. What is to run "after this turn" does so by itself. */
import type { Clock } from '../core/clock.ts'

interface Timer {
  readonly due: number
  readonly run: () => void
}

export class FakeClock implements Clock {
  readonly #start: number
  readonly #timers = new Set<Timer>()
  #ticks = 0
  #turns = 0

  /** `start`: what `now` says at first. */
  constructor(start: number = Date.UTC(2026, 10, 20, 16, 4)) {
    this.#start = start
  }

  now(): number {
    return this.#start + this.#ticks
  }

  ticks(): number {
    return this.#ticks
  }

  after(ms: number, run: () => void): () => void {
    if (ms <= 0) return this.#afterThisTurn(run)
    const timer = { due: this.#ticks + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that are running. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves the time, running on the way what is due, each when it is. */
  async advance(ms: number): Promise<void> {
    const end = this.#ticks + ms
    for (;;) {
      await this.settle()
      const [next] = [...this.#timers].filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#ticks = Math.max(this.#ticks, next.due)
      next.run()
    }
    this.#ticks = end
  }

  /** Resolves when nothing can happen any more without time or somebody's doing. Knows nothing of the network. */
  async settle(): Promise<void> {
    do await new Promise(setImmediate)
    while (this.#turns > 0)
  }

  #afterThisTurn(run: () => void): () => void {
    this.#turns += 1
    let open = true
    const close = (): void => {
      if (open) this.#turns -= 1
      open = false
    }
    const turn = setImmediate(() => {
      close()
      run()
    })
    return () => {
      clearImmediate(turn)
      close()
    }
  }
}
