/** How things look at the text door: every line that it sends is made here, and passes the gate to a terminal. */
import { formatMinute, formatTextLine, type Printable, printable, type TextLine } from '@partyline/protocols'
import { CHAT_ERRORS, type ChatError, type ChatErrorCode } from '../../core/errors.ts'
import {
  type ChatEvent,
  type HistoryMessage,
  isMessage,
  type Message,
  type PersonRef,
} from '../../core/events.ts'
import type { NameClaim } from '../../core/name-claims.ts'
import type { NameChange } from '../../core/names.ts'
import { PLAIN, type Style, styledLine } from './style.ts'

/** The first thing a client gets, in one write: LF only, no control bytes. Some clients read it with one receive. */
export function banner(title: string): string {
  const rule = '-'.repeat(37)
  return `${rule}\nWelcome to ${printable(title)}\n${rule}\nPlease enter your screen name:\n`
}

export const SHUTDOWN: string = `${formatTextLine({ kind: 'shutdown' })}\n`

/** A notice for each text. */
export function noticeLines(...texts: readonly string[]): readonly TextLine[] {
  return texts.map((text) => ({ kind: 'notice', text: printable(text) }))
}

/** Lines in a style, with their endings. */
export function formatLines(lines: readonly TextLine[], style: Style = PLAIN): string {
  return lines.map((line) => `${styledLine(line, style)}\n`).join('')
}

/** Plain notices: one line per text. */
export function notices(...texts: readonly string[]): string {
  return formatLines(noticeLines(...texts))
}

/** An event as `reader` sees it; as everybody sees it without one. Empty when there is nothing to see. */
export function formatEvent(event: ChatEvent, reader?: PersonRef, style: Style = PLAIN): string {
  if (!isMessage(event)) return formatLines(happening(event, reader), style)
  const time = 'time' in event ? event.time : undefined
  return messageLines(event, reader)
    .map((line) => `${styledLine(line, style, time)}\n`)
    .join('')
}

// A text of several lines, which another door may allow, is several lines here: each says whose it is.
function messageLines(event: Message, reader?: PersonRef): TextLine[] {
  const [kind, name] = formOf(event, reader)
  // The forms of what is private have none for what somebody does.
  const does = event.kind === 'action' && event.to !== undefined ? `* ${event.from.name} ` : ''
  return linesOf(event.text).map((text) => ({ kind, name: printable(name), text: printable(does + text) }))
}

// At most so many: each of them has a name in front, so that many short ones would become far more than was said.
function linesOf(text: string, most: number = LINES): Printable[] {
  const all = text.split(/\r\n|[\n\r]/)
  const lines = all.length === 1 ? all : all.filter((line) => line !== '')
  const more = lines.length - most
  if (more > 0) lines.splice(most, more, `… and ${more === 1 ? '1 more line' : `${more} more lines`}`)
  return lines.map((line) => printable(line))
}

/** Its beginning, when a text has more characters (UTF-16) than that. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function formOf(
  { kind, from, to }: Message,
  reader?: PersonRef,
): ['said' | 'action' | 'private' | 'private-sent', name: string] {
  if (to === undefined) return [kind, from.name]
  return from.id === reader?.id ? ['private-sent', to.name] : ['private', from.name]
}

type Happening = Exclude<ChatEvent, Message>

function happening(event: Happening, reader: PersonRef | undefined): readonly TextLine[] {
  switch (event.kind) {
    case 'logged-in':
    case 'disconnected':
      return [{ kind: event.kind, name: printable(event.from.name) }]
    case 'joined':
    case 'left': {
      // Who comes or goes is told so by the answer to their command.
      if (event.from.id === reader?.id) return []
      if (event.kind === 'joined') return noticeLines(`${event.from.name} came to ${event.room}`)
      const why = event.text === undefined ? '' : `: ${event.text}`
      return noticeLines(`${event.from.name} left ${event.room}${why}`)
    }
    case 'notice':
      return noticeLines(event.from === undefined ? event.text : `${event.from.name}: ${event.text}`)
    case 'edited': {
      const what = event.to === undefined ? 'a message' : 'a private message'
      return linesOf(event.text).flatMap((text) => noticeLines(`${event.from.name} edited ${what}: ${text}`))
    }
    case 'deleted':
      return noticeLines(`${event.from.name} deleted ${event.to === undefined ? 'a' : 'a private'} message`)
    case 'reacted': {
      const did = event.removed === true ? 'took back a reaction to' : 'reacted to'
      const what = event.to === undefined ? 'a message' : 'a private message'
      return noticeLines(`${event.from.name} ${did} ${what}: ${event.text}`)
    }
    case 'topic':
      return noticeLines(
        event.text === ''
          ? `${event.from.name} removed the topic of ${event.room}`
          : `${event.from.name} set the topic of ${event.room}: ${event.text}`,
      )
    case 'renamed':
      return noticeLines(`${event.from.name} is now called ${event.name}`)
    case 'away':
      return noticeLines(`${event.from.name} ${awayWords(event.text)}`)
    case 'moderated': {
      const why = event.text === '' ? '' : `: ${event.text}`
      return noticeLines(`${event.target.name} was sent out by ${event.from.name}${why}`)
    }
  }
}

function awayWords(text: string | undefined): string {
  if (text === undefined) return 'is back'
  return text === '' ? 'is away' : `is away: ${text}`
}

/** Lines of one message, as it comes; on a page of the history; in the result of a search, and its characters there. */
const LINES = 100
const PAST_LINES = 10
const SHORT_LINES = 3
const SHORT = 300

