/** What a chat is made of, and what doors give it and get from it besides events. */
import type { Bus } from './bus.ts'
import type { Clock } from './clock.ts'
import type { PersonView } from './person.ts'
import type { Store } from './store.ts'

export interface ChatOptions {
  readonly store: Store
  readonly clock: Clock
  /** Unique ids that sort by time. */
  readonly newId: () => string
  /** Milliseconds between commits under load. Default 10; 0 = every turn. */
  readonly commitWindow?: number | undefined
  /** Told when the store begins to fail and when it works again (undefined). The chat goes on meanwhile. */
  readonly onStoreFailure?: (error: unknown) => void
  /** How other chats on the same store are heard of. Default: there are none. */
  readonly bus?: Bus | undefined
}

/** How a session listens. */
export interface EnterOptions {
  /** True: it hears all rooms that its person is in, whatever it looks at. Default: the room that it looks at. */
  readonly everywhere?: boolean | undefined
}

/** The same for one more session of somebody who is here. */
export interface AttachOptions extends EnterOptions {
  /** What it looks at: a room that the person is in (`#den`), or a conversation, by its key. Default: the lobby. */
  readonly room?: string | undefined
}

/** What may be said about a message. */
export interface SayOptions {
  /** The sender's own mark: the same person's same mark twice is one message. At most `LIMITS.idLength` characters. */
  readonly clientId?: string | undefined
  /** The id of the message of the same room that it answers. */
  readonly replyTo?: string | undefined
  /** The key of a room or of a conversation. Default: what the session looks at. */
  readonly room?: string | undefined
}

/** What may be said about a reaction. */
export interface ReactOptions {
  /** The key of a room or of a conversation. Default: what the session looks at. */
  readonly room?: string | undefined
  /** True: takes back one's own. Default: false. */
  readonly remove?: boolean | undefined
}

/** A room with those who are in it, wherever they came in. */
export interface RoomView {
  readonly name: string
  readonly members: ReadonlySet<PersonView>
}
