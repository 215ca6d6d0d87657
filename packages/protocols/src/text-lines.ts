/**
 * What the text door writes, line by line, and how to read it back. One table holds every form, so that
 * writing and reading are exact opposites: no text that anybody says can pass for somebody else's line.
 */
import { type Printable, printable } from './printable.ts'

/**
 * Every kind of line and its form. NAME and TEXT stand for the two parts; all other letters are sent as they
 * are. Reading tries them from the top, and `other` takes whatever is left: the welcome, or another server's
 * words.
 */
export const TEXT_LINE_FORMS = {
  'private-sent': 'you -> NAME::TEXT',
  private: 'NAME -> you::TEXT',
  said: 'NAME::TEXT',
  action: '* NAME TEXT',
  notice: '-- TEXT',
  'logged-in': 'NAME logged in',
  disconnected: 'NAME disconnected',
  shutdown: 'Server Shutting Down!',
  other: 'TEXT',
} as const

/**
 * One line of the text door, without its newline. A name has at least one character, no blank and no colon,
 * and nobody is called `you`; who hands out names sees to it. A text may be anything printable, and empty.
 */
export type TextLine =
  | {
      readonly kind: 'said' | 'action' | 'private' | 'private-sent'
      readonly name: Printable
      readonly text: Printable
    }
  | { readonly kind: 'logged-in' | 'disconnected'; readonly name: Printable }
  | { readonly kind: 'notice' | 'other'; readonly text: Printable }
  | { readonly kind: 'shutdown' }

/** Writes a line, without its newline. The inverse of `parseTextLine`. */
export function formatTextLine(line: TextLine): Printable {
  const parts = TEXT_LINE_FORMS[line.kind].split(/(NAME|TEXT)/).map((part) => {
    if (part === 'NAME' && 'name' in line) return line.name
    return part === 'TEXT' && 'text' in line ? line.text : part
  })
  return parts.join('') as Printable // every part is
}

/**
 * Reads a line that was received, without its newline. It passes `printable` on the way: whatever comes out
 * may be shown. A line that `formatTextLine` wrote is read back to what it was made of; one that has no known
 * form is `other`.
 */
export function parseTextLine(line: string): TextLine {
  const text = printable(line)
  for (const { kind, pattern } of PATTERNS) {
    const match = pattern.exec(text)
    if (match !== null) return { kind, ...match.groups } as TextLine // each form names the parts of its kind
  }
  return { kind: 'other', text }
}

type Kind = keyof typeof TEXT_LINE_FORMS

const KINDS = Object.keys(TEXT_LINE_FORMS) as Kind[]

// A name is read more freely than names are given here, so that other servers' lines are understood too; only
// what would make two forms look alike is left out: a blank, a colon, and an asterisk or a hyphen in front.
const NAME = '(?<name>[^ :*-][^ :]*)'

const PATTERNS = KINDS.map((kind) => {
  const form = TEXT_LINE_FORMS[kind].replaceAll('*', '\\*')
  return { kind, pattern: new RegExp(`^${form.replace('NAME', NAME).replace('TEXT', '(?<text>.*)')}$`) }
})
