/**
 * What happens in the chat, as values. One table says of each kind whether it is kept in the history (and has a
 * sequence number then) and who hears it; how it looks is the business of each door.
 */

/** Who did it: the name as it was then, and the id of that presence (the same name later is another person). */
export interface PersonRef {
  readonly id: string
  readonly name: string
}

/** Something said (`said`) or done (`action`, "* ann waves") in a room, or privately to one person. */
export interface Message {
  readonly kind: 'said' | 'action'
  /** Unique; ids sort by time. */
  readonly id: string
  /** The room's key: `#name`, or a pair of persons for what is private. */
  readonly room: string
  readonly from: PersonRef
  /** Only in a private message: whom it is for. */
  readonly to?: PersonRef | undefined
  /** As it came: it may hold anything, line endings too. Doors make it harmless. */
  readonly text: string
  /** The sender's own mark for it. The same person's same mark twice is one message. */
  readonly clientId?: string | undefined
}

/** A message that the store has kept. */
export interface KeptMessage extends Message {
  /** Counts up by one in each room, from 1; a room that a store has forgotten never goes backwards. */
  readonly seq: number
  /** Milliseconds since 1970; in a room never equal, never backwards. */
  readonly time: number
}

/** Somebody came into a room. */
export interface Joined {
  readonly kind: 'joined'
  readonly room: string
  readonly from: PersonRef
}

/** Somebody came into the chat, or left it. */
export interface Presence {
  readonly kind: 'logged-in' | 'disconnected'
  readonly from: PersonRef
}

/** The chat has something to say to everybody. */
export interface Notice {
  readonly kind: 'notice'
  readonly text: string
}

/** Everything that a session can hear. A message without `seq` was delivered although it could not be kept. */
export type ChatEvent = Message | KeptMessage | Joined | Presence | Notice

export type EventKind = ChatEvent['kind']

/** The table: is it kept, and who hears it. `room` means the room's members, or the two of a private message. */
export const EVENT_KINDS: Readonly<
  Record<EventKind, { readonly kept: boolean; readonly heardBy: 'room' | 'everybody' }>
> = {
  said: { kept: true, heardBy: 'room' },
  action: { kept: true, heardBy: 'room' },
  joined: { kept: false, heardBy: 'room' },
  'logged-in': { kept: false, heardBy: 'everybody' },
  disconnected: { kept: false, heardBy: 'everybody' },
  notice: { kept: false, heardBy: 'everybody' },
}

/** True for what the store keeps. */
export function isMessage(event: ChatEvent): event is Message {
  return EVENT_KINDS[event.kind].kept
}

/** What a session hears of one commit, in order; never empty. */
export interface Batch {
  readonly events: readonly ChatEvent[]
  /** So much is said in the room that a door should rather join its lines than write each by itself. */
  readonly busy: boolean
  /** Only in a batch that was made for one person: who it is, so that a door can say "you". */
  readonly reader?: PersonRef | undefined
}
