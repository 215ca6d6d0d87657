/**
 * What the server tells a Prometheus that asks: numbers that its parts count anyway, and how long its
 * commits take. Loaded only by a server that has a status door.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { DoorStats } from './doors/door-stats.ts'
import type { Commit } from './measured-store.ts'

/** Everything that is counted elsewhere, as of now. */
export interface ServerStats {
  readonly door: DoorStats
  /** People who are logged in. */
  readonly people: number
  readonly rooms: number
  /** Events that wait for a store that fails, and those that were too many to wait. */
  readonly spooled: number
  readonly lost: number
}

const NOTHING: ServerStats = {
  door: {
    sessions: 0,
    isFull: false,
    accepted: 0,
    refused: { full: 0, 'many-at-once': 0, 'many-new': 0 },
    deliveries: 0,
    queuedBytes: 0,
    slowReadersCut: 0,
    faults: 0,
  },
  people: 0,
  rooms: 0,
  spooled: 0,
  lost: 0,
}

/** Milliseconds between two looks at how late the event loop is. Each wakes a process that could sleep. */
const LOOK_EVERY = 50
/** Seconds: from what memory takes to where the chat stops waiting for its store. */
const COMMIT_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]

type Row = readonly [name: string, help: string, read: (stats: ServerStats) => number]

const GAUGES: readonly Row[] = [
  ['sessions', 'Connections inside, those without a name among them.', ({ door }) => door.sessions],
  ['people', 'People who are logged in.', ({ people }) => people],
  ['rooms', 'Rooms that somebody is in, and the lobby.', ({ rooms }) => rooms],
  ['queued_bytes', 'Bytes that clients have not taken yet.', ({ door }) => door.queuedBytes],
  ['spooled_events', 'Events that wait for the store.', ({ spooled }) => spooled],
]

const COUNTERS: readonly Row[] = [
  ['lost_events_total', 'Events that were too many to wait for the store.', ({ lost }) => lost],
  ['deliveries_total', 'Events handed to sessions.', ({ door }) => door.deliveries],
  ['connections_total', 'Connections let in.', ({ door }) => door.accepted],
  ['slow_readers_cut_total', 'Connections cut off for slowness.', ({ door }) => door.slowReadersCut],
  ['faults_total', 'Connections ended by a fault of the server.', ({ door }) => door.faults],
]

export class Metrics {
  readonly #registry = new Registry()
  /** What the server counts, for the text that is being made. */
  #stats: ServerStats = NOTHING
  readonly #delay = monitorEventLoopDelay({ resolution: LOOK_EVERY })
  readonly #messages: Counter
  readonly #commits: Histogram
  readonly #failed: Counter

  /** `memory` gives this process's resident bytes. */
  constructor(memory: () => number = () => process.memoryUsage.rss()) {
    const registers = [this.#registry]
    this.#messages = new Counter({ name: 'partyline_messages_total', help: 'Messages kept.', registers })
    this.#failed = new Counter({
      name: 'partyline_commits_failed_total',
      help: 'Commits that the store refused or failed.',
      registers,
    })
    this.#commits = new Histogram({
      name: 'partyline_commit_seconds',
      help: 'How long the store took for a commit.',
      buckets: COMMIT_BUCKETS,
      registers,
    })
    for (const [name, help, read] of GAUGES) this.#gauge(name, help, read)
    this.#gauge('resident_bytes', 'Memory of this process.', memory)
    for (const [name, help, read] of COUNTERS) this.#counter(name, help, read)
    this.#refusals()
    this.#eventLoop()
  }

  committed({ ms, messages, failed }: Commit): void {
    this.#messages.inc(messages)
    this.#commits.observe(ms / 1000)
    if (failed) this.#failed.inc()
  }

  /** All of it in the text form of Prometheus, version 0.0.4. */
  text(stats: ServerStats): Promise<string> {
    this.#stats = stats
    return this.#registry.metrics()
  }

  /** What `text` is, for the header of an answer. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** Begins to look at the event loop. */
  start(): void {
    this.#delay.enable()
  }

  /** Stops looking at the event loop. */
  close(): void {
    this.#delay.disable()
  }

  #gauge(name: string, help: string, read: (stats: ServerStats) => number): void {
    const now = (): number => read(this.#stats)
    this.#registry.registerMetric(
      new Gauge({
        name: `partyline_${name}`,
        help,
        registers: [],
        collect() {
          this.set(now())
        },
      }),
    )
  }

  #counter(name: string, help: string, read: (stats: ServerStats) => number): void {
    const now = (): number => read(this.#stats)
    this.#registry.registerMetric(
      new Counter({
        name: `partyline_${name}`,
        help,
        registers: [],
        collect() {
          this.reset()
          this.inc(now())
        },
      }),
    )
  }

  #refusals(): void {
    const now = (): DoorStats['refused'] => this.#stats.door.refused
    this.#registry.registerMetric(
      new Counter({
        name: 'partyline_connections_refused_total',
        help: 'Connections refused, by the limit that refused them.',
        labelNames: ['reason'],
        registers: [],
        collect() {
          this.reset()
          for (const [reason, count] of Object.entries(now())) this.inc({ reason }, count)
        },
      }),
    )
  }

  #eventLoop(): void {
    const delay = this.#delay
    this.#registry.registerMetric(
      new Gauge({
        name: 'partyline_event_loop_delay_seconds',
        help: 'How late the event loop was, since somebody asked last.',
        labelNames: ['quantile'],
        registers: [],
        collect() {
          for (const quantile of [0.5, 0.99, 1]) {
            const late = delay.count === 0 ? 0 : delay.percentile(quantile * 100) / 1e6 - LOOK_EVERY
            this.set({ quantile }, Math.max(0, late) / 1000)
          }
          delay.reset()
        },
      }),
    )
  }
}
