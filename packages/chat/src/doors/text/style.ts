/**
 * How lines look to one person. `plain` is what programs and the exercise's clients rely on, and what everybody has
 * who has not chosen: nothing here may ever change it. The rest is for people at a bare terminal.
 */

import {
  didYouMean,
  fillTextLine,
  formatMinute,
  formatOffset,
  formatTextLine,
  type Printable,
  parseOffset,
  TEXT_LINE_FORMS,
  type TextLine,
} from '@partyline/protocols'
import { caseless } from '../../core/names.ts'

export interface Style {
  /** `[NAME] text` in place of `NAME::text`. */
  readonly names: boolean
  /** `16:04` in front of what is said. */
  readonly times: boolean
  /** Names in colours of their own, notices dim. */
  readonly colours: boolean
  /** Minutes that the person's clock is ahead of UTC, for every time that they see or type. */
  readonly offset: number
}

export const PLAIN: Style = { names: false, times: false, colours: false, offset: 0 }

/** The words of `/style`, as its help shows them. */
export const STYLE_USAGE = '[plain|friendly] [names] [times] [colours] [+HH:MM]'

/**
 * The style of the typed words, which say all of it but for the clock: that stays as it was unless the words have
 * one. Words that are not known are a `problem`.
 */
export function parseStyle(words: string, now: Style): Style | { readonly problem: string } {
  let look: Omit<Style, 'offset'> | undefined
  let { offset } = now
  for (const word of words.toLowerCase().split(/\s+/u)) {
    if (word === '') continue
    const zone = parseOffset(word)
    const part = LOOKS.get(word)
    if (zone !== undefined) offset = zone
    else if (part !== undefined) look = { ...PLAIN, ...look, ...part }
    else return { problem: unknownWord(word) }
  }
  const { names, times, colours } = look ?? now
  return { names, times, colours, offset }
}

const LOOKS: ReadonlyMap<string, Partial<Omit<Style, 'offset'>>> = new Map([
  ['plain', { names: false, times: false, colours: false }],
  ['friendly', { names: true, times: true, colours: true }],
  ['names', { names: true }],
  ['times', { times: true }],
  ['colours', { colours: true }],
  ['colors', { colours: true }],
])

function unknownWord(word: string): string {
  const meant = didYouMean(word, [...LOOKS.keys()])
  const hint = meant === undefined ? `a style is ${STYLE_USAGE}` : `did you mean ${meant}?`
  return `${word} is no style: ${hint}`
}

/** The words that make this style. The inverse of `parseStyle`. */
export function formatStyle({ names, times, colours, offset }: Style): string {
  const parts = [names && 'names', times && 'times', colours && 'colours'].filter((part) => part !== false)
  const look = parts.length === 3 ? 'friendly' : parts.length === 0 ? 'plain' : parts.join(' ')
  return `${look}, times in ${formatOffset(offset)}`
}

/** Where `NAME::` would be, and the same in what was said earlier. */
const FRIENDLY_FORMS = {
  said: '[NAME] TEXT',
  private: '[NAME -> you] TEXT',
  'private-sent': '[you -> NAME] TEXT',
  'past-said': '-- TIME ROOM [NAME] TEXT',
} as const

const NOT_SAID: ReadonlySet<TextLine['kind']> = new Set(['notice', 'past-said', 'past-action', 'other'])

/** True when lines look as they do to everybody who has not chosen. */
export function isPlain({ names, times, colours }: Style): boolean {
  return !names && !times && !colours
}

/** A line in a style, without its newline. `time`: when it was said, in milliseconds since 1970, if it was. */
export function styledLine(line: TextLine, style: Style, time?: number): string {
  if (isPlain(style)) return formatTextLine(line)
  const clock = style.times && time !== undefined ? `${clockTime(time, style.offset)} ` : ''
  const form = style.names ? friendlyForm(line.kind) : undefined
  if (!style.colours) return clock + (form === undefined ? formatTextLine(line) : fillTextLine(form, line))
  if (NOT_SAID.has(line.kind)) {
    return DIM + (form === undefined ? formatTextLine(line) : fillTextLine(form, line)) + RESET
  }
  const text = fillTextLine(form ?? TEXT_LINE_FORMS[line.kind], line, coloured)
  return clock === '' ? text : `${DIM}${clock}${RESET}${text}`
}

function friendlyForm(kind: TextLine['kind']): string | undefined {
  return Object.hasOwn(FRIENDLY_FORMS, kind) ? FRIENDLY_FORMS[kind as keyof typeof FRIENDLY_FORMS] : undefined
}

const DIM = '\u001b[2m'
const RESET = '\u001b[0m'
/** Red, green, yellow, blue, magenta, cyan: readable on light and on dark. */
const COLOURS = [31, 32, 33, 34, 35, 36] as const

function coloured(name: Printable): string {
  let place = 0
  for (const character of caseless(name)) place = (place * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  return `\u001b[${COLOURS[place % COLOURS.length]}m${name}${RESET}`
}

function clockTime(time: number, offset: number): string {
  return formatMinute(time, offset).slice(11)
}
