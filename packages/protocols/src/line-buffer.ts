/** Gathers lines out of pieces of any size, with one limit for all of them together. */

const LF = 0x0a

/** Keeps every byte it takes, up to its limit, and gives each line once it is whole. */
export class LineBuffer {
  readonly #max: number
  #bytes: Uint8Array
  #length = 0
  #lineStart = 0

  /** @param max - bytes of all lines together, their endings included. */
  constructor(max: number) {
    this.#max = max
    this.#bytes = new Uint8Array(Math.min(max, 64))
  }

  /** Takes bytes from `from` on: up to and with the next LF, or as many as there are and the limit allows. */
  take(data: Uint8Array, from: number): number {
    const newline = data.indexOf(LF, from)
    const wanted = (newline === -1 ? data.length : newline + 1) - from
    const taken = Math.min(wanted, this.#max - this.#length)
    this.#makeRoom(this.#length + taken)
    this.#bytes.set(data.subarray(from, from + taken), this.#length)
    this.#length += taken
    return taken
  }

  /** The line that the last `take` ended, with its LF, once; undefined when it ended none. */
  line(): Uint8Array | undefined {
    const { unfinished } = this
    if (unfinished.at(-1) !== LF) return undefined
    this.#lineStart = this.#length
    return unfinished
  }

  /** What has come since the last line. */
  get unfinished(): Uint8Array {
    return this.#bytes.subarray(this.#lineStart, this.#length)
  }

  /** True when nothing more can be taken. */
  get isFull(): boolean {
    return this.#length === this.#max
  }

  /** Bytes taken. */
  get length(): number {
    return this.#length
  }

  /** All lines, as they came. */
  all(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #makeRoom(length: number): void {
    if (length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.min(Math.max(length, this.#bytes.length * 2), this.#max))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
