/**
 * A screen for tests: it takes what a program writes to a terminal and shows the rows that a person would see.
 * It knows what readline and InputLine write and throws at everything else, so that nothing else slips out.
 */
import { Writable } from 'node:stream'

const ESCAPE = '\u001b['

// East Asian wide characters, as far as the tests use them.
const WIDE = /[\u3000-\u9fff\uac00-\ud7a3]/

interface Row {
  /** One character per column; the second column of a wide one is empty. */
  readonly cells: string[]
  /** The text was too long for this row, and goes on in the next. */
  goesOn: boolean
}

export class Screen extends Writable {
  readonly isTTY = true
  #columns: number
  #rows: Row[] = [{ cells: [], goesOn: false }]
  #row = 0
  #column = 0
  /** True while the terminal was asked to bracket pastes. */
  brackets = false

  constructor(columns: number) {
    super({ decodeStrings: false })
    this.#columns = columns
  }

  get columns(): number {
    return this.#columns
  }

  /** The rows, without blanks at their ends, and without the empty ones at the end of the screen. */
  get text(): string {
    return this.#rows.map(rowText).join('\n').trimEnd()
  }

  /** Where the cursor stands: 0, 0 is the first row's first column. */
  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column }
  }

  /** Makes the window wider or narrower. Long lines are broken anew, as most terminals do, and the cursor goes with them. */
  resize(columns: number): void {
    const { row: cursorRow, column: cursorColumn } = this.cursor
    const old = this.#rows
    this.#columns = columns
    this.#rows = [{ cells: [], goesOn: false }]
    this.#row = 0
    this.#column = 0
    let cursor = this.cursor
    for (const [index, { cells, goesOn }] of old.entries()) {
      for (const [column, character] of cells.entries()) {
        if (character !== '') this.#put(character ?? ' ')
        if (index === cursorRow && column === cursorColumn) {
          cursor = { row: this.#row, column: this.#column - 1 }
        }
      }
      if (index === cursorRow && cursorColumn >= cells.length) cursor = this.cursor
      if (!goesOn && index < old.length - 1) this.#put('\n')
    }
    this.#row = cursor.row
    this.#column = cursor.column
    this.emit('resize')
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    let rest = String(chunk)
    while (rest !== '') {
      const sequence = rest.startsWith(ESCAPE) ? /^(\??\d*)([A-Za-z])/.exec(rest.slice(ESCAPE.length)) : null
      if (sequence === null) {
        const [character = ''] = rest
        this.#put(character)
        rest = rest.slice(character.length)
      } else {
        this.#control(sequence[2] ?? '', sequence[1] ?? '')
        rest = rest.slice(ESCAPE.length + sequence[0].length)
      }
    }
    done()
  }

  #put(character: string): void {
    if (character === '\r') {
      this.#column = 0
    } else if (character === '\n') {
      // A terminal in raw mode still adds the carriage return on output.
      this.#goDown(false)
    } else {
      if (character < ' ') throw new Error(`the screen got ${JSON.stringify(character)}`)
      const width = WIDE.test(character) ? 2 : 1
      if (this.#column + width > this.#columns) this.#goDown(true)
      const { cells } = this.#current()
      cells[this.#column] = character
      if (width === 2) cells[this.#column + 1] = ''
      this.#column += width
    }
  }

  #control(final: string, parameter: string): void {
    if (parameter === '?2004' && (final === 'h' || final === 'l')) {
      this.brackets = final === 'h'
      return
    }
    const count = Number(parameter || '1')
    const column = Math.min(this.#column, this.#columns - 1)
    if (final === 'A') this.#row = Math.max(0, this.#row - count)
    else if (final === 'B') this.#row += count
    else if (final === 'C') this.#column = Math.min(this.#columns - 1, column + count)
    else if (final === 'D') this.#column = Math.max(0, column - count)
    else if (final === 'G') this.#column = count - 1
    else if (final === 'J') this.#clearDown()
    else throw new Error(`the screen got ESC [ ${count} ${final}`)
  }

  #clearDown(): void {
    const row = this.#current()
    row.cells.length = Math.min(row.cells.length, this.#column)
    row.goesOn = false
    this.#rows.length = this.#row + 1
  }

  #goDown(goesOn: boolean): void {
    if (goesOn) this.#current().goesOn = true
    this.#column = 0
    this.#row += 1
    this.#current()
  }

  #current(): Row {
    while (this.#rows.length <= this.#row) this.#rows.push({ cells: [], goesOn: false })
    const row = this.#rows[this.#row]
    if (row === undefined) throw new Error('the cursor left the screen')
    return row
  }
}

function rowText({ cells }: Row): string {
  return Array.from(cells, (cell) => cell ?? ' ')
    .join('')
    .trimEnd()
}
