/**
 * Cuts off clients that do not take what is sent to them, so that they cannot fill our memory. The system's own
 * buffers (a few megabytes for a connection on Linux) fill first; what is measured here comes on top.
 */
import type { Clock } from '../core/clock.ts'
import type { Outlet } from './outlet.ts'

/**
 * How much may be unsent to one client at two looks in a row (one large answer over a slow line is no offence),
 * and how long it may take nothing of what is.
 */
export const SLOW = { bytes: 98_304, ms: 30_000 } as const

/** Milliseconds between two looks. */
const EVERY = 1000
/**
 * A look that comes so many milliseconds after it was due judges nobody: it was this process that stood still (its
 * machine was paused, or too busy), and it has had no turn to send, or to see what was taken. The next one judges in
 * any case: where looks are always late, slow clients would fill our memory all the same.
 */
const LATE = 500

/** What is watched: an outlet that says how much its client has taken. */
export interface WatchedOutlet extends Outlet {
  /** Bytes that the connection has taken since it began. */
  readonly taken: number
}

interface Progress {
  taken: number
  at: number
  wasOver: boolean
}

export class SlowReaders {
  readonly #clock: Clock
  readonly #watched = new Map<WatchedOutlet, Progress>()
  #cancel: (() => void) | undefined
  /** When the next look is due. */
  #due = 0
  #wasLate = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Bytes that all of them have not taken yet. */
  get queued(): number {
    let bytes = 0
    for (const outlet of this.#watched.keys()) bytes += outlet.queued
    return bytes
  }

  watch(outlet: WatchedOutlet): void {
    this.#watched.set(outlet, { taken: outlet.taken, at: this.#clock.ticks(), wasOver: false })
    if (this.#cancel === undefined) this.#lookLater()
  }

  unwatch(outlet: WatchedOutlet): void {
    this.#watched.delete(outlet)
    if (this.#watched.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  #look(): void {
    const now = this.#clock.ticks()
    const late = now - this.#due
    this.#wasLate = late >= LATE && !this.#wasLate
    if (this.#wasLate) {
      for (const progress of this.#watched.values()) progress.at = Math.min(now, progress.at + late)
    } else this.#judge(now)
    this.#cancel = undefined
    if (this.#watched.size > 0) this.#lookLater()
  }

  #judge(now: number): void {
    for (const [outlet, progress] of this.#watched) {
      if (outlet.queued === 0 || outlet.taken > progress.taken) {
        progress.taken = outlet.taken
        progress.at = now
      }
      const isOver = outlet.queued > SLOW.bytes
      if (isOver && progress.wasOver) outlet.cut(`it takes its bytes too slowly, ${outlet.queued} are unsent`)
      else if (now - progress.at >= SLOW.ms) outlet.cut(`it has taken nothing for ${SLOW.ms / 1000} s`)
      progress.wasOver = isOver
    }
  }

  #lookLater(): void {
    this.#due = this.#clock.ticks() + EVERY
    this.#cancel = this.#clock.after(EVERY, () => this.#look())
  }
}
