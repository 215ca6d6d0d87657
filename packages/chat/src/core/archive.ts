/** What was said, for whoever may see it: pages of a room, searching, and how far somebody has read. */
import type { Clock } from './clock.ts'
import { ChatError } from './errors.ts'
import {
  type HistoryMessage,
  isMessage,
  type Keepable,
  type Message,
  type PersonRef,
  type Reacted,
  type Reaction,
} from './events.ts'
import { LIMITS } from './limits.ts'
import { caseless } from './names.ts'
import { patiently, STORE_PATIENCE } from './patience.ts'
import { type Actor, authorize } from './permissions.ts'
import type { Person } from './person.ts'
import { withReaction } from './reactions.ts'
import { isPairKey, LOBBY } from './room-names.ts'
import {
  type HistoryQuery,
  type Point,
  type RoomRecord,
  type SearchQuery,
  type Store,
  StoreError,
  type Unread,
} from './store.ts'

/** A search as a person asks it: what they may see is found out here. */
export type Search = Omit<SearchQuery, 'conversations'>

/** How far somebody has read in a room, how far it is, and what is new to them in it. */
export interface ReadState extends Unread {
  readonly room: string
}

/** What a room is about, who said so, and when (milliseconds since 1970), as far as that is known. */
export interface Topic {
  readonly text: string
  readonly from?: PersonRef | undefined
  readonly time?: number | undefined
}

export interface ArchiveOptions {
  readonly store: Store
  readonly clock: Clock
  /** Something that waits to be stored, by its id. */
  readonly waiting: (id: string) => Keepable | undefined
  /** True when something waits to be stored that takes back the message with this id. */
  readonly isDeletionWaiting: (id: string) => boolean
  /** The reactions to the message with this id that wait to be stored, in their order. */
  readonly reactionsWaiting: (id: string) => readonly Reacted[]
}

/** Milliseconds after which a question to the store has no answer. A search has a deadline of the store's own before. */
const PATIENCE = 5000

/** Every call rejects with `store-failed` when the store fails, and with `took-too-long` when it does not answer. */
export class Archive {
  readonly #store: Store
  readonly #options: ArchiveOptions

  constructor(options: ArchiveOptions) {
    this.#store = options.store
    this.#options = options
  }

  /** A page, oldest first: at most `LIMITS.historyPage` messages, and fewer when they are long. */
  async history(actor: Actor, query: HistoryQuery): Promise<readonly HistoryMessage[]> {
    authorizeReading(actor, query.room)
    const count = Math.min(query.count, LIMITS.historyPage)
    const page = await this.#answer(this.#store.history({ ...query, count }))
    return shortened(page, anchorOf(query, page))
  }

  /** Newest first, at most `LIMITS.found`: in all #rooms, and in the conversations of the person who asks. */
  async search(person: Person, search: Search): Promise<readonly HistoryMessage[]> {
    if (search.room !== undefined) authorizeReading(person, search.room)
    const conversations = [...person.conversations.keys()]
    const count = Math.min(search.count, LIMITS.found)
    return this.#answer(this.#store.search({ ...search, conversations, count }))
  }

