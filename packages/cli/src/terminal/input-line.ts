/**
 * The line a person types at a terminal while other lines arrive above it. It is node:readline, with its keys
 * and its history, and some things more: `print` puts a line above the typed one and leaves that as it was, `show`
 * does so with text that is cut anywhere, a paste of several lines asks first, and Ctrl-C, Ctrl-D and Ctrl-Z are
 * answered.
 *
 * The screen is a stream that comes in, so tests have one of their own.
 */
import { createInterface, emitKeypressEvents, type Interface, type Key } from 'node:readline'
import { PassThrough } from 'node:stream'
import type { Input, Output } from '../io.ts'
import { HISTORY_LINES } from './history.ts'
import { setOpenLine } from './open-lines.ts'
import { type Paste, PasteReader, startBracketing, stopBracketing } from './paste.ts'

/** The longest line without an end that `show` keeps, in UTF-16 units; a longer one is broken there. */
const MAX_PART = 16_384
/** How much of the end of such a line stands before the typed text, in UTF-16 units: a few rows. */
const SHOWN_PART = 200

export interface InputLineOptions {
  /** A terminal's keys. It is put into raw mode until `close`. */
  readonly input: Input & { setRawMode?(raw: boolean): unknown }
  /** The terminal's screen. */
  readonly output: Output
  /** What stands before the typed text. */
  readonly prompt: string
  /** Other streams that write to the same screen: `writeLine` to them goes above the typed line too. */
  readonly others?: readonly Output[] | undefined
  /**
   * What Enter does to the typed line: `goes`, because the server's echo will show it (the default; an empty line
   * is nothing then), or `stays`.
   */
  readonly typed?: 'goes' | 'stays' | undefined
  /** Earlier lines that the Up key finds, newest first. */
  readonly history?: readonly string[] | undefined
  /** A line was typed. */
  readonly onLine: (line: string) => void
  /** The person wants to go: Ctrl-C, Ctrl-D on an empty line, or the terminal went away. At most one call. */
  readonly onLeave: (how: 'interrupt' | 'end') => void
  /** Ctrl-Z: stops the program and calls `resumed` when it goes on. */
  readonly suspend: (resumed: () => void) => void
}

export class InputLine {
  readonly #options: InputLineOptions
  readonly #readline: Interface
  readonly #paste = new PasteReader()
  #isOpen = true
  /** The beginning of a line that `show` got. It stands where the prompt does, as on any terminal. */
  #part = ''
  /** A paste that waits for a yes or a no, and what had been typed before it came. */
  #question: { readonly paste: Paste; readonly before: string; readonly after: string } | undefined
  /** How many rows below its first one the cursor was when the typed line was drawn last. */
  #rows = 0

