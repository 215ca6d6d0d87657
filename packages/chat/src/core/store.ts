/**
 * What the chat asks of the place where things are kept. Every implementation passes the contract test in
 * stores/store-contract.ts. All of it is asynchronous, because a database is; a call that cannot be done rejects,
 * with a `StoreError` where the cause is known.
 */
import type { HistoryMessage, Keepable, Kept, PersonRef } from './events.ts'

/** A place in a room's history: a sequence number, the id of an event of that room, or a time in ms since 1970. */
export type Point = { readonly seq: number } | { readonly id: string } | { readonly time: number }

/**
 * A page of a room: of the messages strictly between `after` and `before`, as far as they are given, those at one end.
 * Points that are the wrong way round have nothing between them.
 */
export interface HistoryQuery {
  readonly room: string
  readonly before?: Point | undefined
  readonly after?: Point | undefined
  /** Which of them when they are more than `count`. Default: `oldest` with `after`, else `newest`. */
  readonly end?: 'oldest' | 'newest' | undefined
  /**
   * In place of an end: half of `count` before this point, the rest from it on. A short half is not filled up by the
   * other.
   */
  readonly around?: Point | undefined
  /** How many messages at most; more than `STORE_LIMITS.page` count as that many. */
  readonly count: number
}

/** Something to be found in a text. Case makes no difference. */
export interface SearchWord {
  /** Any characters; a part of a longer word is found too. Blank ones are passed over. */
  readonly text: string
  /** Said by the person to stand together. A store may treat both alike: blanks are characters as others. */
  readonly phrase: boolean
}

/** Newest first. Everything given must hold. */
export interface SearchQuery {
  /** All must occur; those after the first `STORE_LIMITS.words` are passed over. None: all that the rest lets through. */
  readonly words: readonly SearchWord[]
  /** The name that the sender had then, in any case. */
  readonly from?: string | undefined
  /** The one room or conversation to look in. */
  readonly room?: string | undefined
  /** The private conversations that the asker may see, besides all #rooms. Who may see what is the core's business. */
  readonly conversations: readonly string[] | 'all'
  /** Said before this time, in milliseconds since 1970. */
  readonly before?: number | undefined
  /** Said at this time or later. */
  readonly after?: number | undefined
  /** At most; more than `STORE_LIMITS.found` count as that many. */
  readonly count: number
  /** The id of the last message of the page before this one. One that is not known finds nothing. */
  readonly beforeId?: string | undefined
}

/** What a store knows of a room without reading its history. */
export interface RoomRecord {
  readonly room: string
  /** Empty: none. */
  readonly topic: string
  /** Who set the topic, and when, in milliseconds since 1970. Absent without a topic, and where nothing is known of it. */
  readonly topicFrom?: PersonRef | undefined
  readonly topicTime?: number | undefined
  readonly lastSeq: number
  /** When something was kept last, in milliseconds since 1970. */
  readonly lastTime: number
  /** Messages that can be read now, deleted ones included. */
  readonly messages: number
}

/** Whose unread messages of which room are counted. */
export interface UnreadQuery {
  /** Whose read position it is: the caseless name. */
  readonly reader: string
  /** The ids under which this one says things and is mentioned: that of the presence; of an account there will be more. */
  readonly persons: readonly string[]
  readonly room: string
}

/** How far somebody has read in a room, how far it is, and what is in between. */
export interface Unread {
  /** The sequence number of the last event that they have seen; 0: none. */
  readonly read: number
  /** The sequence number of the last event; 0: none. */
  readonly newest: number
  /**
   * Messages of others after the read position that are not deleted: at most `STORE_LIMITS.unread`, and of the newest
   * `STORE_LIMITS.unreadEvents` events of the room only.
   */
  readonly messages: number
  /** Those of them that mention this person; when there are more than can be counted, those of the newest. */
  readonly mentions: number
}

/** What one call gives at most. */
export const STORE_LIMITS = {
  /** Messages or events on a page. */
  page: 1000,
  /** Messages that a search finds at once. */
  found: 200,
  /** Words that a search looks for. */
  words: 32,
  /** Rooms in the list. */
  rooms: 1000,
  /** Unread messages that are counted: so many means that many or more. */
  unread: 1000,
  /** Events that are looked at for them, from the newest on, so that counting takes the same time in every room. */
  unreadEvents: 5000,
} as const

