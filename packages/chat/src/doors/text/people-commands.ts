/** Commands about people and rooms. */

import { formatMinute, formatOffset } from '@partyline/protocols'
import type { Topic } from '../../core/archive.ts'
import type { Chat } from '../../core/chat.ts'
import { ChatError } from '../../core/errors.ts'
import type { PersonRef } from '../../core/events.ts'
import { caseless } from '../../core/names.ts'
import type { PersonView } from '../../core/person.ts'
import type { Room } from '../../core/room.ts'
import type { CommandContext, Settings } from './command.ts'
import { nameLines, noticeLines, shortened } from './format.ts'

/** Names in one list are cut off after so many. */
const LISTED = 100
/** Milliseconds without doing anything after which somebody is shown as quiet. */
const QUIET_AFTER = 600_000
/** Rooms that nobody is in; with their times all lists fit on one screen. */
const EMPTY_LISTED = 20
/** Characters of what somebody said about being away, in a list. */
const AWAY_SHOWN = 30

export function showPeople({ chat, session, clock, reply }: CommandContext): void {
  const shown = (person: PersonView): string => withQuiet(person, clock.now())
  const members = chat.members(session.view)
  const here = new Set(members.map(({ id }) => id))
  const elsewhere = chat.people().filter(({ id }) => !here.has(id))
  const lines = [`${here.size} in ${roomLabel(chat, session.view)}: ${listed(members.map(shown))}`]
  if (elsewhere.length > 0) lines.push(`${elsewhere.length} elsewhere: ${listed(elsewhere.map(shown))}`)
  reply(noticeLines(...lines))
}

/** What people call it: `#den`, or `@NAME` for a private conversation, by the name that the other has now. */
export function roomLabel(chat: Pick<Chat, 'members'>, room: Room): string {
  const { name, with: other } = room
  return other === undefined ? name : `@${nameNow(chat, room, other)}`
}

function nameNow(chat: Pick<Chat, 'members'>, room: Room, other: PersonRef): string {
  return chat.members(room).find(({ id }) => id === other.id)?.name ?? other.name
}

function withAway({ name, away }: PersonView): string {
  if (away === undefined) return name
  return away === '' ? `${name} (away)` : `${name} (away: ${shortened(away, AWAY_SHOWN)})`
}

// Nobody is away by being quiet, but whoever waits for their answer wants to know.
function withQuiet(person: PersonView, now: number): string {
  const quiet = now - person.activeAt
  if (person.away !== undefined || quiet < QUIET_AFTER) return withAway(person)
  const minutes = Math.floor(quiet / 60_000)
  return `${person.name} (quiet for ${minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`})`
}

function listed(names: readonly string[], most: number = LISTED): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

export async function showRooms({ chat, session, settings, reply }: CommandContext): Promise<void> {
  const rooms = chat.rooms()
  const here = new Set(rooms.map(({ name }) => name))
  const open = rooms.map(({ name, members }) => `${name} (${members.size})`)
  const lines = [`${open.length} open: ${listed(open)}; you are in ${roomLabel(chat, session.view)}`]
  // While the store fails there are only those that somebody is in; one that hangs would be waited for.
  const all = chat.health.storing ? await chat.listRooms().catch(() => []) : []
  const { offset } = settings.style
  const empty = all.flatMap(({ name, lastTime }) => {
    const isOpen = lastTime === undefined || here.has(name)
    return isOpen ? [] : [`${name} (${formatMinute(lastTime, offset)})`]
  })
  if (empty.length > 0) {
    const which = `${empty.length} empty, times in ${formatOffset(offset)}: ${listed(empty, EMPTY_LISTED)}`
    lines.push(`${which}; /join looks at one`)
  }
  reply(noticeLines(...lines))
}

export async function joinRoom(context: CommandContext, typed: string): Promise<void> {
  const { chat, session } = context
  const wanted = typed.trim()
  if (wanted.startsWith('@')) chat.look(session, withoutAt(wanted))
  else chat.join(session, wanted)
  await showPlace(context, '')
}

export async function leaveRoom(context: CommandContext, typed?: string): Promise<void> {
  const { chat, session } = context
  const room = typed?.trim() ?? ''
  if (room === '' || caseless(room) === caseless(roomLabel(chat, session.view))) chat.part(session)
  else chat.part(session, room)
  await showPlace(context, 'now ')
}

// `@ann` is how a conversation is called: whoever writes `/msg @ann hi` means ann.
function withoutAt(typed: string): string {
  return typed.replace(/^@\s*(?=\S)/u, '')
}

/** Where the person is from now on, and what it is about. */
async function showPlace({ chat, session, settings, reply }: CommandContext, now: string): Promise<void> {
  const { view } = session
  await chat.settled() // told only when it is true: from here on this session hears the room
  const topic = await chat.topic(view.name).catch(() => undefined)
  const others = chat.members(view).filter(({ id }) => id !== session.person.id)
  const company = others.length === 0 ? 'nobody else is here' : `with ${listed(others.map(withAway))}`
  const place =
    view.with === undefined
      ? `in ${view.name}, ${company}`
      : inPrivate(nameNow(chat, view, view.with), others.length)
  reply(
    noticeLines(`you are ${now}${place}`, ...(topic === undefined ? [] : [topicWords('', topic, settings)])),
  )
}

function inPrivate(name: string, others: number): string {
  return `alone with ${name}${others === 0 ? ', who is not here' : ''}; /leave goes back to #lobby`
}