/** What was said earlier, as lines that nobody takes for something said now. `short`: long ones are cut. */
export function pastLines(
  message: HistoryMessage,
  { reader, offset, short = false }: { reader: PersonRef; offset: number; short?: boolean },
): readonly TextLine[] {
  const { kind, from, to, room, text, time, deletedAt } = message
  const other = to === undefined || to.id === reader.id ? from : to
  const parts = {
    kind: kind === 'said' ? 'past-said' : 'past-action',
    time: formatMinute(time, offset),
    room: printable(to === undefined ? room : `@${other.name}`),
    name: printable(from.name),
  } as const
  if (deletedAt !== undefined) return [{ ...parts, text: printable('(deleted)') }]
  const lines = short ? linesOf(shortened(text, SHORT), SHORT_LINES) : linesOf(text, PAST_LINES)
  return lines.map((line) => ({ ...parts, text: line }))
}

/** What to do about it, after what went wrong. */
const ADVICE: Readonly<Record<Exclude<ChatErrorCode, 'closing'>, string>> = {
  'too-long': 'send it in parts',
  'remark-too-long': 'say it in fewer words',
  'no-such-person': '/who lists everybody',
  'that-is-you': 'choose somebody else, /who lists everybody',
  'bad-room-name': 'try /join #den',
  'room-looks-alike': 'join that one, or choose another name',
  'too-many-rooms': '/leave one first',
  'no-more-rooms': '/rooms lists them',
  'too-many-sessions': 'close one of them first',
  'no-free-name': 'come back with another name',
  'name-taken': 'try another one',
  'name-reserved': 'try another one',
  'not-in-room': '/join #den goes to #den',
  'lobby-stays': 'to leave the chat, /quit',
  'not-allowed': 'ask whoever runs the server',
  'not-yours': 'only your own messages are yours to change',
  'no-such-message': '/history shows what there is',
  'bad-reaction': 'one emoji is enough',
  'too-many-reactions': 'use one that is there, or take one of yours back',
  'bad-id': '/history shows what there is',
  'is-elsewhere': 'do it there',
  'in-progress': 'wait a moment',
  'took-too-long': 'try longer or more words, or a shorter time: after:yesterday',
  'store-failed': 'try again later',
}

/** Characters of a name, or what should have been one, in a sentence about it. */
const NAMED = 64

/** A name that somebody typed, to be repeated to them. */
export function typedName(typed: string): string {
  return shortened(typed, NAMED)
}

/** What went wrong, and what to do. */
export function errorLine({ code, message }: ChatError): readonly TextLine[] {
  if (code === 'closing') return noticeLines(message)
  const words = CHAT_ERRORS[code]
  const about = message.slice(0, -`: ${words}`.length)
  return noticeLines(`${about === '' ? '' : `${typedName(about)}: `}${words}; ${ADVICE[code]}`)
}

/** A line that was too long for the decoder. */
export function tooLongLine(bytes: number, most: number): readonly TextLine[] {
  return noticeLines(
    `that line was ${bytes} bytes long, a message has at most ${most}; ${ADVICE['too-long']}`,
  )
}

/** The same for one that should have been a name. */
export function tooLongName(bytes: number): readonly TextLine[] {
  return noticeLines(`that line was ${bytes} bytes long, ${CHANGES.length}; come back with a shorter one`)
}

const CHANGES: Readonly<Record<Exclude<NameChange, 'taken' | 'reserved' | 'nothing'>, string>> = {
  blanks: 'names have no blanks',
  characters: 'names have only letters, digits and _ - [ ] { } | ^',
  script: 'names are written in one script',
  start: 'names do not begin with a digit or -',
  length: 'names have at most 32 characters',
}

/** Tells somebody why their name is not what they typed. One line, or none when it is. */
export function nameLines({
  name,
  wanted,
  changes,
}: Pick<NameClaim, 'name' | 'wanted' | 'changes'>): readonly TextLine[] {
  if (changes.length === 0) return []
  const why = changes.map((change) => {
    if (change === 'taken' || change === 'reserved') return `${wanted} is ${change}`
    return change === 'nothing' ? 'nothing that came can be in a name' : CHANGES[change]
  })
  return noticeLines(`your name here is ${name}: ${why.join('; ')}`)
}
