/**
 * Text that a terminal brackets because it was pasted, not typed (xterm's mode 2004). A pasted newline is no Enter:
 * several lines are sent only after the person has said so.
 */
import type { Key } from 'node:readline'
import type { Output } from '../io.ts'

/** The longest paste, in characters; what goes beyond it is left out, and the person is told. */
export const MAX_PASTE = 262_144

/** A whole paste. */
export interface Paste {
  /** Its lines; the newline at its very end begins no further one. At least one, which may be empty. */
  readonly lines: readonly string[]
  /** True when it was longer than `MAX_PASTE` and its end is missing. */
  readonly isCut: boolean
}

/** Collects the keys of a paste. */
export class PasteReader {
  #parts: string[] | undefined
  #length = 0

  /** `typed` for a key that belongs to no paste, `inside` for one that does, and the paste at its end. */
  feed(text: string | undefined, key: Key): 'typed' | 'inside' | Paste {
    if (key.name === 'paste-start') {
      this.#parts = []
      this.#length = 0
      return 'inside'
    }
    if (this.#parts === undefined) return 'typed'
    if (key.name === 'paste-end') return this.#end(this.#parts)
    const part = text ?? key.sequence ?? ''
    this.#length += part.length
    if (this.#length <= MAX_PASTE) this.#parts.push(part)
    return 'inside'
  }

  #end(parts: readonly string[]): Paste {
    this.#parts = undefined
    // Terminals paste a newline as the Enter key would send it: CR.
    const lines = parts.join('').split(/\r\n|\r|\n/)
    if (lines.length > 1 && lines.at(-1) === '') lines.pop()
    return { lines: lines.map(harmless), isCut: this.#length > MAX_PASTE }
  }
}

/** A line without control characters, tabs excepted: what stands in the typed line is drawn as it is. */
export function harmless(line: string): string {
  return line.replaceAll(/[^\P{Cc}\t]/gu, '')
}

/** Terminals that bracket now. */
const bracketing = new Set<Output>()

/** Asks a terminal to bracket pastes. A program that ends without `stopBracketing` still turns it off. */
export function startBracketing(output: Output): void {
  if (bracketing.size === 0) process.once('exit', stopAll)
  bracketing.add(output)
  output.write('\u001b[?2004h')
}

/** A terminal that would go on bracketing shows strange characters in the next program. */
export function stopBracketing(output: Output): void {
  if (!bracketing.delete(output)) return
  output.write('\u001b[?2004l')
  if (bracketing.size === 0) process.off('exit', stopAll)
}

function stopAll(): void {
  for (const output of bracketing) stopBracketing(output)
}