export function act(context: CommandContext, action: string): void {
  speak(context, 'act', action)
}

/** Says or does something in the room that the session looks at. */
export function speak(
  { chat, session, reply }: Pick<CommandContext, 'chat' | 'session' | 'reply'>,
  how: 'say' | 'act',
  text: string,
): void {
  try {
    chat[how](session, text)
  } catch (error) {
    const { with: other } = session.view
    if (!(error instanceof ChatError) || error.code !== 'no-such-person' || other === undefined) throw error
    // Not that nobody has the name: somebody else may have it by now, and /who would list them.
    reply(noticeLines(`the ${other.name} of this conversation has left; /leave goes back to #lobby`))
  }
}

export async function tell(
  { chat, session, reply }: CommandContext,
  name: string,
  text: string,
): Promise<void> {
  chat.tell(session, withoutAt(name), text)
  const [told] = [...session.person.conversations.values()].slice(-1) // the newest is the one that was just meant
  const other = chat.people().find(({ id }) => id === told?.id)
  if (other?.away === undefined) return
  await chat.settled() // after what was said
  reply(noticeLines(other.away === '' ? `${other.name} is away` : `${other.name} is away: ${other.away}`))
}

export async function rename({ chat, session, reply }: CommandContext, typed: string): Promise<void> {
  const before = session.person.name
  const claim = await chat.rename(session, typed)
  await chat.settled()
  const isSame = claim.name === before && claim.changes.length === 0
  reply(isSame ? noticeLines(`you are called ${before} already`) : nameLines(claim))
}

export async function showTopic(
  { chat, session, settings, reply }: CommandContext,
  text?: string,
): Promise<void> {
  if (session.view.with !== undefined) {
    return reply(
      noticeLines('a private conversation has no topic, only rooms have; /leave goes back to #lobby'),
    )
  }
  if (text !== undefined) {
    chat.setTopic(session, text.trim() === '-' ? '' : text)
    return
  }
  const room = roomLabel(chat, session.view)
  const topic = await chat.topic(session.view.name)
  if (topic === undefined) return reply(noticeLines(`${room} has no topic; /topic TEXT sets one`))
  reply(noticeLines(topicWords(` of ${room}`, topic, settings)))
}

// Who set it stands before the text, which may hold anything: nobody can put another name there.
function topicWords(of: string, { text, from, time }: Topic, { style }: Settings): string {
  if (from === undefined || time === undefined) return `the topic${of} is: ${text}`
  return `the topic${of}, set by ${from.name} at ${formatMinute(time, style.offset)}, is: ${text}`
}

export function setAway({ chat, session }: CommandContext, text?: string): void {
  chat.setAway(session, text ?? (session.person.away === undefined ? '' : undefined))
}
