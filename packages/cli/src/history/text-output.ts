/** Much text into a pipe or a file, in large pieces and no faster than it is taken. */
import { setImmediate } from 'node:timers/promises'
import type { BodyOutput } from '../body-output.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import type { Io } from '../io.ts'
import type { WatchReader } from './lost-reader.ts'

/** Characters that are gathered for one write. */
const PIECE = 65_536

export class TextOutput {
  readonly #output: BodyOutput
  #pieces: string[] = []
  #length = 0

  constructor(output: BodyOutput) {
    this.#output = output
  }

  /** Resolves when there is room for more. */
  async write(text: string): Promise<void> {
    this.#pieces.push(text)
    this.#length += text.length
    if (this.#length >= PIECE) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#length === 0) return
    const text = this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    await this.#output.write(Buffer.from(text))
    await setImmediate() // a pipe takes it at once and would never let a Ctrl-C through
  }
}

/** What is heard of a reader that went away. */
const LEFT: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET'])

/**
 * Runs `work` until it ends, somebody stops it, or nobody reads standard output any more (`| head -1`): a write tells,
 * and `watch`, for what may have nothing to write for long. Resolves with the exit code: 0, unless it was stopped. Rejects with a CommandError when standard output cannot be written (a full
 * disk behind `> FILE`).
 */
export async function whileRead(
  io: Io,
  work: (signal: AbortSignal) => Promise<void>,
  watch?: WatchReader,
): Promise<number> {
  const left = new AbortController()
  let failure: CommandError | undefined
  const leave = (error: Error): void => {
    const code = 'code' in error ? String(error.code) : error.message
    if (!LEFT.has(code)) failure = new CommandError(1, `cannot write standard output (${code}).`, [], error)
    left.abort()
  }
  io.stdout.once('error', leave)
  const unwatch = watch?.(io.stdout.fd, () => left.abort())
  try {
    await work(AbortSignal.any([io.signal, left.signal]))
    // What goes wrong with the last of it is known when it is written; who wants to stop does not wait for a sleeping reader.
    if (!io.signal.aborted) await new Promise((resolve) => io.stdout.write('', resolve))
    if (failure !== undefined) throw failure
    return io.signal.aborted && !left.signal.aborted ? exitCodeOf(io.signal.reason) : 0
  } finally {
    unwatch?.()
    io.stdout.off('error', leave)
  }
}
