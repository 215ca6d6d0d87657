/** The ways a person takes part in a conversation: at a terminal, or through pipes and files. */
import { once } from 'node:events'
import type { DecodedLine, Printable } from '@partyline/protocols'
import type { Hears, Person } from './conversation.ts'
import type { Io, Output } from './io.ts'
import { readLines } from './read-lines.ts'
import { dim } from './terminal/colour.ts'
import { InputLine, type InputLineOptions } from './terminal/input-line.ts'

/** The longest line taken from a pipe, in bytes; a longer one is left out, and that is said. */
const MAX_LINE_BYTES = 65_536
/** What stands before the typed text. */
export const PROMPT: string = '> '

/** True when both ends are a terminal that can move its cursor, so that a typed line can be kept in place. */
export function isAtTerminal({ stdin, stdout, env }: Pick<Io, 'stdin' | 'stdout' | 'env'>): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && env.TERM !== 'dumb'
}

/** A person at a terminal: types on an input line that stays whole, and sees everything else above it. */
export class TerminalPerson implements Person {
  readonly #io: Io
  readonly #colour: boolean
  readonly #typed: InputLineOptions['typed']
  readonly #stopped = new AbortController()
  #inputLine: InputLine | undefined

  /** `typed` is what Enter does to the line: it `stays` where nobody sends it back. Default: it goes. */
  constructor(io: Io, colour: boolean, typed?: InputLineOptions['typed']) {
    this.#io = io
    this.#colour = colour
    this.#typed = typed
  }

  start(hears: Hears): void {
    if (this.#stopped.signal.aborted) return
    this.#inputLine = new InputLine({
      input: this.#io.stdin,
      output: this.#io.stdout,
      prompt: PROMPT,
      others: [this.#io.stderr],
      typed: this.#typed,
      onLine: (line) => void hears.line(line),
      onLeave: (how) => hears.leave(how === 'interrupt' ? 130 : 0),
      suspend: suspendProcesses,
    })
  }

  async show(line: Printable, weight: 'normal' | 'light'): Promise<void> {
    const text = styled(line, weight, this.#colour)
    const hasRoom = this.#inputLine?.print(text) ?? this.#io.stdout.write(`${text}\n`)
    if (!hasRoom) await drained(this.#io.stdout, this.#stopped.signal)
  }

  stop(): void {
    this.#stopped.abort()
    this.#inputLine?.close()
  }
}

/** A person behind pipes, or a script: lines in, lines out. At the end of the input the rest is still shown. */
export class PlainPerson implements Person {
  readonly #io: Io
  readonly #colour: boolean
  readonly #stopped = new AbortController()

  constructor(io: Io, colour: boolean) {
    this.#io = io
    this.#colour = colour
  }

  start(hears: Hears): void {
    // Nobody reads any more: `partyline chat | head -1`.
    this.#io.stdout.once('error', () => hears.leave(0))
    const options = { signal: this.#stopped.signal, max: MAX_LINE_BYTES }
    const take = async (line: DecodedLine): Promise<void> => {
      if ('text' in line) return hears.line(line.text)
      this.#io.stderr.write(`partyline: a line of ${line.tooLong} bytes was not sent: too long.\n`)
    }
    void readLines(this.#io.stdin, take, options).then(() => hears.end())
  }

  async show(line: Printable, weight: 'normal' | 'light'): Promise<void> {
    const text = styled(line, weight, this.#colour)
    if (!this.#io.stdout.write(`${text}\n`)) await drained(this.#io.stdout, this.#stopped.signal)
  }

  stop(): void {
    this.#stopped.abort()
  }
}

/** A program that sees the events, and not the words: `--json`. */
export class SilentPerson extends PlainPerson {
  override async show(): Promise<void> {}
}

function styled(line: Printable, weight: 'normal' | 'light', colour: boolean): string {
  return colour && weight === 'light' ? dim(line) : line
}

/** Waits until there is room on the output. Once the person has stopped, nobody waits for a reader that sleeps. */
export async function drained(output: Output, signal: AbortSignal): Promise<void> {
  await once(output, 'drain', { signal }).catch(() => {})
}

// Everything in the foreground is stopped, as Ctrl-Z does outside of raw mode: a launcher and npx stand between
// the shell and us, and would otherwise wait in front of a stopped program.
export function suspendProcesses(resumed: () => void): void {
  if (process.platform === 'win32') return
  process.once('SIGCONT', resumed)
  process.kill(0, 'SIGTSTP')
}
