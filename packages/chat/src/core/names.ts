/**
 * What a person may be called. Whatever somebody types becomes a name that every door can carry and that nobody
 * takes for another one: rules in `fitName`, likeness in `nameKeys`.
 */
import { LIMITS } from './limits.ts'
import { lookAlike } from './look-alikes.ts'
import { bestWritingSystem } from './scripts.ts'

/** What was changed about a typed name, for telling its owner. */
export type NameChange =
  | 'blanks'
  | 'characters'
  | 'script'
  | 'start'
  | 'length'
  | 'nothing'
  | 'reserved'
  | 'taken'

export interface FittedName {
  readonly name: string
  readonly changes: readonly NameChange[]
}

/** What somebody is called who typed nothing that could be in a name. */
const NAMELESS = 'guest'

// Of what was typed only so many characters are looked at: each costs a little time.
const LOOKED_AT = 200

// A name may hold these besides letters and digits; `:` `@` `#` `!` `*` `,` `/` `.` mean something at some door.
const SIGNS = '_\\-[\\]{}|^'
/** The source of a regular expression (flag `u`) for one character that can be in a name. */
// Letters without a shape (Hangul fillers) are letters to Unicode; a name must not hide anything.
export const NAME_CHARACTERS: string = `(?:(?!\\p{DI})[\\p{L}\\p{M}\\p{Nd}${SIGNS}])`
const ALLOWED = new RegExp(NAME_CHARACTERS, 'u')
const WRITTEN = /[\p{L}\p{M}]/u
const ASCII_OR_SIGN = new RegExp(`[0-9${SIGNS}]`)

/**
 * Makes a name of what was typed: NFKC; a run of blanks becomes one `_`; only letters and digits of one script
 * (the one that keeps most of it) and `_ - [ ] { } | ^`; `_` before a leading digit or `-`; at most 32 characters.
 */
export function fitName(typed: string): FittedName {
  const changes = new Set<NameChange>()
  const trimmed = typed.normalize('NFKC').trim()
  const solid = trimmed.replace(/\s+/gu, '_')
  if (solid !== trimmed) changes.add('blanks')

  const characters = Array.from(solid).slice(0, LOOKED_AT)
  if (characters.join('') !== solid) changes.add('length')
  const allowed = characters.filter((character) => ALLOWED.test(character))
  if (allowed.length < characters.length) changes.add('characters')

  const oneScript = inOneScript(allowed)
  if (oneScript.length < allowed.length) changes.add('script')

  // What was left out may have stood between two parts of one letter: composed again.
  const settled = withoutLooseMarks(oneScript).normalize('NFC')
  if (!/[\p{L}\p{Nd}]/u.test(settled)) return { name: NAMELESS, changes: ['nothing'] }
  const started = /^[\p{Nd}-]/u.test(settled) ? `_${settled}` : settled
  if (started !== settled) changes.add('start')
  const name = cut(started, LIMITS.nameLength)
  if (name !== started) changes.add('length')
  return { name, changes: [...changes] }
}

function inOneScript(characters: readonly string[]): readonly string[] {
  const system = bestWritingSystem(characters.filter((character) => WRITTEN.test(character)))
  return characters.filter((character) => ASCII_OR_SIGN.test(character) || system?.test(character) === true)
}

// Marks (accents, vowel signs) belong to a letter, and a tower of them would cover the lines above and below.
function withoutLooseMarks(characters: readonly string[]): string {
  return characters.join('').replace(/(^|[^\p{L}\p{M}])\p{M}+|(\p{M}{3})\p{M}+/gu, '$1$2')
}

function cut(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('')
}

/** The name with a number behind it (`ann2`), still at most 32 characters long. */
export function numberedName(name: string, number: number): string {
  const tail = /\p{Nd}$/u.test(name) ? `_${number}` : String(number)
  return cut(name, LIMITS.nameLength - tail.length) + tail
}

/**
 * Two names are one when any of their keys is the same: the first is the name without its case, the second what
 * it looks like (`paypal`, `paypaI` and the Cyrillic `раураl` have one look).
 */
export function nameKeys(name: string): readonly [caseless: string, look: string] {
  return [`name:${caseless(name)}`, `look:${lookAlike(name)}`]
}

/** The name without its case, for finding a person by a typed name. */
export function caseless(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase() // nearly always, and every word of every message is asked for
  // Up and down again folds what one way leaves apart: the German ß, the Greek final sigma; down before that, because
  // the capital ẞ goes up to itself. The Turkish İ becomes an i with a dot too many.
  const folded = name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
  return folded.replaceAll('ς', 'σ').replaceAll('i\u0307', 'i').normalize('NFKC')
}

const ASCII = /^[!-~]*$/

// Names that would let their bearer speak as the server, or that mean something else on the screen: a person
// called `you` could forge "you -> bob::" lines.
const RESERVED: ReadonlySet<string> = new Set(
  [
    ['you', 'everybody', 'everyone', 'nobody'],
    ['server', 'console', 'system', 'partyline'],
    ['admin', 'administrator', 'operator', 'moderator', 'root'],
  ]
    .flat()
    .flatMap(nameKeys),
)

/** True for names that no guest may have, in any case and any likeness. */
export function isReserved(name: string): boolean {
  return nameKeys(name).some((key) => RESERVED.has(key))
}
