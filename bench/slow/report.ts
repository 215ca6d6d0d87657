/** The tables for people, in Markdown. */
import { type Spread, spreadOf } from '../spread.ts'
import type { Pair, Plan, Side } from './compare.ts'

/** What the text door holds at most for one client, in bytes: its `maxSendQueue`. */
const MOST_QUEUED = 1024 * 1024
/** The others' p99 with them, of that without them. */
const MOST_SLOWER = 1.25
/** Seconds until who does not read is cut off. */
const MOST_SECONDS = 30
/**
 * Bytes of the system that may stay for others when all is over, and of the server's own. The system's are less than what one
 * of the sleepers had (4 MB), and more than what a machine has where nobody slept: up to 1.9 MiB.
 */
const MOST_KERNEL_LEFT = 3 * 1024 * 1024
const MOST_RESIDENT_LEFT = 16 * 1024 * 1024

const MIB = 1024 * 1024

/** A line for each round. */
export function formatRounds(pairs: readonly Pair[]): string {
  const heading = [
    'do not read',
    'p50 ms',
    'p99 ms',
    'gone after s',
    'queued by the server, most MiB',
    'by the system: before, most, after MiB',
    'resident: before, most, after MiB',
  ]
  const rows = pairs.flatMap(({ without, with: withThem }) => [
    row('nobody', without),
    row(`${withThem.reasons.length}`, withThem),
  ])
  return table([heading, ...rows])
}

function row(who: string, { heard, before, most, after }: Side): readonly string[] {
  const three = (of: 'kernel' | 'resident'): string =>
    [before[of], most[of], after[of]].map((bytes) => (bytes / MIB).toFixed(1)).join(', ')
  const gone = heard.goneAfter.map((seconds) => seconds.toFixed(0)).join(', ')
  const { p50, p99 } = heard
  return [
    who,
    p50.toFixed(1),
    p99.toFixed(1),
    gone,
    (most.queued / MIB).toFixed(2),
    three('kernel'),
    three('resident'),
  ]
}

/** What is to be, and what was. */
export function formatGoals(plan: Plan, pairs: readonly Pair[]): string {
  const goals = goalsOf(plan, pairs)
  const rows = goals.map(({ what, was, most, digits, met }) => {
    const numbers = [was.min, was.median, was.max].map((number) => number.toFixed(digits))
    return [what, ...numbers, most, met ? 'met' : '**missed**']
  })
  return table([['goal', 'min', 'median', 'max', 'is to be', ''], ...rows])
}

interface Outcome {
  readonly what: string
  readonly was: Spread
  readonly most: string
  readonly digits: number
  readonly met: boolean
}

function goalsOf({ sleepers }: Plan, pairs: readonly Pair[]): readonly Outcome[] {
  const of = (number: (pair: Pair) => number): Spread => spreadOf(pairs.map(number))
  const slower = of(({ without, with: w }) => w.heard.p99 / without.heard.p99)
  const gone = of(({ with: { heard, reasons } }) => Math.min(heard.goneAfter.length, reasons.length))
  const last = of(({ with: { heard } }) => Math.max(...heard.goneAfter))
  const queued = of(({ with: { most } }) => most.queued / sleepers / MIB)
  const kernel = of(({ with: { before, after } }) => Math.max(0, after.kernel - before.kernel) / MIB)
  const resident = of(({ without, with: w }) => (w.after.resident - without.after.resident) / MIB)
  const atMost = (what: string, was: Spread, number: number, most: number, digits: number): Outcome => ({
    what,
    was,
    most: `at most ${most}`,
    digits,
    met: number <= most,
  })
  return [
    atMost('the others’ p99, of that without them', slower, slower.median, MOST_SLOWER, 2),
    {
      what: 'cut off, with a reason, and the others told',
      was: gone,
      most: `${sleepers}`,
      digits: 0,
      met: gone.min === sleepers,
    },
    atMost('the last one is gone after, s', last, last.max, MOST_SECONDS, 1),
    atMost('most that was queued for each of them, MiB', queued, queued.max, MOST_QUEUED / MIB, 2),
    atMost('what the system still holds afterwards, MiB', kernel, kernel.max, MOST_KERNEL_LEFT / MIB, 1),
    atMost(
      'resident more than without them, afterwards, MiB',
      resident,
      resident.median,
      MOST_RESIDENT_LEFT / MIB,
      1,
    ),
  ]
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.join(' | ')} |`)
  return [lines[0], `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...lines.slice(1)].join('\n')
}
