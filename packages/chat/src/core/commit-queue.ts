/**
 * The one line in which everything waits that happens in the chat, so that everybody sees it in one order: kept
 * by the store first, delivered then. Its commits are also the pace of the chat: the first event after a quiet
 * time goes at once, what comes within `window` milliseconds of the last commit goes together.
 */
import type { Clock } from './clock.ts'
import { type ChatEvent, isMessage, type KeptMessage, type Message } from './events.ts'
import { LIMITS } from './limits.ts'
import type { Store } from './store.ts'

export interface CommitQueueOptions {
  readonly store: Pick<Store, 'append'>
  readonly clock: Clock
  /** Milliseconds; 0 commits once in every turn. */
  readonly window: number
  /** Gets what was committed, in order. Must not throw. */
  readonly deliver: (events: readonly ChatEvent[]) => void
  /** Told when the store begins to fail (with its error), and when it works again (undefined). */
  readonly storeFails: (error: unknown) => void
}

export class CommitQueue {
  readonly #options: CommitQueueOptions
  readonly #waiting: ChatEvent[] = []
  /** How many events were ever pushed, and how many of them are delivered. */
  #pushed = 0
  #delivered = 0
  readonly #reached: { readonly count: number; readonly resolve: () => void }[] = []
  #lastCommit = Number.NEGATIVE_INFINITY
  #scheduled = false
  #failing = false

  constructor(options: CommitQueueOptions) {
    this.#options = options
  }

  /** Puts an event into the line. It is delivered later, never inside this call. */
  push(event: ChatEvent): void {
    this.#waiting.push(event)
    this.#pushed += 1
    this.#schedule()
  }

  /** Resolves when everything pushed until now is delivered; undefined when it is. */
  settled(): Promise<void> | undefined {
    return this.#whenDelivered(this.#pushed)
  }

  /** Undefined as long as the line is short; else resolves when half of what may wait in it is left. */
  ready(): Promise<void> | undefined {
    if (this.#waiting.length <= LIMITS.backlog) return undefined
    return this.#whenDelivered(this.#pushed - LIMITS.backlog / 2)
  }

  #whenDelivered(count: number): Promise<void> | undefined {
    if (this.#delivered >= count) return undefined
    return new Promise((resolve) => this.#reached.push({ count, resolve }))
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return
    this.#scheduled = true
    const { clock, window } = this.#options
    const wait = this.#lastCommit + window - clock.ticks()
    if (window > 0 && wait <= 0) void this.#commit()
    else clock.after(Math.max(0, wait), () => void this.#commit())
  }

  async #commit(): Promise<void> {
    const batch = this.#takeBatch()
    const events = await this.#keep(batch)
    this.#lastCommit = this.#options.clock.ticks()
    this.#options.deliver(events)
    this.#delivered += batch.length
    for (let at = 0; at < this.#reached.length; ) {
      if ((this.#reached[at]?.count ?? 0) > this.#delivered) at += 1
      else for (const { resolve } of this.#reached.splice(at, 1)) resolve()
    }
    this.#scheduled = false
    this.#schedule()
  }

  #takeBatch(): readonly ChatEvent[] {
    let text = 0
    let count = 0
    for (const event of this.#waiting) {
      if ('text' in event) text += event.text.length
      if (count === LIMITS.commitEvents || (count > 0 && text > LIMITS.commitText)) break
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  // A store that cannot keep must not stop the talk: the messages are delivered without a sequence number, and
  // only those who are here now ever see them. That is said once, and once more when it is over.
  async #keep(batch: readonly ChatEvent[]): Promise<readonly ChatEvent[]> {
    const messages = batch.filter(isMessage)
    try {
      const kept = messages.length === 0 ? [] : await this.#options.store.append(messages)
      if (messages.length > 0) this.#setFailing(false, undefined)
      return withKept(batch, kept)
    } catch (error) {
      this.#setFailing(true, error)
      return batch
    }
  }

  #setFailing(failing: boolean, error: unknown): void {
    if (failing === this.#failing) return
    this.#failing = failing
    this.#options.storeFails(error)
  }
}

// Each message becomes what the store made of it. One that was sent twice is left out: it was delivered before.
function withKept(batch: readonly ChatEvent[], kept: readonly KeptMessage[]): readonly ChatEvent[] {
  let next = 0
  return batch.flatMap((event): readonly ChatEvent[] => {
    if (!isMessage(event)) return [event]
    const message: Message | undefined = kept[next++]
    return message?.id === event.id ? [message] : []
  })
}
