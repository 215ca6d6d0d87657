/** Commands about people and rooms. */
import type { Chat } from '../../core/chat.ts'
import { ChatError } from '../../core/errors.ts'
import type { PersonRef } from '../../core/events.ts'
import { caseless } from '../../core/names.ts'
import type { PersonView } from '../../core/person.ts'
import type { Room } from '../../core/room.ts'
import type { CommandContext } from './command.ts'
import { nameLines, noticeLines, shortened } from './format.ts'

/** Names in one list are cut off after so many. */
const LISTED = 100
/** Characters of what somebody said about being away, in a list. */
const AWAY_SHOWN = 30

export function showPeople({ chat, session, reply }: CommandContext): void {
  const members = chat.members(session.view)
  const here = new Set(members.map(({ id }) => id))
  const elsewhere = chat.people().filter(({ id }) => !here.has(id))
  const lines = [`${here.size} in ${roomLabel(chat, session.view)}: ${listed(members.map(withAway))}`]
  if (elsewhere.length > 0) lines.push(`${elsewhere.length} elsewhere: ${listed(elsewhere.map(withAway))}`)
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

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown
}

export function showRooms({ chat, session, reply }: CommandContext): void {
  const rooms = chat.rooms().map(({ name, members }) => `${name} (${members.size})`)
  reply(noticeLines(`${rooms.length} open: ${listed(rooms)}; you are in ${roomLabel(chat, session.view)}`))
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
async function showPlace({ chat, session, reply }: CommandContext, now: string): Promise<void> {
  const { view } = session
  await chat.settled() // told only when it is true: from here on this session hears the room
  const topic = await chat.topic(view.name).catch(() => '')
  const others = chat.members(view).filter(({ id }) => id !== session.person.id)
  const company = others.length === 0 ? 'nobody else is here' : `with ${listed(others.map(withAway))}`
  const place =
    view.with === undefined
      ? `in ${view.name}, ${company}`
      : inPrivate(nameNow(chat, view, view.with), others.length)
  reply(noticeLines(`you are ${now}${place}`, ...(topic === '' ? [] : [`the topic is: ${topic}`])))
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

export async function showTopic({ chat, session, reply }: CommandContext, text?: string): Promise<void> {
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
  reply(
    noticeLines(
      topic === '' ? `${room} has no topic; /topic TEXT sets one` : `the topic of ${room} is: ${topic}`,
    ),
  )
}

export function setAway({ chat, session }: CommandContext, text?: string): void {
  chat.setAway(session, text ?? (session.person.away === undefined ? '' : undefined))
}
