/**
 * What happens in the chat, as values. One table says of each kind whether it is kept in the history (and has a
 * sequence number then) and who hears it; how it looks is the business of each door.
 */

/** Who did it: the name as it was then, and the id of that presence (the same name later is another person). */
export interface PersonRef {
  readonly id: string
  readonly name: string
}

/** What every kept event has. */
interface InRoom {
  /** Unique; ids sort by time. The same id given to a store twice is one event. */
  readonly id: string
  /** The room's key: `#name`, or a pair of persons for what is private. */
  readonly room: string
  readonly from: PersonRef
  /** Only in a private conversation: whom it is for. */
  readonly to?: PersonRef | undefined
}

/** Something said (`said`) or done (`action`, "* ann waves") in a room, or privately to one person. */
export interface Message extends InRoom {
  readonly kind: 'said' | 'action'
  /** As it came: it may hold anything, line endings too. Doors make it harmless. */
  readonly text: string
  /** The sender's own mark for it. The same person's same mark twice is one message. */
  readonly clientId?: string | undefined
  /** The id of a message of the same room that this one answers. */
  readonly replyTo?: string | undefined
  /** The ids of the persons it names, of those who were there when it was said. */
  readonly mentions?: readonly string[] | undefined
}

/** The text of a message was changed. */
export interface Edited extends InRoom {
  readonly kind: 'edited'
  /** The id of the message, of the same room. */
  readonly target: string
  /** The whole new text. */
  readonly text: string
}

/** A message was taken back. */
export interface Deleted extends InRoom {
  readonly kind: 'deleted'
  /** The id of the message, of the same room. */
  readonly target: string
}

/** Somebody put a sign to a message, or took their own back. The same person's same one twice is one. */
export interface Reacted extends InRoom {
  readonly kind: 'reacted'
  /** The id of the message, of the same room. */
  readonly target: string
  /** The reaction as it came, mostly an emoji: 1 to `LIMITS.reactionLength` characters. Doors make it harmless. */
  readonly text: string
  /** It was taken back. */
  readonly removed?: true | undefined
}

/** The room has another topic. */
export interface TopicSet extends InRoom {
  readonly kind: 'topic'
  /** Empty: none. */
  readonly text: string
}

/** What a store keeps. */
export type Keepable = Message | Edited | Deleted | Reacted | TopicSet

/** What the store gives to each event that it keeps. */
export interface Place {
  /** Counts up by one in each room, from 1; a room that a store has forgotten never goes backwards. */
  readonly seq: number
  /** Milliseconds since 1970; in a room never equal, never backwards. */
  readonly time: number
}

/** A message that the store has kept, as it was said. */
export interface KeptMessage extends Message, Place {}

/** An event that the store has kept, as it happened. */
export type Kept = KeptMessage | ((Edited | Deleted | Reacted | TopicSet) & Place)

/** One reaction to a message, and everybody who has it there, the first one first. */
export interface Reaction {
  readonly text: string
  readonly from: readonly PersonRef[]
}

/** A message as it is now: with the text of its last edit. One that was deleted keeps its place, its text is empty. */
export interface HistoryMessage extends KeptMessage {
  /** When it was edited last, in milliseconds since 1970. */
  readonly editedAt?: number | undefined
  readonly deletedAt?: number | undefined
  /** In the order of their first use; absent when there are none, and when it was deleted. */
  readonly reactions?: readonly Reaction[] | undefined
}

/** Somebody came into a room. */
export interface Joined {
  readonly kind: 'joined'
  readonly room: string
  readonly from: PersonRef
}

/** Somebody left a room and stays in the chat. */
export interface Left {
  readonly kind: 'left'
  readonly room: string
  readonly from: PersonRef
  /** Why; absent when they did not say. */
  readonly text?: string | undefined
}

/** Somebody came into the chat. */
export interface LoggedIn {
  readonly kind: 'logged-in'
  readonly from: PersonRef
}

/** Somebody left the chat. */
export interface Disconnected {
  readonly kind: 'disconnected'
  readonly from: PersonRef
  /** The rooms in which everybody has seen them until now, by key: a door may tell only those who share one. */
  readonly rooms: readonly string[]
  /** Why; absent when they did not say. */
  readonly text?: string | undefined
}

/** Somebody has another name from now on. */
export interface Renamed {
  readonly kind: 'renamed'
  /** With the name until now. */
  readonly from: PersonRef
  readonly name: string
  /** The rooms in which everybody sees them, by key: a door may tell only those who share one. */
  readonly rooms: readonly string[]
}

/** Somebody said that they are away, or (without a text) that they are back. */
export interface Away {
  readonly kind: 'away'
  readonly from: PersonRef
  readonly text?: string | undefined
}

/** Somebody who may do that did something about a person: sent them out of the chat. */
export interface Moderated {
  readonly kind: 'moderated'
  readonly what: 'kicked'
  readonly from: PersonRef
  readonly target: PersonRef
  /** Why; may be empty. */
  readonly text: string
}

/** The chat, or whoever runs it, has something to say to everybody. */
export interface Notice {
  readonly kind: 'notice'
  readonly text: string
  /** Who says it, if it is not the chat itself. */
  readonly from?: PersonRef | undefined
}

/** Everything that a session can hear. What is to be kept but has no `seq` was delivered without being kept. */
export type ChatEvent =
  | Keepable
  | Kept
  | Joined
  | Left
  | LoggedIn
  | Disconnected
  | Renamed
  | Away
  | Moderated
  | Notice

export type EventKind = ChatEvent['kind']

/**
 * The table: is it kept (and numbered then), and who hears it. `room` means the room's members, or the two of a
 * private conversation.
 */
export const EVENT_KINDS: Readonly<
  Record<EventKind, { readonly kept: boolean; readonly heardBy: 'room' | 'everybody' }>
> = {
  said: { kept: true, heardBy: 'room' },
  action: { kept: true, heardBy: 'room' },
  edited: { kept: true, heardBy: 'room' },
  deleted: { kept: true, heardBy: 'room' },
  reacted: { kept: true, heardBy: 'room' },
  topic: { kept: true, heardBy: 'room' },
  joined: { kept: false, heardBy: 'room' },
  left: { kept: false, heardBy: 'room' },
  'logged-in': { kept: false, heardBy: 'everybody' },
  disconnected: { kept: false, heardBy: 'everybody' },
  renamed: { kept: false, heardBy: 'everybody' },
  away: { kept: false, heardBy: 'everybody' },
  moderated: { kept: false, heardBy: 'everybody' },
  notice: { kept: false, heardBy: 'everybody' },
}

/** True for what the store keeps. */
export function isKeepable(event: ChatEvent): event is Keepable {
  return EVENT_KINDS[event.kind].kept
}

/** True for what a store has kept: it has its place. */
export function isKept(event: ChatEvent): event is Kept {
  return 'seq' in event
}

/** True for what somebody said or did; not for what was done to a message or a room. */
export function isMessage(event: ChatEvent): event is Message {
  return event.kind === 'said' || event.kind === 'action'
}

/** What a session hears of one commit, in order; never empty. */
export interface Batch {
  readonly events: readonly ChatEvent[]
  /** So much is said in the room that a door should rather join its lines than write each by itself. */
  readonly busy: boolean
  /** Only in a batch that was made for one person: who it is, so that a door can say "you". */
  readonly reader?: PersonRef | undefined
  /**
   * Only in what a session is given that comes back (`Chat.resume`): events of this room from before. `skipped`:
   * so many between what it knew and the first of these are left out.
   */
  readonly resumed?: { readonly room: string; readonly skipped: number } | undefined
}
