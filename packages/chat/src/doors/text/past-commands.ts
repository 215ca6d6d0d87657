/** Commands about what was said earlier. */
import { formatOffset, parseSearchText, parseTime, type SearchText, TIME_FORMS } from '@partyline/protocols'
import type { Search } from '../../core/archive.ts'
import type { HistoryMessage } from '../../core/events.ts'
import { LIMITS } from '../../core/limits.ts'
import { caseless } from '../../core/names.ts'
import { parseRoomName } from '../../core/room-names.ts'
import type { Point } from '../../core/store.ts'
import type { CommandContext } from './command.ts'
import { noticeLines, pastLines } from './format.ts'
import { roomLabel } from './people-commands.ts'

/** Messages on a page of the history, when nobody says how many. */
export const HISTORY = 20
/** Messages that a search shows at once. */
const FOUND = 20

interface Page {
  readonly count: number
  readonly where?: {
    readonly direction: (typeof DIRECTIONS)[number]
    readonly point: Point
    readonly typed: string
  }
}

export async function showHistory(context: CommandContext, words = ''): Promise<void> {
  const { chat, session, settings, clock, reply } = context
  const { offset } = settings.style
  const page = parsePage(words, clock.now(), offset)
  if ('problem' in page) return reply(noticeLines(page.problem))
  const { count, where } = page
  const room = roomLabel(chat, session.view)
  const point = where === undefined ? {} : { [where.direction]: where.point }
  const messages = await chat.history(session, { room: session.view.name, count, ...point })
  const place = where === undefined ? '' : ` ${where.direction} ${where.typed}`
  if (messages.length === 0) {
    const nothing =
      where === undefined ? `nothing has been said in ${room} yet` : `nothing was said in ${room}${place}`
    return reply(noticeLines(nothing))
  }
  const many = messages.length === 1 ? 'message' : 'messages'
  const last = messages.length === 1 ? 'the last' : `the last ${messages.length}`
  const head = `${where === undefined ? last : messages.length} ${many} of ${room}${place}`
  const reader = session.person.ref
  reply([
    ...noticeLines(`${head}, times in ${formatOffset(offset)}:`),
    ...messages.flatMap((message) => pastLines(message, { reader, offset })),
    ...noticeLines(furtherPages(messages, page)),
  ])
}

/** Reads `[N] [before|after|around X]`. */
function parsePage(words: string, now: number, offset: number): Page | { readonly problem: string } {
  const pieces = words.split(/\s+/u).filter((piece) => piece !== '')
  const count = /^\d+$/.test(pieces[0] ?? '') ? Number(pieces.shift()) : HISTORY
  const [typedDirection, ...where] = pieces
  const direction = DIRECTIONS.find((one) => one === typedDirection?.toLowerCase())
  const isWrong = typedDirection !== undefined && direction === undefined
  if (isWrong || count < 1 || count > LIMITS.historyPage) return { problem: WRONG_PAGE }
  if (direction === undefined) return { count }
  const typed = where.join(' ')
  const point = parsePoint(typed, now, offset)
  if (point !== undefined) return { count, where: { direction, point, typed } }
  const form = `${TIME_FORMS}, or the number of a message`
  return { problem: `${direction} what? It takes ${form}: /history ${count} ${direction} today` }
}

const DIRECTIONS = ['before', 'after', 'around'] as const
const WRONG_PAGE = `/history takes a number from 1 to ${LIMITS.historyPage}, and before, after or around something`

function parsePoint(typed: string, now: number, offset: number): Point | undefined {
  if (/^\d{1,15}$/.test(typed)) return { seq: Number(typed) }
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(typed)) return { id: typed.toLowerCase() }
  const time = parseTime(typed, { now, offset })
  return time === undefined ? undefined : { time }
}

/** How to see more, in words that can be typed. */
function furtherPages(messages: readonly HistoryMessage[], { count, where }: Page): string {
  const text = messages.reduce((sum, message) => sum + message.text.length, 0)
  // A page is shorter than asked when the room has no more, or when its messages are long.
  const isFull = messages.length === count || text > LIMITS.historyText - LIMITS.messageBytes
  const [first, last] = [messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? 0]
  const direction = where?.direction ?? 'before'
  const ways: string[] = []
  if (direction !== 'after' && isFull && first > 1) ways.push(`earlier: /history ${count} before ${first}`)
  if (direction !== 'before' && isFull) ways.push(`later: /history ${count} after ${last}`)
  return ['that was the history', ...ways].join('; ')
}

export async function searchHistory(context: CommandContext, typed?: string): Promise<void> {
  const { chat, session, settings, clock, reply } = context
  const { offset } = settings.style
  const goesOn = typed === undefined
  const query = goesOn ? nextPage(context) : newSearch(context, typed, clock.now())
  if ('problem' in query) return reply(noticeLines(query.problem))
  const found = await chat.search(session, query)
  const last = found.at(-1)
  settings.search = last === undefined || found.length < FOUND ? undefined : { query, beforeId: last.id }
  if (last === undefined) return reply(noticeLines(`nothing${goesOn ? ' older' : ''} was found`))
  const reader = session.person.ref
  const which = found.length < FOUND ? `${found.length}` : `the ${goesOn ? 'next' : 'newest'} ${found.length}`
  reply([
    ...noticeLines(`${which} found, times in ${formatOffset(offset)}:`),
    ...found.toReversed().flatMap((message) => pastLines(message, { reader, offset, short: true })),
    ...noticeLines(settings.search === undefined ? 'that is all' : 'older ones: /search'),
  ])
}

function nextPage({ settings }: CommandContext): Search | { readonly problem: string } {
  if (settings.search === undefined)
    return { problem: 'search for what? /search tea from:ann; more: /help search' }
  return { ...settings.search.query, beforeId: settings.search.beforeId }
}

function newSearch(
  context: CommandContext,
  typed: string,
  now: number,
): Search | { readonly problem: string } {
  const asked = parseSearchText(typed, { now, offset: context.settings.style.offset })
  if ('problem' in asked) return { problem: `${asked.problem}; more: /help search` }
  const { words, from, before, after } = asked
  const room = roomOf(context, asked)
  if (asked.in !== undefined && room === undefined) {
    return { problem: `you have talked with nobody in private who is called ${asked.in.slice(1)}` }
  }
  return { words, from, room, before, after, count: FOUND }
}

function roomOf({ chat, session }: CommandContext, { in: typed }: SearchText): string | undefined {
  if (typed === undefined) return undefined
  if (!typed.startsWith('@')) return parseRoomName(typed)
  const name = caseless(typed.slice(1))
  // Whoever has the name now comes before those who had it when they were talked with.
  const now = chat.people().find((person) => caseless(person.name) === name)?.id
  const known = [...session.person.conversations]
  const isMeant = ([, { id }]: (typeof known)[number]): boolean => id === now
  const wasMeant = ([, other]: (typeof known)[number]): boolean => caseless(other.name) === name
  return (known.find(isMeant) ?? known.find(wasMeant))?.[0]
}
