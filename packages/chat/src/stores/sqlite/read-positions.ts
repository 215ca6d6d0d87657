/**
 * Read positions on their way to the disk. People read all the time, so while one lot is written the next one gathers:
 * there is never more than one transaction for them in the writer's way.
 */
import type { ReadPosition } from './writing.ts'

interface Lot {
  readonly positions: Map<string, ReadPosition>
  readonly written: PromiseWithResolvers<void>
}

export class ReadPositions {
  readonly #write: (positions: readonly ReadPosition[]) => Promise<void>
  /** What gathers; undefined: nothing. One position for each reader and room. */
  #next: Lot | undefined
  #writing: Promise<void> | undefined

  constructor(write: (positions: readonly ReadPosition[]) => Promise<void>) {
    this.#write = write
  }

  /** Resolves when it is written. */
  set(reader: string, room: string, seq: number): Promise<void> {
    this.#next ??= { positions: new Map(), written: Promise.withResolvers() }
    const { positions, written } = this.#next
    const key = JSON.stringify([reader, room])
    positions.set(key, [reader, room, Math.max(seq, positions.get(key)?.[2] ?? 0)])
    this.#writing ??= this.#writeAll()
    return written.promise
  }

  /** Resolves when all that was set is written, or was rejected. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const lot = this.#next
      if (lot === undefined) break
      this.#next = undefined
      await this.#write([...lot.positions.values()]).then(lot.written.resolve, lot.written.reject)
    }
    this.#writing = undefined
  }
}
