/** One message of the history as a line for people and as an object for programs, the same in every command. */
import type { HistoryMessage, Kept, KeptMessage, Reaction } from '@partyline/chat'
import { type Printable, printable } from '@partyline/protocols'
import { formatSecond, type Zone } from './local-times.ts'

/**
 * `2026-11-20 16:04:32 #lobby ann: text`; `* ann waves` for an action, `@bob` in place of the room for what was said
 * to one person. What is in parentheses before the name is ours, since no name has any: nobody can fake it.
 */
export function messageLine(message: HistoryMessage, zone: Zone): Printable {
  const { kind, from, text, deletedAt } = message
  const head = headOf(message, zone)
  if (deletedAt !== undefined) return printable(`${head} (deleted) ${from.name}`)
  const marks = marksOf(message)
  const marked = marks.length === 0 ? '' : `(${marks.join(', ')}) `
  return printable(`${head} ${marked}${kind === 'said' ? `${from.name}: ${text}` : `* ${from.name} ${text}`}`)
}

// Emoji only, and how many have each: other reactions are words of people, which could look like a name and a text.
function marksOf({ editedAt, reactions = [] }: HistoryMessage): readonly string[] {
  const emoji = reactions.filter(({ text }) => EMOJI.test(text))
  const others = reactions.filter(({ text }) => !EMOJI.test(text))
  const count = others.reduce((sum, { from }) => sum + from.length, 0)
  return [
    ...(editedAt === undefined ? [] : ['edited']),
    ...emoji.map(({ text, from }) => `${text} ${from.length}`),
    ...(count === 0 ? [] : [count === 1 ? '1 other' : `${count} others`]),
  ]
}

const EMOJI = /^\p{RGI_Emoji}$/v

/** The same for everything that is kept, as it happened. */
export function eventLine(event: Kept, zone: Zone): Printable {
  if (isMessage(event)) return messageLine(event, zone)
  return printable(`${headOf(event, zone)} -- ${event.from.name} ${didWhat(event)}`)
}

function didWhat(event: Exclude<Kept, KeptMessage>): string {
  if (event.kind === 'edited') return `edited a message: ${event.text}`
  if (event.kind === 'deleted') return 'deleted a message'
  if (event.kind === 'reacted') {
    const did = event.removed === true ? 'took back a reaction to' : 'reacted to'
    return `${did} a message: ${event.text}`
  }
  return event.text === '' ? 'removed the topic' : `set the topic: ${event.text}`
}

function headOf({ time, room, to }: Kept, zone: Zone): string {
  return `${formatSecond(time, zone)} ${to === undefined ? room : `@${to.name}`}`
}

/**
 * What programs get of a message. `kind` is `message` or `action`; times are ISO 8601 in UTC; `fromId` tells two
 * people apart who had the same name one after the other. A deleted one has an empty text.
 */
export function messageObject(message: HistoryMessage): Readonly<Record<string, unknown>> {
  const { kind, text, replyTo, time, editedAt, deletedAt, reactions } = message
  return {
    ...placeOf(message),
    kind: kind === 'said' ? 'message' : 'action',
    text,
    time: iso(time),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(editedAt === undefined ? {} : { edited: iso(editedAt) }),
    ...(deletedAt === undefined ? {} : { deleted: iso(deletedAt) }),
    ...(reactions === undefined ? {} : { reactions: reactions.map(reactionObject) }),
  }
}

/** The same for everything that is kept: `kind` may be `edited`, `deleted`, `reacted` and `topic` too. */
export function eventObject(event: Kept): Readonly<Record<string, unknown>> {
  if (isMessage(event)) return messageObject(event)
  return {
    ...placeOf(event),
    kind: event.kind,
    ...('target' in event ? { target: event.target } : {}),
    ...('text' in event ? { text: event.text } : {}),
    ...('removed' in event ? { removed: event.removed } : {}),
    time: iso(event.time),
  }
}

function reactionObject({ text, from }: Reaction): Readonly<Record<string, unknown>> {
  return { text, from: from.map(({ name }) => name), fromId: from.map(({ id }) => id) }
}

function placeOf({ id, seq, room, from, to }: Kept): Readonly<Record<string, unknown>> {
  const other = to === undefined ? {} : { to: to.name, toId: to.id }
  return { id, seq, room, from: from.name, fromId: from.id, ...other }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

function isMessage(event: Kept): event is KeptMessage {
  return event.kind === 'said' || event.kind === 'action'
}
