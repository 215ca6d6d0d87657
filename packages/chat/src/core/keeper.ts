/**
 * Has the store keep what is said, or does without. A store that rejects, or does not answer within half a second,
 * must not stop the talk: what it did not keep is delivered without a sequence number and waits in a spool. Each
 * second the store is asked again with the oldest of it; when it answers, the spool is stored in order, and it is
 * over. The same event is never kept twice, whatever a hanging store did after all: a store knows it by its id.
 */
import type { Clock } from './clock.ts'
import { type ChatEvent, isKeepable, isKept, type Keepable, type Kept, type Reacted } from './events.ts'
import { LIMITS } from './limits.ts'
import { patiently } from './patience.ts'
import { Spool, type SpoolLimits } from './spool.ts'
import { type Store, StoreError } from './store.ts'

/** How it is with keeping. */
export interface Health {
  /** False while the store fails. */
  readonly storing: boolean
  /** Events that wait for it. */
  readonly spooled: number
  /** Events that were too many to wait: since the chat began. */
  readonly lost: number
}

export interface KeeperOptions {
  readonly store: Pick<Store, 'append'>
  readonly clock: Clock
  /** Told when the store begins to fail (with its error), and when it works again (undefined). */
  readonly storeFails: (error: unknown) => void
  /** Told once, while the store fails, when the spool is full and the oldest events are lost. */
  readonly spoolFull?: (() => void) | undefined
  /** Told which kept event stands for a given one from now on. Not told of what was sent twice. */
  readonly placed?: ((event: Keepable, kept: Kept) => void) | undefined
  /** Told of everything that the store has kept, at once or later. */
  readonly stored?: ((events: readonly Kept[], late: boolean) => void) | undefined
  /** Told of everything that is delivered without being kept, before it is. */
  readonly spooled?: ((events: readonly Keepable[]) => void) | undefined
  /** Default: `LIMITS.spoolEvents`, `LIMITS.spoolBytes`. */
  readonly spool?: SpoolLimits | undefined
}

/** Milliseconds between two tries to store the spool. */
const TRY_EVERY = 1000
/** Milliseconds after which an append that was not answered will not be. */
const GIVEN_UP_AFTER = 30_000

