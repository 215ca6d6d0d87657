/**
 * How fast one client may talk. Who talks faster is slowed, because the door stops reading from them; nothing is
 * dropped. Far above what people type or paste: it keeps one program from filling everybody's connection.
 */
import type { Clock } from '../../core/clock.ts'

/** Lines that may come at once, and lines per second after that. */
export interface PaceLimits {
  readonly burst: number
  readonly perSecond: number
}

export const TEXT_PACE: PaceLimits = { burst: 1000, perSecond: 200 }

/** Nobody is slowed. */
export const UNPACED: PaceLimits = { burst: 1e12, perSecond: 1e12 }

export class Pace {
  readonly #clock: Clock
  readonly #limits: PaceLimits
  #left: number
  #countedAt: number

  constructor(clock: Clock, limits: PaceLimits = TEXT_PACE) {
    this.#clock = clock
    this.#limits = limits
    this.#left = limits.burst
    this.#countedAt = clock.ticks()
  }

  /** Counts a line. Undefined when it may be taken now; else the milliseconds to wait before the next one. */
  take(): number | undefined {
    const { burst, perSecond } = this.#limits
    const now = this.#clock.ticks()
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) / 1000) * perSecond) - 1
    this.#countedAt = now
    return this.#left >= 0 ? undefined : (-this.#left / perSecond) * 1000
  }
}
