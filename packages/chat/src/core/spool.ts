/** What waits for a store that fails, in order. Bounded by events and by bytes: the oldest beyond are lost. */
import type { Keepable, Reacted } from './events.ts'
import { LIMITS } from './limits.ts'

/** How many events wait, and how much text, at most. */
export interface SpoolLimits {
  readonly events: number
  /** Two for each character, and a few hundred for each event. */
  readonly bytes: number
}

export class Spool {
  readonly #limits: SpoolLimits
  readonly #events: Keepable[] = []
  readonly #marks = new Set<string>()
  #bytes = 0
  #lost = 0

  constructor(limits: SpoolLimits = { events: LIMITS.spoolEvents, bytes: LIMITS.spoolBytes }) {
    this.#limits = limits
  }

  get size(): number {
    return this.#events.length
  }

  /** How many were ever lost. */
  get lost(): number {
    return this.#lost
  }

  /** False, and nothing done, when the same person's same mark waits already. */
  add(event: Keepable): boolean {
    const mark = markOf(event)
    if (mark !== undefined && this.#marks.has(mark)) return false
    if (mark !== undefined) this.#marks.add(mark)
    this.#events.push(event)
    this.#bytes += weight(event)
    while (this.#events.length > this.#limits.events || this.#bytes > this.#limits.bytes) {
      this.#take(0, 1)
      this.#lost += 1
    }
    return true
  }

  /** The oldest, as many as go into one commit. */
  first(): readonly Keepable[] {
    return this.#events.slice(0, commitLength(this.#events))
  }

  /** Takes out what has been stored; some of it may have been lost meanwhile. */
  remove(stored: readonly Keepable[]): void {
    const ids = new Set(stored.map(({ id }) => id))
    let [from, to] = [0, 0]
    // They stand together, at the front or just behind it.
    while (from < this.#events.length && !this.#isOneOf(ids, from)) from += 1
    for (to = from; this.#isOneOf(ids, to); ) to += 1
    this.#take(from, to - from)
  }

  /** The same for what can never be stored: it is counted as lost. */
  lose(events: readonly Keepable[]): void {
    const before = this.#events.length
    this.remove(events)
    this.#lost += before - this.#events.length
  }

  find(id: string): Keepable | undefined {
    return this.#events.find((event) => event.id === id)
  }

  /** True when the deletion of the message with this id waits. */
  deletes(id: string): boolean {
    return this.#events.some((event) => event.kind === 'deleted' && event.target === id)
  }

  /** The reactions to the message with this id that wait, in their order. */
  reactionsTo(id: string): readonly Reacted[] {
    return this.#events.filter((event) => event.kind === 'reacted').filter(({ target }) => target === id)
  }

  #isOneOf(ids: ReadonlySet<string>, at: number): boolean {
    const event = this.#events[at]
    return event !== undefined && ids.has(event.id)
  }

  #take(from: number, count: number): void {
    for (const event of this.#events.splice(from, count)) {
      this.#bytes -= weight(event)
      const mark = markOf(event)
      if (mark !== undefined) this.#marks.delete(mark)
    }
  }
}

/** How many of these events go into one commit: `LIMITS.commitEvents` and `LIMITS.commitText`, but at least one. */
export function commitLength(events: Iterable<object>): number {
  let text = 0
  let count = 0
  for (const event of events) {
    if ('text' in event && typeof event.text === 'string') text += event.text.length
    if (count === LIMITS.commitEvents || (count > 0 && text > LIMITS.commitText)) break
    count += 1
  }
  return count
}

function weight(event: Keepable): number {
  return 400 + ('text' in event ? event.text.length * 2 : 0)
}

function markOf(event: Keepable): string | undefined {
  if (!('clientId' in event) || event.clientId === undefined) return undefined
  return `${event.from.id} ${event.clientId}`
}