  constructor(options: InputLineOptions) {
    this.#options = options
    const { input, output, prompt, others = [], history = [] } = options
    output.on('resize', this.#resize) // before readline, whose own answer to it follows
    this.#readline = createInterface({
      // readline gets its keys one by one from #key. Given a terminal, it writes a chunk of several keys without
      // counting the rows they fill, and then draws over other rows.
      input: new PassThrough(),
      output,
      prompt,
      terminal: true,
      history: [...history],
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
    input.on('keypress', this.#key).on('end', this.#end).on('error', this.#end).resume()
    setOpenLine([output, ...others], this)
    startBracketing(output)
    this.#readline.prompt()
  }

  /**
   * Shows a line above the typed one. `text` must be safe for a terminal. Returns false when the screen should
   * be left to drain first, as `write` does.
   */
  print(text: string): boolean {
    if (this.#isOpen) return this.#draw(`${text}\n`)
    return this.#options.output.write(`${this.#part === '' ? '' : '\n'}${text}\n`)
  }

  /**
   * Shows text that may end inside a line: whole lines above the typed one, the beginning of a line before it, until
   * the rest comes or Enter is pressed. Safe text and the result as for `print`.
   */
  show(text: string): boolean {
    const all = this.#part + text
    const end = all.length - all.lastIndexOf('\n') > MAX_PART ? all.length : all.lastIndexOf('\n') + 1
    this.#part = all.slice(end)
    if (!this.#isOpen) return this.#options.output.write(text)
    return this.#draw(all.slice(0, end).replace(/[^\n]$/, '$&\n'))
  }

  /** True when the last that `show` got has no end yet, and Enter has not ended it. */
  get isInsideLine(): boolean {
    return this.#part !== ''
  }

  /** Gives the terminal back. What was typed and not sent stays on the screen. Idempotent. */
  close(): void {
    if (!this.#isOpen) return
    if (this.#question !== undefined) this.#takeBack(this.#question)
    this.#isOpen = false
    const { input, output, others = [] } = this.#options
    setOpenLine([output, ...others], undefined)
    input.off('keypress', this.#key).off('end', this.#end).off('error', this.#end)
    output.off('resize', this.#resize)
    input.setRawMode?.(false)
    input.pause()
    stopBracketing(output)
    if (this.#readline.line !== '') {
      this.#readline.write(null, { ctrl: true, name: 'e' }) // to the end of what was typed
      output.write('\r\n')
      this.#part = ''
    } else if (this.#part === '') {
      output.write(CLEAR_DOWN)
    }
    this.#readline.close()
  }

  readonly #key = (text: string | undefined, key: Key): void => {
    if (!this.#isOpen) return
    const paste = this.#paste.feed(text, key)
    if (paste === 'inside') return
    if (this.#question !== undefined) {
      if (paste === 'typed') this.#answer(this.#question, key)
    } else if (paste === 'typed') {
      this.#readline.write(text ?? '', key)
    } else {
      this.#insert(paste)
    }
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
    const { output, typed, onLine } = this.#options
    // readline has moved the cursor to the row below the typed text.
    if (typed !== 'stays') output.write(`${up(this.#rowsOf(line) + 1)}${CLEAR_DOWN}`)
    else this.#part = '' // it stays before the typed text
    this.#readline.setPrompt(this.#prompt())
    this.#readline.prompt()
    if (line !== '' || typed === 'stays') onLine(line)
  }

  #insert(paste: Paste): void {
    const [first = '', ...more] = paste.lines
    if (more.length === 0 && !paste.isCut) {
      if (first !== '') this.#readline.write(first, {})
      return
    }
    const { line, cursor } = this.#readline
    this.#question = { paste, before: line.slice(0, cursor), after: line.slice(cursor) }
    this.#readline.write(null, { ctrl: true, name: 'e' })
    this.#readline.write(null, { ctrl: true, name: 'u' }) // kept in #question
    this.#rows = 0
    this.#draw('')
  }

  #answer(question: { paste: Paste; before: string; after: string }, { name, ctrl = false }: Key): void {
    if (name === 'n' || name === 'escape' || (ctrl && (name === 'c' || name === 'd')))
      this.#takeBack(question)
    else if (name === 'y' && !ctrl) this.#send(question)
  }

  /** No: what had been typed stands there again. */
  #takeBack({ before, after }: { before: string; after: string }): void {
    this.#question = undefined
    this.#draw('')
    if (before + after !== '') this.#readline.write(before + after, {})
  }

  /** Yes: as if each line had been typed. */
  #send({ paste, before, after }: { paste: Paste; before: string; after: string }): void {
    this.#question = undefined
    this.#draw('')
    const last = paste.lines.length - 1
    for (const [index, line] of paste.lines.entries()) {
      const text = `${index === 0 ? before : ''}${line}${index === last ? after : ''}`
      if (text !== '') this.#readline.write(text, {})
      this.#readline.write('\r', { name: 'return' })
    }
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
    const { input, output, suspend } = this.#options
    input.setRawMode?.(false)
    stopBracketing(output)
    suspend(() => {
      if (!this.#isOpen) return
      input.setRawMode?.(true)
      startBracketing(output)
      this.#readline.prompt(true)
    })
  }

  /** Draws the prompt and the typed text anew, below these whole lines. */
  #draw(above: string): boolean {
    const { output } = this.#options
    // `prompt` goes up by as many rows as the cursor was below the first one when readline drew last, and
    // clears from there: it gets these rows below the new text.
    output.write(`${up(this.#rows)}${CLEAR_DOWN}${above}${'\n'.repeat(this.#rows)}`)
    this.#readline.setPrompt(this.#prompt())
    this.#readline.prompt(true)
    this.#rows = this.#readline.getCursorPos().rows
    return !output.writableNeedDrain
  }

  #prompt(): string {
    if (this.#question !== undefined) return question(this.#question.paste)
    if (this.#part === '') return this.#options.prompt
    return this.#part.length <= SHOWN_PART ? this.#part : `…${this.#part.slice(-SHOWN_PART)}`
  }

  /** How many rows below its first one the prompt and this text end. Only readline knows how wide characters are. */
  #rowsOf(text: string): number {
    const prompt = this.#prompt()
    this.#readline.setPrompt(prompt + text)
    const { rows } = this.#readline.getCursorPos()
    this.#readline.setPrompt(prompt)
    return rows
  }
}

function question({ lines, isCut }: Paste): string {
  const what = lines.length === 1 ? '1 line' : `${lines.length} lines`
  return `Send ${what}${isCut ? ' (the end of the paste is missing: too long)' : ''}? y / n `
}

const CLEAR_DOWN = '\r\u001b[J'

function up(rows: number): string {
  return rows === 0 ? '' : `\u001b[${rows}A`
}
