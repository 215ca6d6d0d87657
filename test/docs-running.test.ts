/** docs/running.md has every setting and every number of the server, and no other; what it shows is what happens. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SETTINGS } from '../packages/chat/src/config.ts'
import { MAX_CONFIG_FILE } from '../packages/chat/src/config-file.ts'
import { STATUS_LIMITS } from '../packages/chat/src/doors/status/door.ts'
import { Metrics } from '../packages/chat/src/metrics.ts'
import { main } from '../packages/cli/src/main.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { ROOT, samplesOf } from './samples.ts'

const PAGE = readFileSync(`${ROOT}docs/running.md`, 'utf8')
const SAMPLES = samplesOf('docs/running.md')
const FOLDER = mkdtempSync(join(tmpdir(), 'partyline-running-'))
after(() => rmSync(FOLDER, { recursive: true }))

/** The rows of the tables whose first cell begins so, as cells without backquotes. */
function rows(begin: string): string[][] {
  return PAGE.split('\n')
    .filter((line) => line.startsWith(`| \`${begin}`))
    .map((row) => row.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', '')))
}

function sample(containing: string): string {
  const found = SAMPLES.find(({ code }) => code.includes(containing))
  assert.ok(found, containing)
  return found.code
}

test('docs/running.md lists exactly the settings, each with its default and its help', () => {
  const listed = rows('').filter(([name = '']) => !/^(?:partyline_|\/)/.test(name))
  assert.deepEqual(
    listed,
    SETTINGS.map((setting) => [setting.name, setting.default ?? '', setting.help]),
  )
})

test('docs/running.md lists exactly the numbers of /metrics, each with its help', async () => {
  const text = await new Metrics().text({
    door: {
      sessions: 0,
      isFull: false,
      accepted: 0,
      refused: { full: 0, 'many-at-once': 0, 'many-new': 0 },
      deliveries: 0,
      queuedBytes: 0,
      slowReadersCut: 0,
      faults: 0,
    },
    people: 0,
    rooms: 0,
    spooled: 0,
    lost: 0,
  })
  const told = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help])
  const sorted = (all: readonly string[][]): string[] => all.map((row) => row.join(': ')).toSorted()
  assert.deepEqual(sorted(rows('partyline_')), sorted(told))
  for (const [, reason] of text.matchAll(/reason="([^"]+)"/g))
    assert.ok(PAGE.includes(`\`${reason}\``), `${reason}`)
})

test('docs/running.md has the limits that are in force', () => {
  const { headers, request, headerBytes, connections } = STATUS_LIMITS
  const words = PAGE.replaceAll('\n', ' ')
  for (const limit of [
    `at most ${connections} are open at once`,
    `at most ${headerBytes / 1024} KiB and must be there within ${headers / 1000} seconds`,
    `over within ${request / 1000}.`,
    `at most ${MAX_CONFIG_FILE / 1024} KiB`,
  ]) {
    assert.ok(words.includes(limit), limit)
  }
})

/** What `partyline config` says of a file with this text. */
async function config(
  text: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<string> {
  const path = join(FOLDER, 'partyline.toml')
  writeFileSync(path, text)
  const io = fakeIo(env)
  await main(['config', '--config', path, ...args], io)
  return `${io.stdout.text}${io.stderr.text}`.replaceAll(path, 'partyline.toml')
}

test('docs/running.md shows a file, and what partyline config says of it', async () => {
  const [, ...shown] = sample('$ PARTYLINE_RATE_LIMIT=off partyline config').split('\n')
  const said = await config(sample('name = "Our Club"'), ['--text-port', '7000'], {
    PARTYLINE_RATE_LIMIT: 'off',
  })
  assert.equal(said, `${shown.join('\n')}\n`)
})

test('docs/running.md shows what is said of a file that is wrong', async () => {
  const sentences = sample('there is no setting').split('\n')
  for (const [at, line] of ['text_port = 1', 'text-port = "7000"', 'text-port = 70000'].entries()) {
    const [said] = (await config(`\n${line}`)).split('\n')
    assert.equal(said, sentences[at])
  }
})
