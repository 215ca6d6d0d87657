/**
 * Who sits in front of a listener: a person at a terminal, whose typed line stays whole while other things are
 * shown, or a pipe, which is read from the moment that somebody is there to get it.
 */
import type { Printable } from '@partyline/protocols'
import { CommandError } from '../failure.ts'
import { readBytes } from '../input-bytes.ts'
import type { Io } from '../io.ts'
import { hasOperator } from '../operator.ts'
import type { InputLine } from '../terminal/input-line.ts'
import { openTypedLine } from '../terminal/typed-line.ts'
import { type Display, type DisplayOptions, displayFor, writeAll } from './display.ts'

/** Where the input goes. */
export interface Hears {
  /** Bytes, from a terminal one line with its newline. Resolves when more may come. */
  data(bytes: Uint8Array): Promise<void>
  /** There will be no more input. */
  end(): void
  /** The person goes: Ctrl-C at the input line (130), or nobody reads our output any more (0). */
  leave(code: 0 | 130): void
  /** Something went wrong that ends everything: the input cannot be read, or a bug. */
  fail(error: unknown): void
}

export interface Front {
  /** Where the clients' bytes are shown. */
  readonly display: Display
  /** True for a person who types: their lines are on the screen already, and the end of them is a wish to go. */
  readonly isTerminal: boolean
  /** Shows a line of our own among the clients' bytes; nothing with `--json`. Resolves when there is room. */
  print(line: Printable): Promise<void>
  /** Called once. */
  start(hears: Hears): void
  /** Somebody is there: input that can wait until now is read from now on. */
  somebodyIsHere(): void
  /** Gives the terminal back and leaves the input alone. Idempotent. */
  stop(): void
}

export interface FrontOptions extends DisplayOptions {
  /** Keep the typed line in place. */
  readonly atTerminal: boolean
}

export function openFront(io: Io, options: FrontOptions): Front {
  return options.atTerminal ? new TerminalFront(io, options) : new PipeFront(io, options)
}

class PipeFront implements Front {
  readonly isTerminal = false
  readonly display: Display
  readonly #io: Io
  readonly #json: boolean
  readonly #stopped = new AbortController()
  #hears: Hears | undefined
  #reads = false

  constructor(io: Io, options: FrontOptions) {
    this.#io = io
    this.#json = options.json
    this.display = displayFor(io.stdout, this.#stopped.signal, options, (line) => this.#write(line))
  }

  async print(line: Printable): Promise<void> {
    if (!this.#json) await this.#write(line)
  }

  start(hears: Hears): void {
    this.#hears = hears
    this.#io.stdout.once('error', this.#unread)
  }

  somebodyIsHere(): void {
    const hears = this.#hears
    if (hears === undefined || this.#reads) return
    this.#reads = true
    const { stdin } = this.#io
    // The terminal of a program in the background: reading there would stop the whole program.
    if (stdin.isTTY === true && !hasOperator(stdin)) return
    void this.#read(hears)
  }

  stop(): void {
    this.#stopped.abort()
    this.#io.stdout.off('error', this.#unread)
  }

  async #read(hears: Hears): Promise<void> {
    const { signal } = this.#stopped
    const { stdin } = this.#io
    try {
      await readBytes(stdin, (bytes) => hears.data(bytes), signal)
      if (signal.aborted) return
      // The clients must not take this for the end of what there was.
      if (stdin.errored) throw new CommandError(1, `cannot read the input: ${stdin.errored.message}.`)
      hears.end()
    } catch (error) {
      hears.fail(error)
    }
  }

  #write(line: string): Promise<void> {
    return writeAll(this.#io.stdout, `${line}\n`, this.#stopped.signal)
  }

  readonly #unread = (): void => this.#hears?.leave(0)
}

class TerminalFront implements Front {
  readonly isTerminal = true
  readonly display: Display
  readonly #io: Io
  readonly #stopped = new AbortController()
  #typed: InputLine | undefined

  constructor(io: Io, options: FrontOptions) {
    this.#io = io
    this.display = displayFor(io.stdout, this.#stopped.signal, options, (line) => this.#write(line))
  }

  print(line: Printable): Promise<void> {
    return this.#write(line)
  }

  start(hears: Hears): void {
    if (this.#stopped.signal.aborted) return
    this.#typed = openTypedLine(this.#io, {
      onLine: (line) => {
        hears.data(Buffer.from(`${line}\n`)).catch((error: unknown) => hears.fail(error))
      },
      onEnd: () => hears.end(),
      onInterrupt: () => hears.leave(130),
    })
  }

  somebodyIsHere(): void {}

  stop(): void {
    this.#stopped.abort()
    this.#typed?.close()
  }

  async #write(line: string): Promise<void> {
    const { stdout } = this.#io
    const hasRoom = this.#typed?.print(line) ?? stdout.write(`${line}\n`)
    if (!hasRoom) await writeAll(stdout, '', this.#stopped.signal)
  }
}
