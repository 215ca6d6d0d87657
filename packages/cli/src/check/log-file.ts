/** The file that a server's output goes to, read as it grows. */
import { open, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { CommandError } from '../failure.ts'
import type { Output } from './point.ts'
import type { Pace } from './talk.ts'

/** So many bytes of it are looked at, the last ones. */
const MOST = 1024 * 1024
/** Between two looks, in milliseconds. Watching a file misses changes on some systems; looking does not. */
const LOOK_MS = 20

export class LogFile implements Output {
  readonly #path: string
  readonly #pace: Pace

  constructor(path: string, pace: Pace) {
    this.#path = path
    this.#pace = pace
  }

  async read(holds: (text: string) => boolean): Promise<string> {
    const until = performance.now() + this.#pace.waitMs
    for (;;) {
      const text = await this.#tail()
      if (holds(text) || performance.now() >= until) return text
      await delay(LOOK_MS, undefined, { signal: this.#pace.signal })
    }
  }

  async #tail(): Promise<string> {
    try {
      const { size } = await stat(this.#path)
      const from = Math.max(0, size - MOST)
      const file = await open(this.#path, 'r')
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
        return String(buffer.subarray(0, bytesRead))
      } finally {
        await file.close()
      }
    } catch (error) {
      const sentence = `cannot read the log ${this.#path}: ${error instanceof Error ? error.message : String(error)}.`
      throw new CommandError(1, sentence, [], error)
    }
  }
}
