/** docs/check.md lists exactly the points that there are, and what it shows is what happens. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CLIENT_EXERCISES } from '../packages/cli/src/check/clients/index.ts'
import type { Exercise } from '../packages/cli/src/check/point.ts'
import { SERVER_EXERCISES } from '../packages/cli/src/check/servers/index.ts'
import { main } from '../packages/cli/src/main.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { ROOT, samplesOf } from './samples.ts'

const PAGE = readFileSync(`${ROOT}docs/check.md`, 'utf8')
const { CI, PATH } = process.env
const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0
const NEEDS = { output: '`--start` or `--log`', program: '`--run`' } as const

function rows<Peer>({ points }: Exercise<Peer>): string[] {
  return points.map(({ id, title, needs }) => {
    const cell = title.replaceAll('|', '\\|')
    return `| \`${id}\` | ${cell} | ${needs === undefined ? '' : NEEDS[needs]} |`
  })
}

function listed(heading: string): string[] {
  const section = PAGE.split(`\n### ${heading}\n`)[1]?.split('\n#')[0] ?? ''
  return section.split('\n').filter((line) => line.startsWith('| `'))
}

test('docs/check.md lists exactly the points of each exercise', () => {
  for (const exercise of SERVER_EXERCISES)
    assert.deepEqual(listed(`check \`${exercise.name}\``), rows(exercise))
  for (const exercise of CLIENT_EXERCISES) {
    assert.deepEqual(listed(`check client \`${exercise.name}\``), rows(exercise))
  }
  const sections = PAGE.match(/^### check .*$/gm) ?? []
  assert.equal(sections.length, SERVER_EXERCISES.length + CLIENT_EXERCISES.length)
})

/** The words of a command line, quotes understood. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

test('the sessions that docs/check.md shows happen like that', {
  skip: HAS_PYTHON || CI !== undefined ? false : 'there is no python3 on this machine',
}, async () => {
  const samples = samplesOf('docs/check.md')
  const sessions = samples.flatMap((sample, index) => {
    const next = samples[index + 1]
    return sample.lang === 'sh' && next?.lang === 'text' ? [{ command: sample.code, shown: next.code }] : []
  })
  assert.equal(sessions.length, 3)
  await Promise.all(
    sessions.map(async ({ command, shown }) => {
      const [npx, partyline, ...argv] = wordsOf(
        command.replaceAll(/test\/tutorials\/\S+\.py/g, (path) => `"${ROOT}${path}"`),
      )
      assert.deepEqual([npx, partyline], ['npx', 'partyline'])
      const io = fakeIo({ PATH })
      await main([...argv, '-w', '60'], io) // as long as a slow machine needs
      const came = io.stdout.text.trimEnd().split('\n')
      for (const [index, line] of shown.split('\n').entries()) {
        // A line that ends with … shows the beginning of a long one.
        const really = came[index] ?? ''
        if (line.endsWith('…')) assert.ok(really.startsWith(line.slice(0, -1)), really)
        else assert.equal(really, line)
      }
      assert.equal(came.length, shown.split('\n').length)
    }),
  )
})

test('the pages that docs/check.md links to are there', () => {
  for (const [, page = ''] of PAGE.matchAll(/\]\(([^):]+)\)/g))
    assert.ok(existsSync(`${ROOT}docs/${page}`), page)
})