export interface Store {
  /**
   * Keeps all of the batch or, when it rejects, nothing of it. Gives each event its place in its room: `seq` and
   * `time` never equal, never backwards, in the order given. The result has one event for each given one. An event
   * whose id is kept already, or a message that this person has sent before under the same `clientId`, is not kept
   * again: its place in the result has the earlier one, with its own id. A lone surrogate in a text is kept as
   * U+FFFD. Edits and deletes of a message that is not in the room are kept and change nothing.
   */
  append(batch: readonly Keepable[]): Promise<readonly Kept[]>
  /** Messages of a room as they are now, oldest first. A point with an unknown id gives an empty page. */
  history(query: HistoryQuery): Promise<readonly HistoryMessage[]>
  /**
   * Everything that was kept in a room after `seq`, in order and as it happened, for resuming and for filling gaps.
   * At most `count`, and at most `STORE_LIMITS.page`.
   */
  since(room: string, seq: number, count: number): Promise<readonly Kept[]>
  /** Messages with the wanted words in the text that they have now, newest first. Deleted ones are never found. */
  search(query: SearchQuery): Promise<readonly HistoryMessage[]>
  /** Undefined when nothing was ever kept of that room. */
  room(room: string): Promise<RoomRecord | undefined>
  /** The rooms whose key begins with `#`, the one with the latest event first, at most `STORE_LIMITS.rooms`. */
  rooms(): Promise<readonly RoomRecord[]>
  /** How far a reader has read, as a `seq`; 0 when nothing is known. `reader` is the caseless name. */
  readPosition(reader: string, room: string): Promise<number>
  /** How far a reader has read, and what they have not. */
  unread(query: UnreadQuery): Promise<Unread>
  /** Never moves backwards: an earlier one is passed over. */
  setReadPosition(reader: string, room: string, seq: number): Promise<void>
  /**
   * Claims every key of a name for `holder`, or none: false when any of them is another's. A claim is a lease: from
   * `until` on (milliseconds since 1970) anybody may have it. Claiming again what one holds renews it. All chats that
   * share a store share these claims.
   */
  claimName(keys: readonly string[], holder: string, until: number): Promise<boolean>
  /** Moves the end of everything that these holders still hold to `until`. Holders of nothing are passed over. */
  renewNames(holders: readonly string[], until: number): Promise<void>
  /** Gives back everything that `holder` has claimed. Nothing claimed is fine. */
  releaseName(holder: string): Promise<void>
  /** Waits for what was asked before. Nothing may be called afterwards. Idempotent. */
  close(): Promise<void>
}

/** What some stores can do besides: be copied while they run. */
export interface Backups {
  /** Writes a whole copy, for its owner's eyes only, into a new file. Rejects with `exists` rather than overwrite. */
  backup(file: string): Promise<void>
}

/** What some stores can do besides: forget what is old. */
export interface Retention {
  /** Forgets everything kept before this time (milliseconds since 1970), numbers excepted. Returns how many events. */
  purge(before: number): Promise<number>
}

/** What each code means, as a sentence or its end. */
export const STORE_ERRORS = {
  full: 'the disk is full',
  'read-only': 'nothing may be written there',
  denied: 'this user may not read and write that',
  corrupt: 'that is not a history, or it is damaged',
  newer: 'that history was written by a newer version of Partyline',
  older:
    'that history was written by an older version of Partyline: start the server once, it is brought up to date',
  'in-use': 'another process uses that history',
  'too-slow': 'that took too long',
  missing: 'there is no history there',
  exists: 'there is a file already',
  io: 'the disk cannot be read or written',
  gone: 'the store is closed or has failed',
} as const

/** The closed set of codes. Code can switch over it without a default branch. */
export type StoreErrorCode = keyof typeof STORE_ERRORS

/** What a store cannot do, and why. `code` is for programs, `message` for the operator. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  /** What it happened to, mostly a file. */
  readonly about: string | undefined

  constructor(code: StoreErrorCode, about?: string, cause?: unknown) {
    const words = STORE_ERRORS[code]
    super(about === undefined ? words : `${about}: ${words}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.about = about
  }
}
