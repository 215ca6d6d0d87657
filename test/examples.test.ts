/** The lessons: each program does what it says, and its broken form fails as its first lines say. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { SERVER_EXERCISES } from '../packages/cli/src/check/servers/index.ts'
import { COMMANDS } from '../packages/cli/src/commands.ts'
import { CHECKED, check } from './examples/checked.ts'
import { DATAGRAMS_AND_PEOPLE } from './examples/datagrams-and-people.ts'
import { FIRST_STEPS } from './examples/first-steps.ts'
import { brokenSourceOf, edited, LEARN, LESSONS, sourceOf } from './examples/lessons.ts'
import { LIMITS_AND_ENDS } from './examples/limits-and-ends.ts'
import { SERVERS } from './examples/servers.ts'
import { ROOT, samplesOf } from './samples.ts'

const PROOFS = { ...FIRST_STEPS, ...SERVERS, ...DATAGRAMS_AND_PEOPLE, ...LIMITS_AND_ENDS }
const README = 'examples/README.md'
const EXERCISES = ['client', ...SERVER_EXERCISES.map(({ name }) => name)]
const MOST_LINES = 39

// Most of their time the tests wait for a process to start.
suite('the programs of examples/', { concurrency: 4 }, () => {
  for (const [lesson, { works, breaks }] of Object.entries(PROOFS)) {
    test(`examples/${lesson}.ts does what it says`, works)
    test(`examples/${lesson}.ts, broken as ${LEARN} shows, fails as its first lines say`, breaks)
  }
  for (const checked of CHECKED) {
    const { exercise, lesson, left } = checked
    const words = left === undefined ? 'finds nothing' : `finds ${left}`
    test(`partyline check ${exercise} ${words} in examples/${lesson}.ts`, () => check(checked))
  }
})

test('LESSONS are numbered from 01 without a gap, and each has its proof', () => {
  for (const [i, lesson] of LESSONS.entries()) {
    assert.match(lesson, new RegExp(`^${String(i + 1).padStart(2, '0')}-[a-z]+(-[a-z]+)*$`))
  }
  assert.deepEqual(LESSONS, Object.keys(PROOFS).sort())
})

test('each lesson has under 40 lines, and two to five of its first lines show a failure', () => {
  for (const lesson of LESSONS) {
    const source = sourceOf(lesson)
    const lines = source.trimEnd().split('\n').length
    assert.ok(lines <= MOST_LINES, `${lesson} has ${lines} lines`)
    const [, failure = ''] = /^\/\*\*\n \* \S.*\n \*\n( \* The failure: [\s\S]*?) \*\//.exec(source) ?? []
    const shown = failure.trimEnd().split('\n').length
    assert.ok(shown >= 2 && shown <= 5, `${lesson} shows its failure in ${shown} lines`)
  }
})

test('each lesson imports the library by its name, and nothing but it and node', () => {
  for (const lesson of LESSONS) {
    const imported = [...sourceOf(lesson).matchAll(/^import .* from '(.*)'$/gm)].map(([, name = '']) => name)
    assert.ok(imported.includes('@partyline/sockets'), lesson)
    assert.deepEqual(
      imported.filter((name) => !/^(node:\w+|@partyline\/(sockets|protocols))$/.test(name)),
      [],
    )
  }
})

const PAGE = readFileSync(join(ROOT, LEARN), 'utf8')

test(`${LEARN} and ${README} name each lesson in its order, and no other`, () => {
  const links = [...PAGE.matchAll(/\]\(\.\.\/examples\/([^)]*)\.ts\)/g)].map(([, lesson]) => lesson)
  assert.deepEqual(links, LESSONS)
  const listed = readFileSync(join(ROOT, README), 'utf8').matchAll(/^\| \[([\w-]+)\]\(\1\.ts\) \|/gm)
  assert.deepEqual(
    Array.from(listed, ([, lesson]) => lesson),
    LESSONS,
  )
  const run = [...PAGE.matchAll(/npx node examples\/([\w-]+)\.ts/g)].map(([, lesson = '']) => lesson)
  assert.deepEqual([...new Set(run)].sort(), LESSONS)
  const headings = [...PAGE.matchAll(/^### (\d\d) /gm)].map(([, number]) => number)
  assert.deepEqual(headings, [...LESSONS.map((lesson) => lesson.slice(0, 2)), '20'])
})

test(`${LEARN} shows for each lesson one change that breaks it`, () => {
  const changed = samplesOf(LEARN).filter(({ lang }) => lang === 'diff')
  assert.deepEqual(
    changed.map(({ info }) => info),
    LESSONS.map((lesson) => `${lesson}.ts`),
  )
  for (const lesson of LESSONS) assert.notEqual(brokenSourceOf(lesson), sourceOf(lesson))
})

test(`every file that ${LEARN} and ${README} name is there`, () => {
  const real = [...PAGE.matchAll(/^\| (\d+) \| (`packages\/.*) \|$/gm)]
  assert.deepEqual(
    real.map(([, number]) => Number(number)),
    LESSONS.map((_, i) => i + 1),
  )
  const files = real.flatMap(([, , cell = '']) =>
    [...cell.matchAll(/`(packages\/[^`]+)`/g)].map(([, path]) => path ?? ''),
  )
  const links = [LEARN, README].flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) =>
      join(page, '..', link),
    ),
  )
  assert.deepEqual(
    [...files, ...links].filter((path) => !existsSync(join(ROOT, path))),
    [],
  )
})

test(`the commands that ${LEARN} names are commands, with words and flags that they take`, async () => {
  const lines = [...PAGE.matchAll(/npx partyline ([a-z][^`|<\n]*)/g)].map(([, line = '']) => line.trim())
  assert.ok(lines.length > 20)
  for (const line of lines) {
    const [name, ...words] = line.split(/\s+/)
    const entry = COMMANDS.find((command) => command.name === name)
    assert.ok(entry !== undefined, line)
    const { choices, flags } = await entry.load()
    const [first = ''] = words
    const allowed = name === 'check' ? EXERCISES : choices
    if (/^[a-z]/.test(first)) assert.ok(allowed?.includes(first) === true, line)
    const known = flags.flatMap((flag) => [`--${flag.name}`, `-${flag.short}`])
    for (const word of words) if (word.startsWith('-')) assert.ok(known.includes(word), line)
  }
})

test('edited applies each part of a diff where its lines are, and nowhere else', () => {
  assert.equal(edited('\na\nb\nc\n', '-a\n+x\n\n b\n-c'), '\nx\nb\n')
  assert.throws(() => edited('\na\nb\na\n', '-a'), /should be there once/)
  assert.throws(() => edited('\nb\n', '-a'), /should be there once/)
})
