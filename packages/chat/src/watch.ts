/**
 * Watching the server from outside: what `/healthz` and `/metrics` say, and the door that says it. What that needs
 * is loaded once the server listens: nobody's health is asked for in the first tenth of a second.
 */
import type { InetAddress } from '@partyline/sockets'
import type { Chat } from './core/chat.ts'
import type { Door } from './doors/door.ts'
import { faultLines } from './doors/fault-lines.ts'
import type { Log } from './doors/log.ts'
import type { MetricsText } from './doors/status/answer.ts'
import { openStatusDoor, type StatusDoor } from './doors/status/door.ts'
import { StatusDoorError } from './doors/status/error.ts'
import type { Commit } from './measured-store.ts'
import type { Metrics } from './metrics.ts'

/** What is watched. */
export interface Watched {
  readonly chat: Pick<Chat, 'health' | 'population' | 'rooms'>
  readonly door: Pick<Door, 'stats'>
}

/** Commits that are remembered until what counts them is loaded. Further ones are not counted. */
const MAX_EARLY = 1000

export class Watch {
  readonly #log: Log
  readonly #loading = Promise.withResolvers<Metrics>()
  readonly #early: Commit[] = []
  #metrics: Metrics | undefined
  #door: StatusDoor | undefined
  #isClosing = false

  constructor(log: Log) {
    this.#log = log
  }

  /** What the door listens on. */
  get addresses(): readonly InetAddress[] {
    return this.#door?.addresses ?? []
  }

  /** Counts a commit; the chat may be at work before `open`. */
  committed(commit: Commit): void {
    if (this.#metrics !== undefined) this.#metrics.committed(commit)
    else if (this.#early.length < MAX_EARLY) this.#early.push(commit)
  }

  /** Listens at this port or (0) a free one, so that it is ours. Rejects with a StatusDoorError when it cannot listen. */
  async open(port: number, watched: Watched): Promise<void> {
    try {
      this.#door = await openStatusDoor({
        port,
        log: this.#log,
        health: () => this.#health(watched),
        metrics: async () => textOf(await this.#loading.promise, watched),
      })
    } catch (error) {
      throw new StatusDoorError(port, error)
    }
  }

  /** Begins to answer. Resolves when it does; never rejects. */
  async start(): Promise<void> {
    try {
      await this.#door?.start()
      this.#loading.resolve(await this.#load())
    } catch (error) {
      for (const line of faultLines('the status door cannot answer', error)) this.#log(line, 'error')
    }
  }

  /** From here on the server is not well: whoever sends people to it should stop. */
  closing(): void {
    this.#isClosing = true
  }

  /** Closes the door. Idempotent; never rejects. */
  async close(): Promise<void> {
    await this.#door?.close()
    this.#metrics?.close()
  }

  async #load(): Promise<Metrics> {
    const { Metrics: Loaded } = await import('./metrics.ts')
    const metrics = new Loaded()
    this.#metrics = metrics
    for (const commit of this.#early.splice(0)) metrics.committed(commit)
    if (!this.#isClosing) metrics.start()
    return metrics
  }

  #health({ chat, door }: Watched): string | undefined {
    if (this.#isClosing) return 'the server is shutting down'
    const { storing, spooled, lost } = chat.health
    if (!storing) return `messages cannot be saved: ${spooled} events wait for the store, ${lost} are lost`
    return door.stats().isFull ? 'full: no more connections are let in' : undefined
  }
}

async function textOf(metrics: Metrics, { chat, door }: Watched): Promise<MetricsText> {
  const { spooled, lost } = chat.health
  const rooms = chat.rooms().length
  const text = await metrics.text({ door: door.stats(), people: chat.population, rooms, spooled, lost })
  return { contentType: metrics.contentType, text }
}
