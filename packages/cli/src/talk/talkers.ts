/** Who talks: somebody at a terminal, or a program that only sees events. (Pipes are `PlainPerson`.) */
import type { Printable } from '@partyline/protocols'
import type { Hears, Person } from '../conversation.ts'
import type { Io } from '../io.ts'
import { drained, PlainPerson, PROMPT, suspendProcesses } from '../people.ts'
import { dim } from '../terminal/colour.ts'
import { InputLine } from '../terminal/input-line.ts'

/** A person at a terminal. What they typed stays on the screen: nobody sends it back to them. */
export class TerminalTalker implements Person {
  readonly #io: Io
  readonly #colour: boolean
  readonly #stopped = new AbortController()
  #inputLine: InputLine | undefined

  constructor(io: Io, colour: boolean) {
    this.#io = io
    this.#colour = colour
  }

  start(hears: Hears): void {
    if (this.#stopped.signal.aborted) return
    const { stdin, stdout, stderr } = this.#io
    this.#inputLine = new InputLine({
      input: stdin,
      output: stdout,
      others: [stderr],
      prompt: PROMPT,
      typed: 'stays',
      onLine: (line) => void hears.line(line),
      onLeave: (how) => hears.leave(how === 'interrupt' ? 130 : 0),
      suspend: suspendProcesses,
    })
  }

  async show(line: Printable, weight: 'normal' | 'light'): Promise<void> {
    const text = this.#colour && weight === 'light' ? dim(line) : line
    const hasRoom = this.#inputLine?.print(text) ?? this.#io.stdout.write(`${text}\n`)
    if (!hasRoom) await drained(this.#io.stdout, this.#stopped.signal)
  }

  stop(): void {
    this.#stopped.abort()
    this.#inputLine?.close()
  }
}

/** Somebody behind pipes who sees the events of the wire and not the words: `--json`. */
export class SilentTalker extends PlainPerson {
  override async show(): Promise<void> {}
}
