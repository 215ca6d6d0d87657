/**
 * How several chats on one store hear of each other. A bus may lose what is published, bring it late, in another
 * order, or twice: what must not be lost is in the store, and the numbers in each room say what is missing.
 */
import type { Kept } from './events.ts'
import type { PersonView } from './seen-person.ts'

/** Somebody who came in through another chat, as everybody there sees them. */
export type Neighbour = PersonView

/** Why somebody left a room, or (without one) the chat. */
export interface Reason {
  readonly id: string
  readonly room?: string | undefined
  readonly text: string
}

/** What one chat tells the others. `chat` says which: an id of its own. */
export type Hint =
  /** This has been kept. */
  | { readonly about: 'kept'; readonly chat: string; readonly events: readonly Kept[] }
  /**
   * These are here, all of them. `version` goes up with each such hint: an older one is passed over. `heads`: the
   * newest sequence numbers of the rooms in which this chat has had something kept lately. `reasons`: of those who
   * left lately and said why.
   */
  | {
      readonly about: 'presence'
      readonly chat: string
      readonly version: number
      readonly people: readonly Neighbour[]
      readonly heads: readonly (readonly [room: string, seq: number])[]
      readonly reasons: readonly Reason[]
    }
  /** This chat has ended. */
  | { readonly about: 'end'; readonly chat: string }

export interface Bus {
  /** Tells all others that listen, and perhaps oneself. Never waits, never throws. */
  publish(hint: Hint): void
  /** Returns what ends it. `listen` must not throw. */
  subscribe(listen: (hint: Hint) => void): () => void
}
