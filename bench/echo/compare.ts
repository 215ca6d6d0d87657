/** Runs one scenario: rounds of ours and of node in turns, each in a fresh process under the same load. */
import { fileURLToPath } from 'node:url'
import { Child } from '../child.ts'
import type { Cores } from '../machine.ts'
import type { Question } from './questions.ts'
import { operationsIn, type Scenario, type Work } from './scenarios.ts'

export type Side = 'ours' | 'node'

/** Microseconds of CPU per operation, or bytes of memory per connection: what one round of each side cost. */
export type Pair = Readonly<Record<Side, number>>

const MEASURED = fileURLToPath(import.meta.resolve('./measured.ts'))
const LOAD = fileURLToPath(import.meta.resolve('./load.ts'))

/**
 * `pairs` rounds of each side. Which of a pair is first changes from pair to pair, so that a machine that grows
 * slower or faster meanwhile favours neither.
 */
export async function compare(scenario: Scenario, pairs: number, cores: Cores): Promise<Pair[]> {
  const load = new Child<Question, number>(LOAD, [], cores.load)
  try {
    const results: Pair[] = []
    for (let i = 0; i < pairs; i++) {
      const order: readonly [Side, Side] = i % 2 === 0 ? ['ours', 'node'] : ['node', 'ours']
      const costs = { ours: 0, node: 0 }
      for (const side of order) costs[side] = await oneRound(side, scenario, load, cores)
      results.push(costs)
    }
    return results
  } finally {
    await load.end()
  }
}

async function oneRound(
  side: Side,
  scenario: Scenario,
  load: Child<Question, number>,
  cores: Cores,
): Promise<number> {
  const measured = new Child<Question, number>(MEASURED, [side, scenario.service], cores.measured)
  try {
    const port = await measured.ask({ ask: 'port' })
    const apply = (work: Work): Promise<number> => load.ask({ ask: 'load', load: scenario.load, port, work })
    await apply(scenario.warmUp)
    const before = await measured.ask({ ask: scenario.measures })
    await apply(scenario.work)
    const after = await measured.ask({ ask: scenario.measures })
    const cost = (after - before) / operationsIn(scenario.work)
    await load.ask({ ask: 'release' })
    return cost
  } finally {
    await measured.end()
  }
}
