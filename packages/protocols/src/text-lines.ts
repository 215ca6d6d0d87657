/**
 * What the text door writes, line by line, and how to read it back. One table holds every form, so that
 * writing and reading are exact opposites: no text that anybody says can pass for somebody else's line.
 */
import { type Printable, printable } from './printable.ts'

/**
 * Every kind of line and its form. NAME, TEXT, TIME and ROOM stand for its parts; all other letters are sent as they
 * are. Reading tries them from the top, and `other` takes whatever is left: the welcome, or another server's
 * words.
 */
export const TEXT_LINE_FORMS = {
  'private-sent': 'you -> NAME::TEXT',
  private: 'NAME -> you::TEXT',
  said: 'NAME::TEXT',
  action: '* NAME TEXT',
  'past-said': '-- TIME ROOM NAME: TEXT',
  'past-action': '-- TIME ROOM * NAME TEXT',
  notice: '-- TEXT',
  'logged-in': 'NAME logged in',
  disconnected: 'NAME disconnected',
  shutdown: 'Server Shutting Down!',
  other: 'TEXT',
} as const

/**
 * One line of the text door, without its newline. A name has at least one character, no blank and no colon,
 * and nobody is called `you`; who hands out names sees to it. A text may be anything printable, and empty; that of a
 * notice does not begin with a date.
 *
 * What was said earlier (`past-said`, `past-action`) begins as a notice does, so that a simple client does not take
 * it for something that is said now.
 */
export type TextLine =
  | {
      readonly kind: 'said' | 'action' | 'private' | 'private-sent'
      readonly name: Printable
      readonly text: Printable
    }
  | {
      readonly kind: 'past-said' | 'past-action'
      /** `2026-11-20 16:04`. */
      readonly time: Printable
      /** `#den`, or `@NAME` for what was said in private with that person. */
      readonly room: Printable
      readonly name: Printable
      readonly text: Printable
    }
  | { readonly kind: 'logged-in' | 'disconnected'; readonly name: Printable }
  | { readonly kind: 'notice' | 'other'; readonly text: Printable }
  | { readonly kind: 'shutdown' }

/** Writes a line, without its newline. The inverse of `parseTextLine`. */
export function formatTextLine(line: TextLine): Printable {
  return fillTextLine(TEXT_LINE_FORMS[line.kind], line) as Printable // every part is
}

/** Writes a line in another form than the table's. `name` says how a name is written; default: as it is. */
export function fillTextLine(
  form: string,
  line: TextLine,
  name: (name: Printable) => string = (same) => same,
): string {
  const parts = form.split(/(NAME|TEXT|TIME|ROOM)/).map((part) => {
    if (part === 'NAME' && 'name' in line) return name(line.name)
    if (part === 'TEXT' && 'text' in line) return line.text
    if (part === 'TIME' && 'time' in line) return line.time
    return part === 'ROOM' && 'room' in line ? line.room : part
  })
  return parts.join('')
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

const PARTS: readonly (readonly [string, string])[] = [
  ['NAME', NAME],
  ['TEXT', '(?<text>.*)'],
  ['TIME', '(?<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d)'],
  ['ROOM', '(?<room>[#@][^ :]+)'],
]

const PATTERNS = KINDS.map((kind) => {
  const form: string = TEXT_LINE_FORMS[kind].replaceAll('*', '\\*')
  return {
    kind,
    pattern: new RegExp(`^${PARTS.reduce((all, [part, any]) => all.replace(part, any), form)}$`),
  }
})
