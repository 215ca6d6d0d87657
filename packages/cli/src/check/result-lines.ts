/** Results for a person to read and for a program to count. */
import type { Facts } from './evidence.ts'
import type { Point } from './point.ts'
import type { Result } from './run-points.ts'

/** The widest word before a title. */
const WIDTH = 9

/** A point and what became of it; all that was seen when it does not hold, or when `verbose`. */
export function resultLines(
  { point, state, facts }: Result,
  { verbose, idWidth }: { readonly verbose: boolean; readonly idWidth: number },
): string[] {
  const head = `${STATES[state]}  ${point.id.padEnd(idWidth)}  ${point.title}`
  if (state === 'not-seen') return [head]
  if (state === 'holds') return verbose ? [head, ...factLines(facts)] : [head]
  return [head, ...factLines(facts), ...row('why', [point.why]), ...row('example', [exampleFile(point)])]
}

const STATES = { holds: 'ok  ', fails: 'FAIL', 'not-seen': '-   ' } as const

/** The same as an object with stable keys. */
export function resultObject({ point, state, facts }: Result): Record<string, string | boolean> {
  return {
    point: point.id,
    title: point.title,
    ok: state === 'holds',
    seen: state !== 'not-seen',
    sent: facts.sent.join('\n'),
    expected: facts.expected.join('\n'),
    came: facts.came.join('\n'),
    why: point.why,
    example: exampleFile(point),
  }
}

/** `9 of 12 points hold`, and what to do when some could not be seen. */
export function summaryLines(results: readonly Result[]): string[] {
  const held = results.filter(({ state }) => state === 'holds').length
  const what = results.length === 1 ? 'point holds' : 'points hold'
  const sum = `${held} of ${results.length} ${what}`
  const firstUnseen = results.findIndex(({ state }) => state === 'not-seen')
  if (firstUnseen < 0) return [sum]
  const unseen = results.filter(({ state }) => state === 'not-seen').length
  const since = results[firstUnseen - 1]?.point.id ?? 'the start'
  return [
    `${sum}; ${unseen} not seen, because nobody listens any more since ${since}`,
    "The checker can start your server for each point: --start 'COMMAND'",
  ]
}

export function summaryObject(results: readonly Result[]): Record<string, number | boolean> {
  const count = (wanted: Result['state']): number => results.filter(({ state }) => state === wanted).length
  const hold = count('holds')
  return {
    points: results.length,
    hold,
    fail: count('fails'),
    notSeen: count('not-seen'),
    ok: hold === results.length,
  }
}

/** What `--list` prints for a point. */
export function listLine({ id, title }: Result['point'], idWidth: number): string {
  return `${id.padEnd(idWidth)}  ${title}`
}

/** Where the cure is shown, from the root of the repository. */
export function exampleFile({ example }: Pick<Point<never>, 'example'>): string {
  return `examples/${example}.ts`
}

function factLines({ sent, expected, came }: Facts): string[] {
  return [...row('sent', sent), ...row('expected', expected), ...row('came', came)]
}

function row(name: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `      ${(index === 0 ? name : '').padEnd(WIDTH)} ${line}`)
}
