/** A bus that loses, delays and doubles what is published: for each listener differently, but the same each time. */
import type { Bus, Hint } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'

export interface Faults {
  /** Of what is published to each listener, the part that is lost, and the part that comes twice: 0 to 1. */
  readonly lost: number
  readonly doubled: number
  /** What comes is up to so many milliseconds late. */
  readonly delay: number
  /** The same seed gives the same faults. */
  readonly seed: number
}

export class FaultyBus implements Bus {
  readonly #clock: Clock
  #faults: Faults
  readonly #listeners = new Set<(hint: Hint) => void>()
  #random: number

  constructor(clock: Clock, faults: Faults) {
    this.#clock = clock
    this.#faults = faults
    this.#random = faults.seed
  }

  /** From now on nothing is lost or doubled any more. */
  heal(): void {
    this.#faults = { ...this.#faults, lost: 0, doubled: 0 }
  }

  publish(hint: Hint): void {
    const { lost, doubled, delay } = this.#faults
    for (const listen of this.#listeners) {
      const times = this.#next() < lost ? 0 : this.#next() < doubled ? 2 : 1
      for (let time = 0; time < times; time += 1) {
        this.#clock.after(Math.floor(this.#next() * (delay + 1)), () => {
          if (this.#listeners.has(listen)) listen(hint)
        })
      }
    }
  }

  subscribe(listen: (hint: Hint) => void): () => void {
    this.#listeners.add(listen)
    return () => this.#listeners.delete(listen)
  }

  // A small generator of even numbers from 0 to 1 (mulberry32): tests must be the same each time.
  #next(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
