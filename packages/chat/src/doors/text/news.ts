/**
 * News from rooms that a text session does not look at: `#den: 3 new`, all rooms together at most every 30 seconds,
 * so that a lively room elsewhere does not bury the conversation here.
 */
import type { Clock } from '../../core/clock.ts'

/** Milliseconds from one telling to the next. */
const EVERY = 30_000

export class News {
  readonly #clock: Clock
  readonly #tell: (lines: readonly string[]) => void
  /** At most one entry for each room the person is in. */
  readonly #counts = new Map<string, number>()
  #toldAt = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | undefined

  constructor(clock: Clock, tell: (lines: readonly string[]) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  add(room: string, count: number): void {
    this.#counts.set(room, (this.#counts.get(room) ?? 0) + count)
    if (this.#cancel !== undefined) return
    const wait = this.#toldAt + EVERY - this.#clock.ticks()
    if (wait <= 0) this.#tellNow()
    else this.#cancel = this.#clock.after(wait, () => this.#tellNow())
  }

  /** What is new in a room is known when the person looks at it. */
  seen(room: string): void {
    this.#counts.delete(room)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #tellNow(): void {
    this.stop()
    if (this.#counts.size === 0) return
    this.#toldAt = this.#clock.ticks()
    const lines = [...this.#counts].map(([room, count]) => `${room}: ${count} new`)
    this.#counts.clear()
    this.#tell(lines)
  }
}
