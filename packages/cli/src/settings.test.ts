import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_CONFIG, type ServerConfig } from '@partyline/chat'
import { COMMANDS } from './commands.ts'
import { type FlagValues, parseCommandLine } from './flags.ts'
import type { Environment } from './io.ts'
import { SETTING_FLAGS, serverConfig } from './settings.ts'

async function valuesOf(args: readonly string[], env: Environment = {}): Promise<FlagValues> {
  const command = await COMMANDS.find(({ name }) => name === 'serve')?.load()
  return parseCommandLine(command?.flags ?? [], args, env).values
}

test('serverConfig is what openServer takes without settings, when nothing is said', async () => {
  const { hosts, textPort, name } = DEFAULT_CONFIG
  const expected: ServerConfig = {
    hosts,
    textPort,
    webPort: undefined,
    name,
    data: './partyline-data',
    synchronous: 'full',
    keepDays: 0,
    rateLimit: true,
    maxConnections: 10_000,
    commitWindow: 10,
  }
  assert.deepEqual(serverConfig(await valuesOf([])), expected)
})

test('serverConfig hands on what was said', async () => {
  const args = ['--rate-limit', 'off', '--synchronous', 'normal', '--keep-days', '30', '--commit-window', '0']
  const said = serverConfig(await valuesOf([...args, '--data', '/srv/chat', '--web-port', '0']))
  assert.equal(said.rateLimit, false)
  assert.equal(said.synchronous, 'normal')
  assert.equal(said.keepDays, 30)
  assert.equal(said.commitWindow, 0)
  assert.equal(said.data, '/srv/chat')
  assert.equal(said.webPort, 0)
  assert.equal(serverConfig(await valuesOf([], { PARTYLINE_RATE_LIMIT: 'off' })).rateLimit, false)
  assert.equal(serverConfig(await valuesOf(['--data', ':memory:'])).data, undefined)
})

test('serverConfig refuses one port for both doors, unless each picks its own', async () => {
  const both = async (port: string): Promise<FlagValues> =>
    await valuesOf(['--text-port', port, '--web-port', port])
  const values = await both('7000')
  assert.throws(() => serverConfig(values), { name: 'CommandError', exitCode: 2 })
  assert.equal(serverConfig(await both('0')).webPort, 0)
})

test('FlagValues.withFile puts what a file says above the defaults and below everything else', async () => {
  const given = await valuesOf(['--name', 'flag'], { PARTYLINE_TEXT_PORT: '1' })
  const flag = (wanted: string) => SETTING_FLAGS.filter(({ name }) => name === wanted)
  const file = ['name', 'text-port', 'log'].flatMap((name) =>
    flag(name).map((one) => [one, [{ raw: name === 'text-port' ? '2' : 'error', quoted: 'q' }]] as const),
  )
  const values = given.withFile(new Map(file))
  assert.deepEqual([values.text('name'), values.origin('name')], ['flag', 'flag'])
  assert.deepEqual([values.port('text-port'), values.origin('text-port')], [1, 'environment'])
  assert.deepEqual([values.text('log'), values.origin('log')], ['error', 'file'])
  assert.deepEqual([values.text('data'), values.origin('data')], ['./partyline-data', 'default'])
  assert.equal(values.isGiven('log'), true)
  assert.equal(given.text('log'), 'info')
})

test('FlagValues.withFile passes over what the command has no flag for', () => {
  const flags = SETTING_FLAGS.filter(({ name }) => name === 'data')
  const file = SETTING_FLAGS.filter(({ type }) => type === 'path' || type === 'text')
  const texts = file.map((flag) => [flag, [{ raw: 'there', quoted: 'q' }]] as const)
  const values = parseCommandLine(flags, [], {}).values.withFile(new Map(texts))
  assert.equal(values.path('data'), 'there')
  assert.equal(values.has('name'), false)
})

test('FlagValues.withFile refuses a value that is not allowed, also where it is not used', async () => {
  const given = await valuesOf(['--text-port', '1'])
  const [port] = SETTING_FLAGS.filter(({ name }) => name === 'text-port')
  assert.ok(port)
  const file = new Map([[port, [{ raw: 'x', quoted: 'f:1: text-port = x' }]]])
  assert.throws(() => given.withFile(file), { exitCode: 2, message: /^f:1: text-port = x is not a port\./ })
})
