/** The tables for people, in Markdown. */
import { type Spread, spreadOf } from '../spread.ts'
import type { Figures, Round } from './compare.ts'
import { type Goal, MEASURED, METRICS, type Metric, type Scenario, type SideName } from './scenarios.ts'

/** What was measured of one scenario. */
export interface Result {
  readonly scenario: Scenario
  readonly rounds: readonly Round[]
}

const TITLES: Readonly<Record<SideName, string>> = {
  naive: 'naive',
  memory: 'Partyline, history in memory',
  normal: 'Partyline, history NORMAL',
  full: 'Partyline, history FULL',
}

/** One scenario: a line for each side, with the median of each figure and the ratios of the first to the naive one's. */
export function formatScenario({ scenario, rounds }: Result): string {
  const [first, ...others] = MEASURED[scenario.kind]
  const names = scenario.sides.filter((name) => rounds[0]?.[name] !== undefined)
  const rows = names.map((name) => {
    const ratio = name === 'naive' ? '1' : formatSpread(spreadOf(ratios(rounds, first, name, 'naive')))
    const numbers = [first, ...others].map((metric) => format(metric, medianOf(rounds, metric, name)))
    return [TITLES[name], numbers[0] ?? '', ratio, ...numbers.slice(1)]
  })
  const heading = [
    'server',
    METRICS[first].title,
    'of the naive one’s',
    ...others.map((metric) => METRICS[metric].title),
  ]
  return `**${scenario.title}**\n\n${table([heading, ...rows])}`
}

/** The goals whose scenario was measured. */
export function formatGoals(goals: readonly Goal[], results: readonly Result[]): string {
  const rows = goals.flatMap((goal) => {
    const rounds = results.find(({ scenario }) => scenario.id === goal.scenario)?.rounds
    const spread = rounds === undefined ? undefined : spreadFor(goal, rounds)
    if (spread === undefined) return []
    const verdict = spread.median <= goal.most ? 'met' : '**over**'
    const numbers = [spread.min, spread.median, spread.max].map((number) => number.toFixed(2))
    return [[describe(goal), ...numbers, goal.most.toFixed(2), verdict]]
  })
  return table([['goal', 'min', 'median', 'max', 'at most', ''], ...rows])
}

/** Undefined when one of its sides was not there. */
export function spreadFor({ metric, of, over }: Goal, rounds: readonly Round[]): Spread | undefined {
  const numbers = over === undefined ? figures(rounds, metric, of) : ratios(rounds, metric, of, over)
  return numbers.length === 0 ? undefined : spreadOf(numbers)
}

function describe({ scenario, metric, of, over }: Goal): string {
  const what = `${scenario}: ${METRICS[metric].title}, ${TITLES[of]}`
  return over === undefined ? what : `${what}, of ${TITLES[over]}`
}

function ratios(rounds: readonly Round[], metric: Metric, of: SideName, over: SideName): readonly number[] {
  return rounds.flatMap((round) => {
    const [a, b] = [round[of]?.[metric], round[over]?.[metric]]
    return a === undefined || b === undefined ? [] : [a / b]
  })
}

function figures(rounds: readonly Round[], metric: Metric, of: SideName): readonly number[] {
  return rounds.map((round): Figures => round[of] ?? {}).flatMap(({ [metric]: number }) => number ?? [])
}

function medianOf(rounds: readonly Round[], metric: Metric, of: SideName): number {
  return spreadOf(figures(rounds, metric, of)).median
}

function format(metric: Metric, number: number): string {
  const { digits } = METRICS[metric]
  return digits === 0 ? Math.round(number).toLocaleString('en') : number.toFixed(digits)
}

function formatSpread({ min, median, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.join(' | ')} |`)
  return [lines[0], `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...lines.slice(1)].join('\n')
}
