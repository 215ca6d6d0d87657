/** Events as rows of the table `event`, and back. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { HistoryMessage, Kept, KeptMessage, PersonRef, Reaction } from '../../core/events.ts'
import { caseless } from '../../core/names.ts'
import type { RoomRecord } from '../../core/store.ts'
import { asItIsNow } from '../kept.ts'

/**
 * How whole events are selected, out of `event` with its `room`. The order of the tables is kept (`cross join`), so
 * that events come in the order of an index and a limit ends the search for them.
 */
export const FROM_EVENTS = 'from event cross join room on room.id = event.room'

/** The columns of whole events. */
export const EVENT_COLUMNS: string = [
  'event.n, room.key as room, event.seq, event.time, event.id, event.kind, event.from_id, event.from_name',
  'event.to_id, event.to_name, event.client_id, event.reply_to, event.mentions, event.target',
  'event.said, event.text, event.edited_at, event.deleted_at, event.reactions, event.removed',
].join(', ')

/** Only messages, not what was done to them. */
export const IS_MESSAGE = "event.kind in ('said', 'action')"

/** Such a row, as the table's strict types make it. */
interface EventRow {
  readonly n: number
  readonly room: string
  readonly seq: number
  readonly time: number
  readonly id: string
  readonly kind: Kept['kind']
  readonly from_id: string
  readonly from_name: string
  readonly to_id: string | null
  readonly to_name: string | null
  readonly client_id: string | null
  readonly reply_to: string | null
  readonly mentions: string | null
  readonly target: string | null
  readonly said: string | null
  readonly text: string | null
  readonly edited_at: number | null
  readonly deleted_at: number | null
  readonly reactions: string | null
  readonly removed: number | null
}

/** What a statement gives for each row. */
export type Row = Record<string, SQLOutputValue>

export const INSERT_EVENT = `insert into event
  (room, seq, time, id, kind, from_id, from_name, from_key, to_id, to_name, client_id, reply_to, mentions, target, said, text,
   removed)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** The values for `INSERT_EVENT`. `room`: the number of the room. */
export function valuesOf(event: Kept, room: number): SQLInputValue[] {
  const { seq, time, id, kind, from, to } = event
  const message = kind === 'said' || kind === 'action' ? event : undefined
  const change = kind === 'edited' || kind === 'reacted' || kind === 'topic' ? event : undefined
  return [
    room,
    seq,
    time,
    id,
    kind,
    from.id,
    from.name,
    caseless(from.name),
    to?.id ?? null,
    to?.name ?? null,
    message?.clientId ?? null,
    message?.replyTo ?? null,
    message?.mentions === undefined ? null : JSON.stringify(message.mentions),
    'target' in event ? event.target : null,
    change?.text ?? null,
    message?.text ?? null,
    change?.kind === 'reacted' && change.removed ? 1 : null,
  ]
}

/** The topic in a row of the table `room`. */
export function topicOf(row: Row): Pick<RoomRecord, 'topic' | 'topicFrom' | 'topicTime'> {
  const { topic, topic_from_id: id, topic_from_name: name, topic_time: time } = row
  if (id === null || id === undefined) return { topic: String(topic) }
  const topicFrom = { id: String(id), name: String(name) }
  return { topic: String(topic), topicFrom, topicTime: Number(time) }
}

/** The event as it happened. */
export function eventOf(row: Row): Kept {
  return asItHappened(typed(row))
}

/** The message as it is now. */
export function messageOf(row: Row): HistoryMessage {
  const columns = typed(row)
  const message = asItHappened(columns)
  if (message.kind !== 'said' && message.kind !== 'action') throw new TypeError(`${columns.id} is no message`)
  return asItIsNow(message, {
    text: columns.text ?? undefined,
    editedAt: columns.edited_at ?? undefined,
    deletedAt: columns.deleted_at ?? undefined,
    reactions: reactionsIn(columns.reactions),
  })
}

/** What stands in the column `reactions`. */
export function reactionsIn(json: string | null): readonly Reaction[] {
  return json === null ? [] : (JSON.parse(json) as readonly Reaction[])
}

function typed(row: Row): EventRow {
  return row as unknown as EventRow // the table is strict, and EVENT_COLUMNS names all of them
}

function asItHappened(row: EventRow): Kept {
  const { id, room, seq, time, kind } = row
  const to = row.to_id === null ? undefined : { id: row.to_id, name: row.to_name ?? '' }
  const from: PersonRef = { id: row.from_id, name: row.from_name }
  const place = { id, room, from, ...(to && { to }), seq, time }
  const text = row.said ?? row.text ?? ''
  const target = row.target ?? ''
  switch (kind) {
    case 'edited':
      return { kind, ...place, target, text }
    case 'deleted':
      return { kind, ...place, target }
    case 'reacted':
      return { kind, ...place, target, text, ...(row.removed !== null && { removed: true as const }) }
    case 'topic':
      return { kind, ...place, text }
    case 'said':
    case 'action':
      return { kind, ...place, text, ...marksOf(row) }
  }
}

function marksOf(row: EventRow): Pick<KeptMessage, 'clientId' | 'replyTo' | 'mentions'> {
  return {
    ...(row.client_id !== null && { clientId: row.client_id }),
    ...(row.reply_to !== null && { replyTo: row.reply_to }),
    ...(row.mentions !== null && { mentions: JSON.parse(row.mentions) as readonly string[] }),
  }
}
