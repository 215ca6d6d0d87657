/**
 * What a command may touch of the world outside: three streams, the environment and the wish to stop. They come
 * in as parameters, so that a test of the command line is a function call.
 */
import type { Readable, Writable } from 'node:stream'

/** Where keys or lines come from: a terminal, a pipe, a file, or a stream made by a test. */
export type Input = Readable & {
  readonly isTTY?: boolean | undefined
  /** The descriptor, where there is one. */
  readonly fd?: number | null | undefined
}

/** Where text goes. */
export type Output = Writable & {
  readonly isTTY?: boolean | undefined
  /** The descriptor, where there is one. */
  readonly fd?: number | null | undefined
}

/** The environment, as in `process.env`. */
export interface Environment {
  readonly TERM?: string | undefined
  readonly NO_COLOR?: string | undefined
  readonly FORCE_COLOR?: string | undefined
  readonly [name: string]: string | undefined
}

export interface Io {
  /** For what the person typed or piped in. Only read by commands that say so. */
  readonly stdin: Input
  /** For what was asked for: data. */
  readonly stdout: Output
  /** For sentences to the person: hints, logs, errors. */
  readonly stderr: Output
  readonly env: Environment
  /** Aborts when the program is asked to stop; the reason is the name of the system's signal, like `SIGTERM`. */
  readonly signal: AbortSignal
  /** Lets other programs go first where cores are few, for good: for long work that nobody watches. */
  readonly stepBack?: () => void
}
