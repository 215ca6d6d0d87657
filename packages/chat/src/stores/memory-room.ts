/** One room of the memory store: its events, the newest ones, and what they have made of its messages. */
import type { HistoryMessage, Kept, Place, TopicSet } from '../core/events.ts'
import { withReaction } from '../core/reactions.ts'
import { type RoomRecord, STORE_LIMITS, type Unread } from '../core/store.ts'
import { asItIsNow, type Changes, isKeptMessage } from './kept.ts'
import type { Bounds, PagedRoom } from './pages.ts'

interface Entry {
  readonly event: Kept
  /** Counts all events of the store. */
  readonly order: number
  changes: Changes
}

export class KeptRoom implements PagedRoom {
  readonly key: string
  /** The place of the last event, forgotten or not. */
  last: Place
  /** What its events take in memory, roughly. */
  bytes = 0
  /** Without a gap in their `seq`, oldest first; those before `start` are forgotten. */
  #entries: Entry[] = []
  #start = 0
  #messages = 0
  #topic: (TopicSet & Place) | undefined
  readonly #messagesById = new Map<string, Entry>()

  constructor(key: string, last: Place) {
    this.key = key
    this.last = last
  }

  /** How many events it holds. */
  get size(): number {
    return this.#entries.length - this.#start
  }

  /** Returns the bytes that it takes. */
  add(event: Kept, order: number): number {
    const entry = { event, order, changes: {} }
    this.#entries.push(entry)
    this.last = { seq: event.seq, time: event.time }
    if (isKeptMessage(event)) {
      this.#messages += 1
      this.#messagesById.set(event.id, entry)
    } else if (event.kind === 'topic') this.#topic = event.text === '' ? undefined : event
    else this.#change(event)
    this.bytes += weight(event)
    return weight(event)
  }

  /** Forgets the oldest events and returns them. */
  forget(count: number): readonly Kept[] {
    const forgotten = this.#entries.slice(this.#start, this.#start + count).map(({ event }) => event)
    for (const event of forgotten) {
      this.bytes -= weight(event)
      if (isKeptMessage(event)) this.#messages -= 1
      this.#messagesById.delete(event.id)
    }
    this.#start += forgotten.length
    // The forgotten half is cut off from time to time only, so that each message costs the same.
    if (this.#start > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#start)
      this.#start = 0
    }
    return forgotten
  }

  record(): RoomRecord {
    const { seq: lastSeq, time: lastTime } = this.last
    const { text: topic = '', from: topicFrom, time: topicTime } = this.#topic ?? {}
    const setBy = topicFrom === undefined ? {} : { topicFrom, topicTime }
    return { room: this.key, topic, ...setBy, lastSeq, lastTime, messages: this.#messages }
  }

  since(seq: number, count: number): readonly Kept[] {
    const from = this.#indexAfter(seq)
    return this.#entries.slice(from, from + count).map(({ event }) => event)
  }

  /** How many of its events are older than this time. */
  olderThan(time: number): number {
    return this.#indexFrom(time) - this.#start
  }

  /** Where an event stands among all events of the store. */
  orderOf(seq: number): number | undefined {
    return this.#entries[this.#indexAfter(seq - 1)]?.order
  }

  /** Its messages as they are now, newest first. What is added or forgotten meanwhile makes no difference. */
  *newestFirst(): Generator<{ readonly message: HistoryMessage; readonly order: number }> {
    const entries = this.#entries
    const start = this.#start
    for (let index = entries.length - 1; index >= start; index -= 1) {
      const message = messageOf(entries[index])
      if (message !== undefined) yield { message, order: entries[index]?.order ?? 0 }
    }
  }

  seqOf(id: string): number | undefined {
    const message = this.#messagesById.get(id)
    if (message !== undefined) return message.event.seq
    return this.#entries.slice(this.#start).find(({ event }) => event.id === id)?.event.seq
  }

  firstFrom(time: number): number {
    return this.#entries[this.#indexFrom(time)]?.event.seq ?? Number.POSITIVE_INFINITY
  }

  lastUntil(time: number): number {
    const index = this.#indexFrom(time + 1) - 1
    return index < this.#start ? 0 : (this.#entries[index]?.event.seq ?? 0)
  }

  between({ after, before }: Bounds, end: 'oldest' | 'newest', count: number): readonly HistoryMessage[] {
    const [from, to] = [this.#indexAfter(after), this.#indexAfter(before - 1)]
    const found: HistoryMessage[] = []
    for (let step = 0; from + step < to && found.length < count; step += 1) {
      const message = messageOf(this.#entries[end === 'oldest' ? from + step : to - 1 - step])
      if (message !== undefined) found.push(message)
    }
    return end === 'oldest' ? found : found.toReversed()
  }

  /** See `Store.unread`. */
  unread(read: number, persons: readonly string[]): Unread {
    const newest = this.last.seq
    const end = Math.max(this.#indexAfter(read), this.#indexAfter(newest - STORE_LIMITS.unreadEvents))
    let [messages, mentions] = [0, 0]
    for (let index = this.#entries.length - 1; index >= end && messages < STORE_LIMITS.unread; index -= 1) {
      const message = messageOf(this.#entries[index])
      if (message === undefined || message.deletedAt !== undefined || persons.includes(message.from.id))
        continue
      messages += 1
      if (message.mentions?.some((id) => persons.includes(id))) mentions += 1
    }
    return { read, newest, messages, mentions }
  }

  #change(event: Kept): void {
    if (!('target' in event)) return
    const target = this.#messagesById.get(event.target)
    if (target === undefined || target.changes.deletedAt !== undefined) return
    const { changes } = target
    if (event.kind === 'deleted') target.changes = { ...changes, deletedAt: event.time, reactions: undefined }
    else if (event.kind === 'edited') target.changes = { ...changes, text: event.text, editedAt: event.time }
    else target.changes = { ...changes, reactions: withReaction(changes.reactions ?? [], event) }
  }

  #indexAfter(seq: number): number {
    const index = this.#entries.length - (this.last.seq - seq)
    return Math.max(this.#start, Math.min(index, this.#entries.length))
  }

  #indexFrom(time: number): number {
    let low = this.#start
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.event.time ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }
}

function messageOf(entry: Entry | undefined): HistoryMessage | undefined {
  if (entry === undefined || !isKeptMessage(entry.event)) return undefined
  return asItIsNow(entry.event, entry.changes)
}

// Two bytes for a character, and what the objects around it take.
function weight(event: Kept): number {
  return 500 + ('text' in event ? event.text.length * 2 : 0)
}
