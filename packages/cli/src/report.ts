/**
 * What a command says besides its data: sentences for people on standard error, or with `--json` objects for
 * programs on standard output, one a line.
 */
import { printable } from '@partyline/protocols'
import type { FlagValues } from './flags.ts'
import type { Io, Output } from './io.ts'
import { writeLines } from './terminal/open-lines.ts'

/** Sentences above so many unread bytes are dropped: a reader that sleeps must not fill our memory. */
const MAX_UNREAD = 1_048_576

export class Report {
  /** True with `--json`. */
  readonly json: boolean
  readonly #io: Pick<Io, 'stdout' | 'stderr'>
  readonly #quiet: boolean
  readonly #talkative: boolean

  /** Looks at `--json`, `--quiet` and `--verbose` where the command has them. */
  constructor(io: Pick<Io, 'stdout' | 'stderr'>, values: FlagValues) {
    const isOn = (name: string): boolean => values.has(name) && values.isOn(name)
    this.json = isOn('json')
    this.#io = io
    this.#quiet = isOn('quiet') || this.json
    this.#talkative = isOn('verbose') || io.stderr.isTTY === true
  }

  /** `* words` on standard error; nothing with `--quiet` or `--json`. */
  note(words: string): void {
    if (!this.#quiet) writeLine(this.#io.stderr, `* ${printable(words)}`)
  }

  /** The same, but only with `--verbose` or when somebody watches: standard error is a terminal. */
  detail(words: string): void {
    if (this.#talkative) this.note(words)
  }

  /** An object on standard output; nothing without `--json`. */
  object(value: Readonly<Record<string, unknown>>): void {
    if (this.json) writeLine(this.#io.stdout, jsonLine(value))
  }
}

/** JSON that is harmless on a terminal as well: what is no printable ASCII is escaped. */
export function jsonLine(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value).replaceAll(UNSAFE_IN_JSON, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

// JSON.stringify escapes C0 controls and lone surrogates itself; letters of any script may stay as they are.
const UNSAFE_IN_JSON = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu

function writeLine(output: Output, line: string): void {
  if (output.writableLength < MAX_UNREAD) writeLines(output, `${line}\n`)
}
