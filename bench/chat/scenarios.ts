/** What is measured, and what it is to be: one table each, from which everything else follows. */

/** The servers that are compared: the naive one, and ours with its history kept in one way or another. */
export type SideName = 'naive' | 'memory' | 'normal' | 'full'

/** Messages of 64 bytes in one room, in which everybody hears everything. */
export interface Talk {
  /** How many of the people talk. */
  readonly senders: number
  /** How many messages are sent in all. */
  readonly messages: number
  /** All senders together. Without it each says the next thing as soon as everybody has heard the last. */
  readonly perSecond?: number | undefined
}

interface Common {
  readonly id: string
  readonly title: string
  readonly people: number
  readonly sides: readonly SideName[]
  /** Rounds at most, where each takes long. */
  readonly mostRounds?: number
}

export type Scenario = Common &
  (
    | { readonly kind: 'talk'; readonly warmUp: Talk; readonly talk: Talk }
    /** All have connected, and give their names at once. */
    | { readonly kind: 'joins' }
    /** All are logged in; measured after so many milliseconds without anything to do. */
    | { readonly kind: 'idle'; readonly quiet: number }
  )

/** What is measured in a scenario; see `METRICS`. */
export type Metric = keyof typeof METRICS

export const METRICS = {
  cpuPerMillion: { title: 'CPU s per million', digits: 2 },
  cpu: { title: 'CPU s', digits: 2 },
  perSecond: { title: 'deliveries/s', digits: 0 },
  seconds: { title: 'seconds', digits: 2 },
  p50: { title: 'p50 ms', digits: 1 },
  p99: { title: 'p99 ms', digits: 1 },
  core: { title: '% of a core', digits: 1 },
  resident: { title: 'resident MiB', digits: 0 },
  perPerson: { title: 'KiB per person', digits: 1 },
} as const

/** The first is what the ratios are of. */
export const MEASURED: Readonly<Record<Scenario['kind'], readonly [Metric, ...Metric[]]>> = {
  talk: ['cpuPerMillion', 'perSecond', 'p50', 'p99', 'core', 'resident'],
  joins: ['cpu', 'seconds'],
  idle: ['perPerson', 'resident'],
}

const ALL: readonly SideName[] = ['naive', 'memory', 'normal', 'full']

export const SCENARIOS: readonly Scenario[] = [
  {
    id: '100/10',
    title: '100 people, 10 of them talk as fast as everybody hears it',
    kind: 'talk',
    people: 100,
    sides: ALL,
    warmUp: { senders: 10, messages: 1000 },
    talk: { senders: 10, messages: 5000 },
  },
  {
    id: '1000/10',
    title: '1,000 people, 10 of them talk as fast as everybody hears it',
    kind: 'talk',
    people: 1000,
    sides: ALL,
    warmUp: { senders: 10, messages: 300 },
    talk: { senders: 10, messages: 2000 },
  },
  {
    id: '1000/1',
    title: '1,000 people, one of them talks as fast as everybody hears it',
    kind: 'talk',
    people: 1000,
    sides: ALL,
    warmUp: { senders: 1, messages: 50 },
    talk: { senders: 1, messages: 300 },
  },
  {
    id: '330/s',
    title: '309 people, 330 messages a second: 102,000 deliveries a second',
    kind: 'talk',
    people: 309,
    sides: ALL,
    warmUp: { senders: 10, messages: 990, perSecond: 330 },
    talk: { senders: 10, messages: 2310, perSecond: 330 },
  },
  {
    id: '50/s',
    title: '300 people, 50 messages a second',
    kind: 'talk',
    people: 300,
    sides: ALL,
    warmUp: { senders: 10, messages: 100, perSecond: 50 },
    talk: { senders: 10, messages: 400, perSecond: 50 },
  },
  {
    id: 'small',
    title: '30 people, a message a second',
    kind: 'talk',
    people: 30,
    sides: ['naive', 'memory', 'full'],
    warmUp: { senders: 30, messages: 5, perSecond: 1 },
    talk: { senders: 30, messages: 30, perSecond: 1 },
  },
  {
    id: 'joins',
    title: '1,000 people log in at once: 500,500 deliveries',
    kind: 'joins',
    people: 1000,
    sides: ['naive', 'memory', 'full'],
  },
  {
    id: 'idle',
    title: '5,000 people, and nobody says anything',
    kind: 'idle',
    people: 5000,
    sides: ['naive', 'memory', 'full'],
    quiet: 10_000,
    mostRounds: 2,
  },
]

/** The median of a figure, alone or as a ratio to another side's in the same round, is to be at most this. */
export interface Goal {
  readonly scenario: string
  readonly metric: Metric
  readonly of: SideName
  readonly over?: SideName
  readonly most: number
}

export const GOALS: readonly Goal[] = [
  { scenario: '1000/10', metric: 'cpuPerMillion', of: 'memory', over: 'naive', most: 0.25 },
  { scenario: '1000/10', metric: 'cpuPerMillion', of: 'full', over: 'memory', most: 1.3 },
  { scenario: '330/s', metric: 'cpuPerMillion', of: 'memory', over: 'naive', most: 0.55 },
  { scenario: '330/s', metric: 'p99', of: 'memory', most: 15 },
  { scenario: '50/s', metric: 'p50', of: 'memory', over: 'naive', most: 1.3 },
  { scenario: 'joins', metric: 'cpu', of: 'memory', over: 'naive', most: 0.3 },
]
