/** A bus between chats of one process. It loses nothing; what is published is heard when the turn is over. */
import type { Bus, Hint } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'

export class LocalBus implements Bus {
  readonly #clock: Clock
  readonly #listeners = new Set<(hint: Hint) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  publish(hint: Hint): void {
    this.#clock.after(0, () => {
      for (const listen of this.#listeners) listen(hint)
    })
  }

  subscribe(listen: (hint: Hint) => void): () => void {
    this.#listeners.add(listen)
    return () => this.#listeners.delete(listen)
  }
}
