/** An event as every store keeps it. */
import type {
  HistoryMessage,
  Keepable,
  Kept,
  KeptMessage,
  PersonRef,
  Place,
  Reaction,
} from '../core/events.ts'

/**
 * The event with its place, and with texts that every database can hold: a lone surrogate has no bytes in UTF-8
 * and becomes U+FFFD. Absent fields are left out, so that what is read later equals what was given back at once.
 */
export function keptEvent(event: Keepable, { seq, time }: Place): Kept {
  const { id, room } = event
  const place = { id, room, from: person(event.from), ...(event.to && { to: person(event.to) }), seq, time }
  switch (event.kind) {
    case 'edited':
      return { kind: event.kind, ...place, target: event.target, text: event.text.toWellFormed() }
    case 'deleted':
      return { kind: event.kind, ...place, target: event.target }
    case 'reacted': {
      const { kind, target, text, removed } = event
      return { kind, ...place, target, text: text.toWellFormed(), ...(removed && { removed }) }
    }
    case 'topic':
      return { kind: event.kind, ...place, text: event.text.toWellFormed() }
    case 'said':
    case 'action':
      return {
        kind: event.kind,
        ...place,
        text: event.text.toWellFormed(),
        ...(event.clientId !== undefined && { clientId: event.clientId.toWellFormed() }),
        ...(event.replyTo !== undefined && { replyTo: event.replyTo }),
        ...(event.mentions !== undefined && event.mentions.length > 0 && { mentions: event.mentions }),
      }
  }
}

/** What a message has become since it was said. */
export interface Changes {
  /** Undefined as long as it was not edited. */
  readonly text?: string | undefined
  readonly editedAt?: number | undefined
  readonly deletedAt?: number | undefined
  readonly reactions?: readonly Reaction[] | undefined
}

/** A message as it is now. */
export function asItIsNow(message: KeptMessage, changes: Changes): HistoryMessage {
  const { text = message.text, editedAt, deletedAt, reactions = [] } = changes
  return {
    ...message,
    text: deletedAt === undefined ? text : '',
    ...(editedAt !== undefined && { editedAt }),
    ...(deletedAt !== undefined && { deletedAt }),
    ...(deletedAt === undefined && reactions.length > 0 && { reactions }),
  }
}

/** True for a kept message; not for what was done to one, or to a room. */
export function isKeptMessage(event: Kept): event is KeptMessage {
  return event.kind === 'said' || event.kind === 'action'
}

function person({ id, name }: PersonRef): PersonRef {
  return { id, name: name.toWellFormed() }
}
