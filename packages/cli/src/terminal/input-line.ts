/**
 * The line a person types at a terminal while other lines arrive above it. It is node:readline, with its keys
 * and its history, and three things more: `print` puts a line above the typed one and leaves that as it was,
 * Enter erases the typed line (the server's echo will show it), and Ctrl-C, Ctrl-D and Ctrl-Z are answered.
 *
 * The screen is a stream that comes in, so tests have one of their own.
 */
import { createInterface, emitKeypressEvents, type Interface, type Key } from 'node:readline'
import { PassThrough } from 'node:stream'
import type { Input, Output } from '../io.ts'

/** How many lines the Up key finds again. */
const HISTORY_LINES = 200

export interface InputLineOptions {
  /** A terminal's keys. It is put into raw mode until `close`. */
  readonly input: Input & { setRawMode?(raw: boolean): unknown }
  /** The terminal's screen. */
  readonly output: Output
  /** What stands before the typed text. */
  readonly prompt: string
  /** A line that is not empty was typed. */
  readonly onLine: (line: string) => void
  /** The person wants to go: Ctrl-C, Ctrl-D on an empty line, or the terminal went away. At most one call. */
  readonly onLeave: (how: 'interrupt' | 'end') => void
  /** Ctrl-Z: stops the program and calls `resumed` when it goes on. */
  readonly suspend: (resumed: () => void) => void
}

export class InputLine {
  readonly #options: InputLineOptions
  readonly #readline: Interface
  #isOpen = true
  /** How many rows below its first one the cursor was when the typed line was drawn last. */
  #rows = 0

  constructor(options: InputLineOptions) {
    this.#options = options
    const { input, output, prompt } = options
    output.on('resize', this.#resize) // before readline, whose own answer to it follows
    this.#readline = createInterface({
      // readline gets its keys one by one from #key. Given a terminal, it writes a chunk of several keys without
      // counting the rows they fill, and then draws over other rows.
      input: new PassThrough(),
      output,
      prompt,
      terminal: true,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
    })
    this.#readline
      .on('line', this.#enter)
      .on('SIGINT', () => this.#leave('interrupt'))
      .on('SIGTSTP', () => this.#suspend())
      .on('close', this.#end) // Ctrl-D on an empty line
    input.setRawMode?.(true)
    emitKeypressEvents(input)
    input.on('keypress', this.#key).on('end', this.#end).on('error', this.#end)
    this.#readline.prompt()
  }

  /**
   * Shows a line above the typed one. `text` must be safe for a terminal. Returns false when the screen should
   * be left to drain first, as `write` does.
   */
  print(text: string): boolean {
    const { output } = this.#options
    if (!this.#isOpen) return output.write(`${text}\n`)
    // `prompt` goes up by as many rows as the cursor was below the first one when readline drew last, and
    // clears from there: it gets these rows below the new text.
    output.write(`${up(this.#rows)}${CLEAR_DOWN}${text}\n${'\n'.repeat(this.#rows)}`)
    this.#readline.prompt(true)
    return !output.writableNeedDrain
  }

  /** Gives the terminal back. What was typed and not sent stays on the screen. Idempotent. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { input, output } = this.#options
    input.off('keypress', this.#key).off('end', this.#end).off('error', this.#end)
    output.off('resize', this.#resize)
    input.setRawMode?.(false)
    input.pause()
    if (this.#readline.line === '') {
      output.write(CLEAR_DOWN)
    } else {
      this.#readline.write(null, { ctrl: true, name: 'e' }) // to the end of what was typed
      output.write('\r\n')
    }
    this.#readline.close()
  }

  readonly #key = (text: string | undefined, key: Key): void => {
    if (!this.#isOpen) return
    this.#readline.write(text ?? '', key)
    this.#rows = this.#readline.getCursorPos().rows
  }

  // Most terminals break long lines anew for the new width, and the cursor goes along. readline does not know:
  // it goes up by the old number of rows, into other people's lines or not far enough. So it is put where that
  // is right.
  readonly #resize = (): void => {
    const { rows, cols } = this.#readline.getCursorPos()
    // At the end of a full row the cursor stands there or below, as the terminal likes. Better a row too many
    // stays than one that somebody else wrote goes.
    const surely = cols === 0 && rows > 0 ? rows - 1 : rows
    this.#options.output.write(`${up(surely)}${CLEAR_DOWN}${'\n'.repeat(this.#rows)}`)
    this.#rows = rows
  }

  readonly #enter = (line: string): void => {
    // readline has moved the cursor to the row below the typed text.
    this.#options.output.write(`${up(this.#rowsOf(line) + 1)}${CLEAR_DOWN}`)
    this.#readline.prompt()
    if (line !== '') this.#options.onLine(line)
  }

  readonly #end = (): void => {
    this.#leave('end')
  }

  #leave(how: 'interrupt' | 'end'): void {
    if (!this.#isOpen) return
    this.close()
    this.#options.onLeave(how)
  }

  #suspend(): void {
    const { input, suspend } = this.#options
    input.setRawMode?.(false)
    suspend(() => {
      if (!this.#isOpen) return
      input.setRawMode?.(true)
      this.#readline.prompt(true)
    })
  }

  /** How many rows below its first one the prompt and this text end. Only readline knows how wide characters are. */
  #rowsOf(text: string): number {
    const { prompt } = this.#options
    this.#readline.setPrompt(prompt + text)
    const { rows } = this.#readline.getCursorPos()
    this.#readline.setPrompt(prompt)
    return rows
  }
}

const CLEAR_DOWN = '\r\u001b[J'

function up(rows: number): string {
  return rows === 0 ? '' : `\u001b[${rows}A`
}
