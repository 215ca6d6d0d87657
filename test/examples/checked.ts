/** What `partyline check` says of the lessons that are one of its exercises. */
import assert from 'node:assert/strict'
import { main } from '../../packages/cli/src/main.ts'
import { fakeIo } from '../../packages/cli/src/testing/fake-io.ts'
import { HOST, portOf, start } from './lessons.ts'

export interface Checked {
  readonly exercise: string
  readonly lesson: string
  /** The program's words before the port. */
  readonly words?: readonly string[]
  /** The point that the lesson leaves to the learner, as docs/learn.md says: only this one is looked at. */
  readonly left?: string
}

export const CHECKED: readonly Checked[] = [
  { exercise: 'hello', lesson: '04-hello' },
  { exercise: 'echo', lesson: '06-echo', words: ['server'] },
  { exercise: 'greeter', lesson: '10-greeter' },
  { exercise: 'login', lesson: '11-login', left: 'no-newline' },
  { exercise: 'commands', lesson: '12-commands', left: 'no-newline' },
  { exercise: 'udp-echo', lesson: '13-udp-echo', words: ['server'] },
  { exercise: 'udp-log', lesson: '14-udp-log', words: ['server'] },
]

/** Plays the exercise against the lesson's program: every point holds, or the one that is left does not. */
export async function check({ exercise, lesson, words = [], left }: Checked): Promise<void> {
  await using server = start(lesson, ...words, 0)
  const io = fakeIo()
  // A right answer is waited for as long as a slow machine needs, a missing one not longer than it takes to see it.
  const flags = left === undefined ? ['-w', '10'] : ['-w', '0.3', '--only', left]
  const argv = ['check', exercise, HOST, String(await portOf(server)), '--json', ...flags]
  const code = await main(argv, io)
  const points = io.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly point?: string; readonly ok: boolean })
    .filter(({ point }) => point !== undefined)
  const failed = points.filter(({ ok }) => !ok).map(({ point }) => point)
  assert.deepEqual(failed, left === undefined ? [] : [left], io.stdout.text)
  assert.ok(points.length > (left === undefined ? 3 : 0))
  assert.equal(code, left === undefined ? 0 : 1)
}
