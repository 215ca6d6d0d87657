/** The tables for people, in Markdown. */
import { spreadOf } from '../spread.ts'
import type { Round, Search } from './measure.ts'

/** What is to be: milliseconds, and the p99 of a busy talk of that of a quiet one. */
export const GOALS = { start: 500, searchMedian: 200, searchWorst: 500, busy: 1.5 } as const

export interface Results {
  readonly starts: readonly number[]
  readonly searches: readonly Search[]
  readonly rounds: readonly Round[]
}

export function formatSearches(searches: readonly Search[]): string {
  const rows = searches.map(({ kind, took, found }) => {
    const { min, median, max } = spreadOf(took)
    const each = (found / took.length).toFixed(0)
    return [kind.title, `${took.length}`, each, ...[min, median, max].map((ms) => ms.toFixed(1))]
  })
  return table([['search', 'times', 'shown each', 'min ms', 'median ms', 'worst ms'], ...rows])
}

export function formatRounds(rounds: readonly Round[]): string {
  const rows = rounds.map(({ talk, quiet, beside, busy, searches }) => {
    const { median, max } = spreadOf(searches)
    const heard = [quiet, beside, busy]
    const numbers = [...heard.map(({ p50 }) => p50), ...heard.map(({ p99 }) => p99), median, max]
    return [`${talk.perSecond}/s`, ...numbers.map((ms) => ms.toFixed(1)), `${searches.length}`]
  })
  const three = ['quiet', 'beside', 'busy']
  const heard = ['p50', 'p99'].flatMap((name) => three.map((how) => `${name} ms, ${how}`))
  return table([['talk', ...heard, 'a search: median ms', 'worst ms', 'searches'], ...rows])
}

export function formatGoals({ starts, searches, rounds }: Results): string {
  const all = spreadOf(searches.flatMap(({ took }) => took))
  const start = spreadOf(starts)
  const rows = [
    goal('from starting the process to listening, worst, ms', start.max, GOALS.start, 0),
    goal('a search, median, ms', all.median, GOALS.searchMedian, 1),
    goal('a search, worst, ms', all.max, GOALS.searchWorst, 1),
    ...Array.from(
      Map.groupBy(rounds, ({ talk }) => talk.perSecond),
      ([perSecond, of]) => {
        const busy = spreadOf(of.map((round) => round.busy.p99 / round.quiet.p99))
        const beside = spreadOf(of.map((round) => round.beside.p99 / round.quiet.p99))
        const what = `${perSecond}/s: p99 when busy, of that in quiet, median (beside: ${beside.median.toFixed(2)})`
        return goal(what, busy.median, GOALS.busy, 2)
      },
    ),
  ]
  return table([['goal', 'was', 'at most', ''], ...rows])
}

function goal(what: string, was: number, most: number, digits: number): readonly string[] {
  return [what, was.toFixed(digits), `${most}`, was <= most ? 'met' : '**missed**']
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.join(' | ')} |`)
  return [lines[0], `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...lines.slice(1)].join('\n')
}
