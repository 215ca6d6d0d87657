/**
 * Which terminals have a line that is being typed, so that whoever says something there does not write into it.
 */
import type { Output } from '../io.ts'

/** The line that is typed on a terminal. */
export interface OpenLine {
  /** Shows whole lines above it, the last one without its newline; false when the screen should drain first. */
  print(text: string): boolean
}

const open = new WeakMap<Output, OpenLine>()

/** From now on `writeLines` to one of these goes above that line; undefined: no longer. */
export function setOpenLine(outputs: readonly Output[], line: OpenLine | undefined): void {
  for (const output of outputs) {
    if (line === undefined) open.delete(output)
    else if (output.isTTY === true) open.set(output, line)
  }
}

/**
 * Writes whole lines, each with its newline (after the last one a colour may end), above the line that is typed there
 * if there is one. False as `write` says it.
 */
export function writeLines(output: Output, text: string): boolean {
  return open.get(output)?.print(text.replace(LAST_NEWLINE, '$1')) ?? output.write(text)
}

const LAST_NEWLINE = /\n([^\n]*)$/
