/** How a result and a failure are shown: nothing that a peer sent reaches the terminal as it is. */
import { inspect } from 'node:util'
import { type Printable, printable, visibleBytes } from '@partyline/protocols'
import { SocketError } from '@partyline/sockets'

/** Of a longer string only the beginning is shown, in UTF-16 units. */
const MAX_STRING = 2000
/** Of longer bytes only the beginning is shown as text too. */
const MAX_TEXT_BYTES = 200

// The colours that `inspect` makes. It escapes those that are in a value.
const COLOURS = /(\p{Cc}\[\d+m)/u

/** A text that is shown as it is, not as a string in quotes: the answer of `help`. */
export class Prose {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A value as Node's own REPL shows it; bytes also as text, a promise as what is missing. */
export function shownValue(value: unknown, colour: boolean): string {
  if (value instanceof Prose) return value.text
  if (value instanceof Promise) return 'a Promise: write await in front'
  const shown = inspect(value, { colors: colour, depth: 3, maxStringLength: MAX_STRING })
  return `${harmless(shown)}${remark(value)}`
}

function remark(value: unknown): string {
  if (!(value instanceof Uint8Array) || value.length === 0) return ''
  const more = value.length > MAX_TEXT_BYTES ? '…' : ''
  return `  "${visibleBytes(value.subarray(0, MAX_TEXT_BYTES))}"${more}`
}

function harmless(shown: string): string {
  return shown
    .split('\n')
    .map((line) =>
      line
        .split(COLOURS)
        .map((part) => (COLOURS.test(part) ? part : printable(part)))
        .join(''),
    )
    .join('\n')
}

/** What was thrown, in one line and without a stack: `refused: 127.0.0.1:8000: nothing is listening there`. */
export function shownError(error: unknown): Printable {
  if (SocketError.is(error)) return printable(`${error.code}: ${error.message}`)
  if (error instanceof Error) return printable(`${error.name}: ${error.message}`)
  return printable(typeof error === 'string' ? error : inspect(error))
}