export class Keeper {
  readonly #options: KeeperOptions
  readonly #spool: Spool
  #failing = false
  #saidFull = false
  #storing: Promise<void> | undefined
  /** Those that the store has not answered and still may, and when they were asked. */
  readonly #openAppends = new Set<{ readonly since: number }>()
  #cancelTry: (() => void) | undefined
  #closed = false

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#spool = new Spool(options.spool)
  }

  get health(): Health {
    return { storing: !this.#failing, spooled: this.#spool.size, lost: this.#spool.lost }
  }

  /** Something that waits, by its id. */
  find(id: string): Keepable | undefined {
    return this.#spool.find(id)
  }

  /** True when something waits that takes back the message with this id. */
  deletes(id: string): boolean {
    return this.#spool.deletes(id)
  }

  /** The reactions to the message with this id that wait, in their order. */
  reactionsTo(id: string): readonly Reacted[] {
    return this.#spool.reactionsTo(id)
  }

  /**
   * The events as they are to be delivered, in their order: what is to be kept has its place now, unless the store
   * fails; what was sent twice is left out. Never rejects.
   */
  async keep(events: readonly ChatEvent[]): Promise<readonly ChatEvent[]> {
    const fresh = events.filter(isFresh)
    if (fresh.length === 0) return events
    if (!this.#failing) {
      try {
        const kept = await this.#append(fresh)
        this.#placed(fresh, kept)
        this.#options.stored?.(kept, false)
        return withKept(events, kept)
      } catch (error) {
        this.#fail(error)
      }
    }
    return this.#spoolAll(events)
  }

  /** Tries once more to store what waits. What cannot be stored now is lost. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTry?.()
    if (this.#failing) await this.#store()
    this.#cancelTry?.()
  }

  async #append(batch: readonly Keepable[]): Promise<readonly Kept[]> {
    const { clock, store } = this.#options
    const now = clock.ticks()
    for (const open of this.#openAppends) {
      if (now - open.since >= GIVEN_UP_AFTER) this.#openAppends.delete(open)
    }
    if (this.#openAppends.size >= LIMITS.openAppends) throw new StoreError('too-slow')
    const answer = store.append(batch)
    const open = { since: now }
    this.#openAppends.add(open)
    answer.then(
      () => {
        this.#openAppends.delete(open)
        if (this.#failing && !this.#closed) void this.#store() // it answers again, so it is asked at once
      },
      () => this.#openAppends.delete(open),
    )
    return patiently(answer, clock)
  }

  #placed(events: readonly Keepable[], kept: readonly Kept[]): void {
    for (const [index, event] of events.entries()) {
      const place = kept[index]
      if (place?.id === event.id) this.#options.placed?.(event, place)
    }
  }

  #fail(error: unknown): void {
    this.#failing = true
    this.#tryLater()
    this.#options.storeFails(error)
  }

  #spoolAll(events: readonly ChatEvent[]): readonly ChatEvent[] {
    const { lost } = this.#spool
    const heard = events.filter((event) => !isFresh(event) || this.#spool.add(event))
    this.#options.spooled?.(heard.filter(isFresh))
    if (this.#spool.lost > lost && !this.#saidFull) {
      this.#saidFull = true
      this.#options.spoolFull?.()
    }
    return heard
  }

  #tryLater(): void {
    this.#cancelTry?.()
    if (!this.#closed) this.#cancelTry = this.#options.clock.after(TRY_EVERY, () => void this.#store())
  }

  /** Stores the spool, from its oldest on, as long as the store keeps what it is given. Once at a time. */
  #store(): Promise<void> {
    this.#storing ??= this.#storeAll().finally(() => {
      this.#storing = undefined
    })
    return this.#storing
  }

  async #storeAll(): Promise<void> {
    this.#cancelTry?.()
    let most: number = LIMITS.commitEvents
    while (this.#spool.size > 0) {
      const batch = this.#spool.first().slice(0, most)
      const error = await this.#storeThese(batch)
      if (error === undefined) continue
      // A store that fails says why. Any other error may be about one event, which must not hold up all others.
      const isSuspect = !(error instanceof StoreError)
      if (isSuspect && batch.length > 1) most = 1
      else if (isSuspect && (await this.#passOver(batch))) most = LIMITS.commitEvents
      else {
        this.#tryLater()
        return
      }
    }
    if (!this.#failing) return
    this.#failing = false
    this.#saidFull = false
    this.#options.storeFails(undefined)
  }

  /** Stores some of the spool; returns the error if that failed. It is not told: that the store fails is known. */
  async #storeThese(batch: readonly Keepable[]): Promise<unknown> {
    try {
      const kept = await this.#append(batch)
      this.#placed(batch, kept)
      this.#spool.remove(batch)
      this.#options.stored?.(kept, true)
      return undefined
    } catch (error) {
      return error
    }
  }

  /** Loses an event that the store refuses, if it keeps the next one: it would never keep this one. */
  async #passOver(refused: readonly Keepable[]): Promise<boolean> {
    const [, next] = this.#spool.first()
    if (next === undefined || (await this.#storeThese([next])) !== undefined) return false
    this.#spool.lose(refused)
    return true
  }
}

/** True for what is to be kept and is not yet. */
function isFresh(event: ChatEvent): event is Keepable {
  return isKeepable(event) && !isKept(event)
}

// Each event becomes what the store made of it. One that was sent twice is left out: it was delivered before.
function withKept(events: readonly ChatEvent[], kept: readonly Kept[]): readonly ChatEvent[] {
  let next = 0
  return events.flatMap((event): readonly ChatEvent[] => {
    if (!isFresh(event)) return [event]
    const place = kept[next++]
    return place?.id === event.id ? [place] : []
  })
}
