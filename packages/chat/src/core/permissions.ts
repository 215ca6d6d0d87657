/**
 * Who may do what: one table, and one question, `authorize`, which every deed asks before it is done. An object
 * that is not in the table's reach is refused in the words that the table has for it.
 */
import { ChatError, type ChatErrorCode } from './errors.ts'
import type { Message, PersonRef } from './events.ts'
import { isPairKey, pairOf } from './room-names.ts'

/** `operator`: whoever runs the server, at its console. There are no accounts yet: all others are guests. */
export type Role = 'guest' | 'operator'

/** Whoever does something. */
export interface Actor {
  readonly role: Role
  readonly ref: PersonRef
  /** False for one who has left: nothing is allowed to them, whatever their connection still had to say. */
  readonly isHere: boolean
  /** True for a room that this one is in. */
  isIn(room: string): boolean
}

/** The one at the server's console. */
export const OPERATOR: Actor = {
  role: 'operator',
  ref: { id: 'operator', name: 'server' },
  isHere: true,
  isIn: () => false,
}

/** What of a kind of thing somebody may do it to: nothing, what is theirs, everything. */
export type Reach = 'nothing' | 'own' | 'all'

export type Action =
  | 'speak'
  | 'react'
  | 'set-topic'
  | 'leave'
  | 'join'
  | 'rename'
  | 'set-away'
  | 'read-room'
  | 'read-conversation'
  | 'edit'
  | 'delete'
  | 'kick'
  | 'announce'
  | 'shut-down'

/** How far each role reaches, and what those are told who do not reach that far. */
export interface Permission extends Readonly<Record<Role, Reach>> {
  readonly refusal: ChatErrorCode
}

/** `own` is one's own message, a room that one is in, a private conversation between oneself and another. */
export const PERMISSIONS: Readonly<Record<Action, Permission>> = {
  speak: { guest: 'own', operator: 'nothing', refusal: 'not-in-room' },
  react: { guest: 'own', operator: 'nothing', refusal: 'not-in-room' },
  'set-topic': { guest: 'own', operator: 'all', refusal: 'not-in-room' },
  leave: { guest: 'own', operator: 'nothing', refusal: 'not-in-room' },
  join: { guest: 'all', operator: 'nothing', refusal: 'not-allowed' },
  rename: { guest: 'all', operator: 'nothing', refusal: 'not-allowed' },
  'set-away': { guest: 'all', operator: 'nothing', refusal: 'not-allowed' },
  // What was said in a #room is public; a private conversation is nobody else's business.
  'read-room': { guest: 'all', operator: 'all', refusal: 'not-allowed' },
  'read-conversation': { guest: 'own', operator: 'nothing', refusal: 'not-allowed' },
  edit: { guest: 'own', operator: 'nothing', refusal: 'not-yours' },
  delete: { guest: 'own', operator: 'all', refusal: 'not-yours' },
  kick: { guest: 'nothing', operator: 'all', refusal: 'not-allowed' },
  announce: { guest: 'nothing', operator: 'all', refusal: 'not-allowed' },
  'shut-down': { guest: 'nothing', operator: 'all', refusal: 'not-allowed' },
}

/** How far a role reaches in an action. */
export function may(role: Role, action: Action): Reach {
  return PERMISSIONS[action][role]
}

/**
 * Throws the table's refusal unless this actor may do this to this object: a message, or a room by its key. Throws
 * `not-allowed` to one who has left.
 */
export function authorize(actor: Actor, action: Action, object?: Message | string): void {
  if (!actor.isHere) throw new ChatError('not-allowed')
  const reach = may(actor.role, action)
  if (reach === 'all') return
  if (reach === 'nothing' || !isOwn(actor, object)) throw new ChatError(PERMISSIONS[action].refusal)
}

function isOwn(actor: Actor, object: Message | string | undefined): boolean {
  if (object === undefined) return false
  if (typeof object !== 'string') return object.from.id === actor.ref.id
  return isPairKey(object) ? pairOf(object).includes(actor.ref.id) : actor.isIn(object)
}
