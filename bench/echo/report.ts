/** Figures for people: ratios with their spread, and against what they are judged. */
import { type Spread, spreadOf } from '../spread.ts'
import type { Pair } from './compare.ts'
import type { Scenario } from './scenarios.ts'

/** One line of the table. */
export interface Result {
  readonly scenario: Scenario
  /** Ours divided by node's, pair by pair. */
  readonly ratio: Spread
  /** Median microseconds of CPU per operation, or bytes of memory per connection. For orientation only. */
  readonly ours: number
  readonly node: number
  /** The median ratio is at most the goal. */
  readonly met: boolean
}

export function summarize(scenario: Scenario, pairs: readonly Pair[]): Result {
  const ratio = spreadOf(pairs.map(({ ours, node }) => ours / node))
  return {
    scenario,
    ratio,
    ours: spreadOf(pairs.map(({ ours }) => ours)).median,
    node: spreadOf(pairs.map(({ node }) => node)).median,
    met: ratio.median <= scenario.goal,
  }
}

export const HEADING: string = row('ours / node:net', ['min', 'median', 'max'], 'goal', '', 'ours', 'node')

export function formatResult({ scenario, ratio, ours, node, met }: Result): string {
  return row(
    `(${scenario.id}) ${scenario.title}`,
    [ratio.min, ratio.median, ratio.max].map((number) => number.toFixed(2)),
    `<= ${scenario.goal.toFixed(2)}`,
    met ? 'met' : 'OVER',
    formatCost(scenario, ours),
    formatCost(scenario, node),
  )
}

function formatCost({ measures }: Scenario, cost: number): string {
  return measures === 'cpu' ? `${cost.toFixed(2)} us` : `${(cost / 1024).toFixed(1)} KiB`
}

function row(
  title: string,
  ratios: readonly string[],
  goal: string,
  verdict: string,
  ours: string,
  node: string,
): string {
  const numbers = ratios.map((number) => number.padStart(7)).join('')
  return `${title.padEnd(44)}${numbers}  ${goal.padEnd(8)}${verdict.padEnd(6)}${ours.padStart(10)}${node.padStart(10)}`
}
