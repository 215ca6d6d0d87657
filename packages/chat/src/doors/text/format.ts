/** How things look at the text door: every line that it sends is made here, and passes the gate to a terminal. */
import { formatTextLine, printable } from '@partyline/protocols'
import type { ChatError, ChatErrorCode } from '../../core/errors.ts'
import { type ChatEvent, isMessage, type Message, type PersonRef } from '../../core/events.ts'
import type { NameClaim } from '../../core/name-claims.ts'
import type { NameChange } from '../../core/names.ts'

/** The first thing a client gets, in one write: LF only, no control bytes. Some clients read it with one receive. */
export function banner(title: string): string {
  const rule = '-'.repeat(37)
  return `${rule}\nWelcome to ${printable(title)}\n${rule}\nPlease enter your screen name:\n`
}

export const SHUTDOWN: string = `${formatTextLine({ kind: 'shutdown' })}\n`

/** A notice: one line per text. */
export function notices(...texts: readonly string[]): string {
  return texts.map((text) => `${formatTextLine({ kind: 'notice', text: printable(text) })}\n`).join('')
}

/** An event as `reader` sees it; as everybody sees it without one. Empty when there is nothing to see. */
export function formatEvent(event: ChatEvent, reader?: PersonRef): string {
  if (isMessage(event)) return formatMessage(event, reader)
  if (event.kind === 'notice') return notices(event.text)
  const name = printable(event.from.name)
  if (event.kind !== 'joined') return `${formatTextLine({ kind: event.kind, name })}\n`
  // Who comes in is told so by the answer to their command.
  return event.from.id === reader?.id ? '' : notices(`${event.from.name} came to ${event.room}`)
}

// A text of several lines, which another door may allow, is several lines here: each says whose it is.
function formatMessage(event: Message, reader?: PersonRef): string {
  const [kind, name] = formOf(event, reader)
  return event.text
    .split(/\r\n|[\n\r]/)
    .filter((line, _, all) => line !== '' || all.length === 1)
    .map((line) => `${formatTextLine({ kind, name: printable(name), text: printable(line) })}\n`)
    .join('')
}

function formOf(
  { kind, from, to }: Message,
  reader?: PersonRef,
): ['said' | 'action' | 'private' | 'private-sent', name: string] {
  if (to === undefined) return [kind, from.name]
  return from.id === reader?.id ? ['private-sent', to.name] : ['private', from.name]
}

/** What to do about it, after what went wrong. */
const ADVICE: Readonly<Record<Exclude<ChatErrorCode, 'closing'>, string>> = {
  'too-long': 'send it in parts',
  'no-such-person': '/who lists everybody',
  'that-is-you': 'choose somebody else, /who lists everybody',
  'bad-room-name': 'try /join #den',
  'room-looks-alike': 'join that one, or choose another name',
  'too-many-rooms': 'stay in those, or leave with /quit and come back',
  'no-more-rooms': '/rooms lists them',
  'no-free-name': 'come back with another name',
  'store-failed': 'try again later',
}

/** What went wrong, and what to do. */
export function formatError({ code, message }: ChatError): string {
  return notices(code === 'closing' ? message : `${message}; ${ADVICE[code]}`)
}

/** A line that was too long for the decoder. */
export function formatTooLong(bytes: number, most: number): string {
  return notices(`that line was ${bytes} bytes long, a message has at most ${most}; ${ADVICE['too-long']}`)
}

const CHANGES: Readonly<Record<Exclude<NameChange, 'taken' | 'reserved' | 'nothing'>, string>> = {
  blanks: 'names have no blanks',
  characters: 'names have only letters, digits and _ - [ ] { } | ^',
  script: 'names are written in one script',
  start: 'names do not begin with a digit or -',
  length: 'names have at most 32 characters',
}

/** Tells somebody why their name is not what they typed. One line, or nothing when it is. */
export function formatNameChanges({ name, wanted, changes }: NameClaim): string {
  if (changes.length === 0) return ''
  const why = changes.map((change) => {
    if (change === 'taken' || change === 'reserved') return `${wanted} is ${change}`
    return change === 'nothing' ? 'nothing that came can be in a name' : CHANGES[change]
  })
  return notices(`your name here is ${name}: ${why.join('; ')}`)
}
