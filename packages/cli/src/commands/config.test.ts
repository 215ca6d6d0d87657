import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SETTINGS } from '@partyline/chat'
import type { Environment } from '../io.ts'
import { main } from '../main.ts'
import { fakeIo } from '../testing/fake-io.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'partyline-config-'))
after(() => rmSync(FOLDER, { recursive: true }))

const FILE = join(FOLDER, 'club.toml')
writeFileSync(
  FILE,
  [
    'name = "Our Club"',
    'text-port = 7000',
    'web-port = 7001',
    'data = "kept"',
    'synchronous = "normal"',
    'keep-days = 30',
    'rate-limit = false',
    'no-console = true',
  ].join('\n'),
)

async function run(args: readonly string[], env: Environment = {}) {
  const io = fakeIo(env)
  const code = await main(['config', ...args], io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

/** The rows, by the setting's name: value and origin. */
function rows(stdout: string): ReadonlyMap<string, readonly string[]> {
  const lines = stdout.trimEnd().split('\n')
  return new Map(
    lines.map((line) => line.split(/ {2,}/)).map(([name = '', ...rest]) => [name, rest] as const),
  )
}

test('config prints every setting with its default when nothing is said', async () => {
  const { code, stdout, stderr } = await run([])
  assert.equal(code, 0)
  assert.equal(stderr, '')
  const expected = SETTINGS.map((setting) => [setting.name, [setting.default ?? '-', 'default']] as const)
  assert.deepEqual([...rows(stdout)], expected)
})

test('config prints where each value came from: flag before environment before file before default', async () => {
  const args = ['--config', FILE, '--text-port', '5', '--host', '::1', '--host', '127.0.0.1']
  const { stdout } = await run(args, { PARTYLINE_TEXT_PORT: '6', PARTYLINE_WEB_PORT: '8' })
  const found = rows(stdout)
  assert.deepEqual(found.get('host'), ['::1,127.0.0.1', 'flag'])
  assert.deepEqual(found.get('text-port'), ['5', 'flag'])
  assert.deepEqual(found.get('web-port'), ['8', 'environment'])
  assert.deepEqual(found.get('name'), ['Our Club', `${FILE}:1`])
  assert.deepEqual(found.get('data'), [join(FOLDER, 'kept'), `${FILE}:4`])
  assert.deepEqual(found.get('keep-days'), ['30', `${FILE}:6`])
  assert.deepEqual(found.get('rate-limit'), ['off', `${FILE}:7`])
  assert.deepEqual(found.get('no-console'), ['on', `${FILE}:8`])
  assert.deepEqual(found.get('log'), ['info', 'default'])
})

test('config --json prints an object for each setting, with values of their type', async () => {
  const { code, stdout } = await run(['--json', '--config', FILE, '--name', 'a\u202Eb', '--log', 'warn'])
  assert.equal(code, 0)
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { setting: string })
  const of = (name: string): unknown => objects.find(({ setting }) => setting === name)
  assert.equal(objects.length, SETTINGS.length)
  assert.deepEqual(of('host'), { setting: 'host', value: ['127.0.0.1', '::1'], from: 'default' })
  assert.deepEqual(of('text-port'), { setting: 'text-port', value: 7000, from: 'file', file: FILE, line: 2 })
  assert.deepEqual(of('rate-limit'), {
    setting: 'rate-limit',
    value: false,
    from: 'file',
    file: FILE,
    line: 7,
  })
  assert.deepEqual(of('log'), { setting: 'log', value: 'warn', from: 'flag' })
  assert.deepEqual(of('name'), { setting: 'name', value: 'a\u202Eb', from: 'flag' })
  assert.doesNotMatch(stdout, /\u202E/)
  const none = await run(['--json'])
  assert.match(none.stdout, /^\{"setting":"web-port","value":null,"from":"default"\}$/m)
})

test('config takes every setting as a flag', async () => {
  const args = [
    ['--data', ':memory:'],
    ['--synchronous', 'normal'],
    ['--keep-days', '7'],
    ['--rate-limit', 'off'],
    ['--max-connections', '100'],
    ['--commit-window', '0'],
    ['--log', 'debug'],
    ['--log-format', 'json'],
    ['--web-port', '8080'],
  ] as const
  const found = rows((await run([...args.flat(), '--no-console'])).stdout)
  for (const [flag, value] of args) assert.deepEqual(found.get(flag.slice(2)), [value, 'flag'])
  assert.deepEqual(found.get('no-console'), ['on', 'flag'])
})

test('config refuses what serve would refuse, with exit code 2', async () => {
  const hint = '  partyline config --help\n'
  for (const [args, sentence] of [
    [['--log', 'wran'], '--log wran is none of debug, info, warn, error, silent. Did you mean warn?'],
    [['--log-format', 'xml'], '--log-format xml is none of auto, human, json.'],
    [['--synchronous', 'FULL'], '--synchronous FULL is none of full, normal. Did you mean full?'],
    [['--keep-days', '-1'], '--keep-days needs a value: --keep-days DAYS'],
    [['--keep-days', '99999'], '--keep-days 99999 is not a whole number from 0 to 36500.'],
    [['--max-connections', '0'], '--max-connections 0 is not a whole number from 1 to 1000000.'],
    [
      ['--rate-limit', 'slow'],
      '--rate-limit slow is neither on nor off. Say 1, true, on or yes, or else 0, false, off or no.',
    ],
  ] as const) {
    const { code, stdout, stderr } = await run(args)
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.equal(stderr, `partyline: ${sentence}\n${hint}`)
  }
})

test('config says which line of the file has a value that is not allowed, even where a flag wins', async () => {
  const path = join(FOLDER, 'wrong.toml')
  writeFileSync(path, '# a port\ntext-port = 70000\n')
  for (const args of [[], ['--text-port', '5000']]) {
    const { code, stderr } = await run(['--config', path, ...args])
    assert.equal(code, 2)
    const rest = 'is not a port. Ports go from 1 to 65535; 0 picks a free one.\n'
    assert.equal(stderr, `partyline: ${path}:2: text-port = 70000 ${rest}`)
  }
  const json = await run(['--config', path, '--json'])
  assert.equal((JSON.parse(json.stdout) as { exitCode: number }).exitCode, 2)
})
