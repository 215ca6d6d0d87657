/** Bytes in the order they came, as a list of chunks: joined only when somebody asks for them in one piece. */

// Smaller chunks are copied together: a peer that sends single bytes must not cost us an object for each.
const SMALL_CHUNK = 512
const BLOCK = 4096
const NONE = Buffer.alloc(0)

export class ChunkList {
  #chunks: Buffer[] = []
  #head = 0
  #size = 0
  // Where small chunks are collected, until it is full. Large ones may come between.
  #block: Buffer | undefined
  #blockUsed = 0

  /** Bytes in the list. */
  get size(): number {
    return this.#size
  }

  /** The oldest chunk, still in the list. */
  get first(): Buffer | undefined {
    return this.#chunks[this.#head]
  }

  /** Adds at the end. The list may keep the memory, so it must not change afterwards. */
  append(chunk: Buffer): void {
    this.#size += chunk.length
    const last = this.#chunks.length - 1
    if (chunk.length >= SMALL_CHUNK || last < this.#head) {
      this.#chunks.push(chunk)
      return
    }
    if (this.#block === undefined || this.#blockUsed + chunk.length > BLOCK) {
      this.#block = Buffer.allocUnsafeSlow(BLOCK)
      this.#blockUsed = 0
    }
    const tail = this.#chunks[last]
    const isNext = tail?.buffer === this.#block.buffer && tail.byteOffset + tail.length === this.#blockUsed
    const from = isNext ? tail.byteOffset : this.#blockUsed
    this.#block.set(chunk, this.#blockUsed)
    this.#blockUsed += chunk.length
    const joined = this.#block.subarray(from, this.#blockUsed)
    if (isNext) this.#chunks[last] = joined
    else this.#chunks.push(joined)
  }

  /** Adds in front. */
  prepend(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#size += bytes.length
    if (this.#head > 0) this.#chunks[--this.#head] = bytes
    else this.#chunks.unshift(bytes)
  }

  /** Takes up to `max` bytes; without `max`, the oldest chunk as it came. Only when there are any. */
  take(max: number | undefined): Buffer {
    const first = this.#chunks[this.#head]
    if (first === undefined) throw new RangeError('take from an empty list')
    if (max !== undefined && first.length > max) {
      this.#cut(first, max)
      return detach(first.subarray(0, max))
    }
    if (max === undefined || first.length === max || first.length === this.#size)
      return detach(this.#shift(first))
    const all = Buffer.allocUnsafe(Math.min(max, this.#size))
    this.takeInto(all)
    return all
  }

  /** Moves bytes into `into`, as many as there are and fit; returns how many. */
  takeInto(into: Uint8Array): number {
    const wanted = Math.min(into.length, this.#size)
    let done = 0
    while (done < wanted) {
      const first = this.#chunks[this.#head]
      if (first === undefined) break
      const part = first.subarray(0, wanted - done)
      into.set(part, done)
      done += part.length
      this.drop(part.length)
    }
    return done
  }

  /** Throws away the first `n` bytes, or all when there are fewer. */
  drop(n: number): void {
    let left = n
    while (left > 0) {
      const first = this.#chunks[this.#head]
      if (first === undefined) return
      if (first.length > left) {
        this.#cut(first, left)
        return
      }
      left -= first.length
      this.#shift(first)
    }
  }

  clear(): void {
    this.#chunks = []
    this.#head = 0
    this.#size = 0
    this.#block = undefined
  }

  /** The place of `delimiter` (one byte or more) at or after `from`, or -1. */
  indexOf(delimiter: Uint8Array, from: number): number {
    const [firstByte] = delimiter
    if (firstByte === undefined) return -1
    let base = 0
    for (let i = this.#head; i < this.#chunks.length; i++) {
      const chunk = this.#chunks[i]
      if (chunk === undefined) break
      let at = Math.max(0, from - base)
      while (at < chunk.length) {
        at = chunk.indexOf(firstByte, at)
        if (at === -1) break
        if (delimiter.length === 1 || this.#matches(i, at, delimiter)) return base + at
        at++
      }
      base += chunk.length
    }
    return -1
  }

  /** The byte at `index`; undefined outside the list. */
  byteAt(index: number): number | undefined {
    let left = index
    for (let i = this.#head; i < this.#chunks.length; i++) {
      const chunk = this.#chunks[i]
      if (chunk === undefined) break
      if (left < chunk.length) return chunk[left]
      left -= chunk.length
    }
    return undefined
  }

  #cut(first: Buffer, n: number): void {
    this.#chunks[this.#head] = first.subarray(n)
    this.#size -= n
  }

  #shift(first: Buffer): Buffer {
    this.#chunks[this.#head++] = NONE // the list must not keep alive what it has handed over
    this.#size -= first.length
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = 0
      this.#head = 0
      this.#block = undefined // an idle connection keeps none
    } else if (this.#head >= 64 && this.#head * 2 > this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head)
      this.#head = 0
    }
    return first
  }

  #matches(chunkIndex: number, at: number, delimiter: Uint8Array): boolean {
    let i = chunkIndex
    let place = at
    for (const byte of delimiter) {
      let chunk = this.#chunks[i]
      if (chunk !== undefined && place === chunk.length) {
        chunk = this.#chunks[++i]
        place = 0
      }
      if (chunk?.[place] !== byte) return false
      place++
    }
    return true
  }
}

// A small piece of large memory is copied, so that keeping it does not keep the rest.
function detach(bytes: Buffer): Buffer {
  return bytes.length * 4 < bytes.buffer.byteLength ? Buffer.from(bytes) : bytes
}
