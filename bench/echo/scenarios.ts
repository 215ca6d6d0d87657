/** What is compared: one table, from which everything else follows. */

/** How much a load does: `lanes` at the same time, each with `connections` one after the other, each with `rounds`. */
export interface Work {
  readonly lanes: number
  readonly connections: number
  /** Operations on one connection. */
  readonly rounds: number
  /** Bytes of one operation. */
  readonly size: number
}

/** What the measured process does: see `Contender`. */
export type ServiceName = 'echo' | 'sends' | 'lines' | 'udpEcho'

/** What the load generator does with it. */
export type LoadName = 'roundTrips' | 'drain' | 'writeLines' | 'datagrams' | 'hold'

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly service: ServiceName
  readonly load: LoadName
  /** CPU time of one operation, or resident memory of one connection. */
  readonly measures: 'cpu' | 'memory'
  /** Once before measuring: the compiler takes that long to be done with the code, and the more code the longer. */
  readonly warmUp: Work
  /** Sized to take about a second, and fixed, so that both sides do the same. Fewer connections than there are ports. */
  readonly work: Work
  /** The median ratio, ours to node's, is to be at most this. */
  readonly goal: number
}

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'a',
    title: '64-byte ping-pong, 64 connections',
    service: 'echo',
    load: 'roundTrips',
    measures: 'cpu',
    warmUp: { lanes: 64, connections: 1, rounds: 1600, size: 64 },
    work: { lanes: 64, connections: 1, rounds: 1600, size: 64 },
    goal: 1.1,
  },
  {
    id: 'b',
    title: '16 KiB blocks, 64 connections',
    service: 'echo',
    load: 'roundTrips',
    measures: 'cpu',
    warmUp: { lanes: 64, connections: 1, rounds: 1200, size: 16_384 },
    work: { lanes: 64, connections: 1, rounds: 1200, size: 16_384 },
    goal: 1.1,
  },
  {
    id: 'c',
    title: 'connect, one echo, close',
    service: 'echo',
    load: 'roundTrips',
    measures: 'cpu',
    warmUp: { lanes: 64, connections: 150, rounds: 1, size: 64 },
    work: { lanes: 64, connections: 200, rounds: 1, size: 64 },
    goal: 1.15,
  },
  {
    id: 'd',
    title: 'awaited 62-byte sends, one socket',
    service: 'sends',
    load: 'drain',
    measures: 'cpu',
    warmUp: { lanes: 1, connections: 1, rounds: 200_000, size: 62 },
    work: { lanes: 1, connections: 1, rounds: 400_000, size: 62 },
    goal: 0.2,
  },
  {
    id: 'e',
    title: 'lines of 39 bytes, for await',
    service: 'lines',
    load: 'writeLines',
    measures: 'cpu',
    warmUp: { lanes: 1, connections: 1, rounds: 3_000_000, size: 39 },
    work: { lanes: 1, connections: 1, rounds: 5_000_000, size: 39 },
    goal: 1.0,
  },
  {
    id: 'f',
    title: 'UDP echo, 64 bytes, 64 peers',
    service: 'udpEcho',
    load: 'datagrams',
    measures: 'cpu',
    warmUp: { lanes: 64, connections: 1, rounds: 1600, size: 64 },
    work: { lanes: 64, connections: 1, rounds: 1600, size: 64 },
    goal: 1.15,
  },
  {
    id: 'g',
    title: 'memory per idle connection, 5,000 of them',
    service: 'echo',
    load: 'hold',
    measures: 'memory',
    warmUp: { lanes: 50, connections: 20, rounds: 1, size: 1 },
    work: { lanes: 50, connections: 100, rounds: 1, size: 1 },
    goal: 1.7,
  },
]

export function operationsIn({ lanes, connections, rounds }: Work): number {
  return lanes * connections * rounds
}
