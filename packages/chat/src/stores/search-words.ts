/**
 * What a search looks for in a text, the same for every store: parts of the text, whatever their case. A part is a
 * run of characters, so parts of words and languages without blanks are found too.
 */
import { type SearchWord, STORE_LIMITS } from '../core/store.ts'

/** The parts that must all occur: no blank ends, no NUL (no database looks behind one), nothing empty. */
export function wantedParts(words: readonly SearchWord[]): readonly string[] {
  const parts = words
    .flatMap(({ text }) => text.toWellFormed().split('\0'))
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return [...new Set(parts)].slice(0, STORE_LIMITS.words)
}

/** A text without its case, for comparing. */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}

/** True when the text holds all the parts. */
export function holdsAll(text: string, parts: readonly string[]): boolean {
  const folded = foldCase(text)
  return parts.every((part) => folded.includes(foldCase(part)))
}
