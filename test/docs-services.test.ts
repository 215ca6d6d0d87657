/** docs/services.md against the services, both ways: its samples run, and its tables list what there is. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { MAX_LINE_BYTES, PAUSE_BEFORE_NEWLINE } from '@partyline/protocols'
import { HELLO_BYTES, SERVICES, TYPESCRIPT_VERSION, VERIFY_LIMITS, WRONG_AFTER } from '@partyline/services'
import { CALLER_LIMITS } from '../packages/services/src/callers.ts'
import { GUESS_LIMITS } from '../packages/services/src/failed-logins.ts'
import { LINE_TIME } from '../packages/services/src/line-input.ts'
import { HALF_TIME } from '../packages/services/src/login.ts'
import { TCP_LIMITS } from '../packages/services/src/open-tcp-service.ts'
import { ECHO_LIMITS } from '../packages/services/src/reflection-guard.ts'
import { LOG_LIMITS } from '../packages/services/src/udp-log.ts'
import { publicNames } from './public-names.ts'
import { assertShown, programsOf, ROOT, runSample, typeErrorsOf } from './samples.ts'

const PAGE = 'docs/services.md'
const page = readFileSync(join(ROOT, PAGE), 'utf8')

suite(`the samples of ${PAGE}`, { concurrency: 2 }, () => {
  for (const { program, output } of programsOf(PAGE)) {
    test(`runSample prints what line ${program.line} shows`, async () => {
      assertShown(await runSample(program), output)
    })
  }

  test('typeErrorsOf finds none', async () => {
    assert.equal(await typeErrorsOf(PAGE), '')
  })
})

/** The rows of the table with this head, as cells. */
function table(head: string): string[][] {
  const [, rest = ''] = page.split(`\n${head}\n`)
  const [rows = ''] = rest.split('\n\n')
  return rows
    .split('\n')
    .filter((row) => row.startsWith('| '))
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

test(`${PAGE} lists exactly SERVICES`, () => {
  assert.deepEqual(
    table('| name | over | port | what it does |'),
    SERVICES.map(({ name, transport, port, summary }) => [`\`${name}\``, transport, String(port), summary]),
  )
})

test(`${PAGE} lists exactly the public names`, () => {
  const listed = table('| name | what it is |').flatMap(([names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  )
  const exported = publicNames('packages/services/src/index.ts').map(({ name }) => name)
  assert.deepEqual(listed.toSorted(), exported.toSorted())
})

test(`${PAGE} has the limits that are in force`, () => {
  const minutes = (ms: number): number => ms / 60_000
  const { idle, total, drain, connections } = TCP_LIMITS
  assert.deepEqual(table('| what | limit |'), [
    ['connections in all', `${connections}; a further one is reset`],
    ['connections from one private address', `${CALLER_LIMITS.privateAtOnce}; a further one is told so`],
    ['connections from one public address', `${CALLER_LIMITS.publicAtOnce}; a further one is told so`],
    ['connections from this machine', 'only the limit for all'],
    [
      'silence of a connection',
      `${minutes(idle)} minutes; a line is waited for ${minutes(LINE_TIME)} minutes, half a login ${HALF_TIME / 1000} seconds`,
    ],
    ['a connection in all', `${minutes(total)} minutes`],
    ['the end of a service', `${drain / 1000} seconds for what is under way`],
    ['a line', `${MAX_LINE_BYTES} bytes`],
    ['passwords checked', `${VERIFY_LIMITS.atOnce} at once, ${VERIFY_LIMITS.waiting} waiting`],
    [
      'wrong logins from one address',
      `${GUESS_LIMITS.wrong} in ${minutes(GUESS_LIMITS.window)} minutes; then \`busy, try again later\``,
    ],
    ['datagrams echoed', `${ECHO_LIMITS.perAddress} a second to one address, ${ECHO_LIMITS.inAll} to all`],
    ['datagrams logged', `${LOG_LIMITS.datagrams} a second, ${LOG_LIMITS.bytes / 1024} KiB a second`],
  ])
})

test(`${PAGE} has the numbers and versions of the code in its sentences`, () => {
  const [first = 0, second = 0, third = 0] = WRONG_AFTER.map((ms) => ms / 1000)
  for (const words of [
    `${PAUSE_BEFORE_NEWLINE} ms of silence`,
    `up to ${HELLO_BYTES} bytes`,
    `after ${first}, ${second} and ${third} seconds`,
    `TypeScript ${TYPESCRIPT_VERSION} on Node.js `,
  ]) {
    assert.ok(page.includes(words), words)
  }
})
