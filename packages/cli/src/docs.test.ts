import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COMMANDS } from './commands.ts'
import { cliPage } from './docs.ts'
import { EXIT_CODES } from './failure.ts'

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

test('docs/cli.md is what cliPage writes; if not, run scripts/docs.ts', async () => {
  assert.equal(page, await cliPage())
})

test('docs/cli.md names every command, flag, variable and exit code', async () => {
  for (const { name, load } of COMMANDS) {
    assert.ok(page.includes(`## partyline ${name}\n`), name)
    for (const flag of (await load()).flags) {
      assert.ok(page.includes(`--${flag.type === 'choice' ? '[no-]' : ''}${flag.name}`), flag.name)
      assert.ok(page.includes(flag.environment ?? ''), flag.name)
    }
  }
  const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  assert.deepEqual(listed, Object.keys(EXIT_CODES).map(Number))
})
