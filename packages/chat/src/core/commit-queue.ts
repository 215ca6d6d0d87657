/**
 * The one line in which everything waits that happens in the chat, so that everybody sees it in one order: kept
 * by the store first, delivered then. Its commits are also the pace of the chat: the first event after a quiet
 * time goes at once, what comes within `window` milliseconds of the last commit goes together.
 */
import type { Clock } from './clock.ts'
import type { ChatEvent } from './events.ts'
import { LIMITS } from './limits.ts'
import { commitLength } from './spool.ts'

export interface CommitQueueOptions {
  readonly clock: Clock
  /** Milliseconds; 0 commits once in every turn. */
  readonly window: number
  /** What is to be delivered of these events, in their order, as far as possible kept. Must not reject. */
  readonly keep: (events: readonly ChatEvent[]) => Promise<readonly ChatEvent[]>
  /** Gets what was committed, in order. Must not throw. */
  readonly deliver: (events: readonly ChatEvent[]) => void
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
    const batch = this.#waiting.splice(0, commitLength(this.#waiting))
    const events = await this.#options.keep(batch)
    const { clock, window, deliver } = this.#options
    const kept = clock.ticks()
    deliver(events)
    // A delivery that takes longer than the window (thousands of people) must not make the next event a batch of
    // its own: what came meanwhile is still to be read. Half a window is enough for that.
    this.#lastCommit = Math.max(kept, clock.ticks() - window / 2)
    this.#delivered += batch.length
    for (let at = 0; at < this.#reached.length; ) {
      if ((this.#reached[at]?.count ?? 0) > this.#delivered) at += 1
      else for (const { resolve } of this.#reached.splice(at, 1)) resolve()
    }
    this.#scheduled = false
    this.#schedule()
  }
}
