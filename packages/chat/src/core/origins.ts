/**
 * Through which session of this server an event came. It is remembered beside the events, not in them, because they
 * are copied to the store's thread and to other servers. Nothing is kept alive by it: neither an event by its origin,
 * nor a session by an event that a history in memory, or a spool, holds on to.
 */
import type { ChatEvent } from './events.ts'
import type { Session } from './session.ts'

export class Origins {
  readonly #sessions = new WeakMap<ChatEvent, WeakRef<Session>>()

  note(event: ChatEvent, session: Session): void {
    this.#sessions.set(event, session.weak)
  }

  of(event: ChatEvent): Session | undefined {
    return this.#sessions.get(event)?.deref()
  }

  /** An event has become another object: the same with its place. */
  carry(from: ChatEvent, to: ChatEvent): void {
    const session = this.#sessions.get(from)
    if (session !== undefined) this.#sessions.set(to, session)
  }
}