  /** How many messages of the lobby are kept. Soon: it is asked of everybody who comes in. */
  async earlier(): Promise<number> {
    return (await this.#answer(this.#store.room(LOBBY), STORE_PATIENCE))?.messages ?? 0
  }

  async topic(room: string): Promise<Topic | undefined> {
    const { topic: text = '', topicFrom: from, topicTime: time } = (await this.record(room)) ?? {}
    return text === '' ? undefined : { text, from, time }
  }

  /** Undefined when nothing was ever kept of that room or conversation. Who may know of it is the caller's business. */
  record(room: string): Promise<RoomRecord | undefined> {
    return this.#answer(this.#store.room(room))
  }

  /** The rooms in which something was kept, the latest first, at most `STORE_LIMITS.rooms`. */
  rooms(): Promise<readonly RoomRecord[]> {
    return this.#answer(this.#store.rooms())
  }

  /** How far a person has read, as a number of that room; 0: nothing. */
  readPosition(person: Person, room: string): Promise<number> {
    return this.#answer(this.#store.readPosition(caseless(person.name), room))
  }

  /** A message that can still be changed. Rejects with `no-such-message`. */
  async message(
    actor: Actor,
    room: string,
    id: string,
  ): Promise<Message & Pick<HistoryMessage, 'reactions'>> {
    authorizeReading(actor, room)
    const { waiting, isDeletionWaiting } = this.#options
    const message = messageIn(room, waiting(id)) ?? (await this.#kept(room, id))
    if (message === undefined || isDeletionWaiting(id)) throw new ChatError('no-such-message')
    return message
  }

  /** The reactions to a message as they are by now. Rejects with `no-such-message`. */
  async reactionsTo(actor: Actor, room: string, id: string): Promise<readonly Reaction[]> {
    const { reactions = [] } = await this.message(actor, room, id)
    return this.#options.reactionsWaiting(id).reduce(withReaction, reactions)
  }

  /** Notes how far a person has read. */
  async read(person: Person, room: string, seq: number): Promise<void> {
    authorizeReading(person, room)
    const newest = (await this.record(room))?.lastSeq ?? 0
    const read = Math.floor(Math.min(seq, newest))
    // Of a room that never was there is nothing to remember: what people make up must not fill the disk.
    if (read > 0) await this.#answer(this.#store.setReadPosition(caseless(person.name), room, read))
  }

  /** How it is with every room and conversation that the person is in. */
  async unread(person: Person): Promise<readonly ReadState[]> {
    const rooms = [...person.rooms.keys(), ...[...person.conversations.keys()].slice(-LIMITS.roomsPerPerson)]
    const reader = { reader: caseless(person.name), persons: [person.id] }
    return Promise.all(
      rooms.map(async (room) => ({ room, ...(await this.#answer(this.#store.unread({ ...reader, room }))) })),
    )
  }

  /** Gives a new name what the old one has read. */
  async carryReadPositions(from: string, to: string, rooms: readonly string[]): Promise<void> {
    if (caseless(from) === caseless(to)) return
    for (const room of rooms) {
      const seq = await this.#answer(this.#store.readPosition(caseless(from), room))
      if (seq > 0) await this.#answer(this.#store.setReadPosition(caseless(to), room, seq))
    }
  }

  async #kept(room: string, id: string): Promise<HistoryMessage | undefined> {
    const around = await this.#answer(this.#store.history({ room, around: { id }, count: 2 }))
    return around.find((one) => one.id === id && one.deletedAt === undefined)
  }

  async #answer<T>(answer: Promise<T>, patience: number = PATIENCE): Promise<T> {
    try {
      return await patiently(answer, this.#options.clock, patience)
    } catch (cause) {
      const isSlow = cause instanceof StoreError && cause.code === 'too-slow'
      throw new ChatError(isSlow ? 'took-too-long' : 'store-failed', undefined, cause)
    }
  }
}

function messageIn(room: string, event: Keepable | undefined): Message | undefined {
  return event !== undefined && event.room === room && isMessage(event) ? event : undefined
}

/** Throws unless this actor may see what is said there. */
function authorizeReading(actor: Actor, room: string): void {
  authorize(actor, isPairKey(room) ? 'read-conversation' : 'read-room', room)
}

/** Where on the page is what was asked for: at its end, at its beginning, or in its middle. */
function anchorOf({ after, end, around }: HistoryQuery, page: readonly HistoryMessage[]): number {
  const isOldest = end === 'oldest' || (end === undefined && after !== undefined)
  if (isOldest && around === undefined) return 0
  const at = around === undefined ? -1 : page.findIndex((message) => isAtOrAfter(message, around))
  return at === -1 ? page.length - 1 : at
}

function isAtOrAfter({ id, seq, time }: HistoryMessage, point: Point): boolean {
  if ('id' in point) return id === point.id
  return 'seq' in point ? seq >= point.seq : time >= point.time
}

/** As many of the messages around the anchor as have no more than `LIMITS.historyText` characters, but at least it. */
function shortened(page: readonly HistoryMessage[], anchor: number): readonly HistoryMessage[] {
  let [from, to] = [anchor, anchor]
  let text = page[anchor]?.text.length ?? 0
  const fits = (message: HistoryMessage | undefined): boolean => {
    if (message === undefined || text + message.text.length > LIMITS.historyText) return false
    text += message.text.length
    return true
  }
  for (let grown = true; grown; ) {
    grown = fits(page[from - 1])
    if (grown) from -= 1
    if (fits(page[to + 1])) {
      to += 1
      grown = true
    }
  }
  return page.slice(from, to + 1)
}
