/** No flag and no exit code stands in docs/cli.md that no test uses. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COMMANDS } from '../packages/cli/src/commands.ts'
import { EXIT_CODES } from '../packages/cli/src/failure.ts'
import type { Flag } from '../packages/cli/src/flags.ts'
import { ROOT } from './samples.ts'

const TESTS = globSync(['packages/cli/src/**/*.test.ts', 'test/*.test.ts'], { cwd: ROOT })
  .filter((path) => !path.endsWith('flags-tested.test.ts'))
  .map((path) => ({ path, source: readFileSync(`${ROOT}${path}`, 'utf8') }))

/** How a flag looks on a command line in a test: quoted, or one word among others. */
function uses({ name, short, aliases = [] }: Flag): RegExp {
  const long = [name, `no-${name}`, ...aliases].map((one) => `--${one}(?![a-z-])`)
  const letter = short === undefined ? [] : [`-[a-zA-Z46]*${short}[a-zA-Z0-9.]*(?![a-zA-Z-])`]
  return new RegExp(`['"\`\\s](?:${[...long, ...letter].join('|')})`)
}

test('every flag of every command is used by a test of that command', async () => {
  const untested: string[] = []
  for (const { name, load } of COMMANDS) {
    const own = TESTS.filter(({ path, source }) => path.includes(name) || source.includes(`'${name}'`))
    for (const flag of (await load()).flags) {
      const pattern = uses(flag)
      if (!own.some(({ source }) => pattern.test(source))) untested.push(`${name} --${flag.name}`)
    }
  }
  assert.deepEqual(untested, [])
})

test('every exit code is expected by a test', () => {
  const expected = (code: string): RegExp =>
    new RegExp(`\\b(?:exit|exitCode|code|ended)\\b[^\\n]*\\b${code}\\b`)
  const missing = Object.keys(EXIT_CODES).filter(
    (code) => !TESTS.some(({ source }) => expected(code).test(source)),
  )
  assert.deepEqual(missing, [])
})
