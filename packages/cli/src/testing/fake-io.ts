/** An `io` for tests: everything written is kept, and a test can wait for a line instead of for time. */
import { PassThrough, Writable } from 'node:stream'
import type { Environment, Io } from '../io.ts'

/** Output that is kept. */
export class Transcript extends Writable {
  readonly isTTY: boolean
  #text = ''
  readonly #waiting = new Set<() => void>()

  constructor(isTTY = false) {
    super({ decodeStrings: false })
    this.isTTY = isTTY
  }

  /** Everything written so far. */
  get text(): string {
    return this.#text
  }

  /** Resolves as soon as what was written so far matches, or holds these words. */
  until(pattern: RegExp | string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (typeof pattern === 'string' ? !this.#text.includes(pattern) : !pattern.test(this.#text)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#text += String(chunk)
    done()
    for (const look of this.#waiting) look()
  }
}

export interface FakeIo extends Io {
  /** Write to it what the person types. */
  readonly stdin: PassThrough
  readonly stdout: Transcript
  readonly stderr: Transcript
  /** Asks the program to stop, as a signal of that name does. */
  stop(name: 'SIGINT' | 'SIGTERM'): void
}

/** An io without a terminal and with exactly this environment. */
export function fakeIo(env: Environment = {}): FakeIo {
  const controller = new AbortController()
  return {
    stdin: new PassThrough(),
    stdout: new Transcript(),
    stderr: new Transcript(),
    env,
    signal: controller.signal,
    stop: (name) => controller.abort(name),
  }
}
