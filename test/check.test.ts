/**
 * `partyline check` finds in the tutorials' own programs what is wrong with them, and nothing else; and nothing in ours.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { openServer } from '@partyline/chat'
import { login, openService, type ServiceName } from '@partyline/services'
import { TcpListener } from '@partyline/sockets'
import { CLIENT_EXERCISES } from '../packages/cli/src/check/clients/index.ts'
import { SERVER_EXERCISES } from '../packages/cli/src/check/servers/index.ts'
import { main } from '../packages/cli/src/main.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { ROOT } from './samples.ts'

const { CI, PATH } = process.env
// The interpreter itself: what is called python3 may be a script that looks for it, each time anew.
const PYTHON = String(spawnSync('python3', ['-c', 'import sys; print(sys.executable)']).stdout ?? '').trim()
const HAS_PYTHON = PYTHON !== ''
const skip = HAS_PYTHON || CI !== undefined ? false : 'there is no python3 on this machine'
/** Programs of the tutorials that are no answer to an exercise with a checker; other tests run them. */
const OTHERS = ['001-flow-server.py', '001-handmade-server.py', '003-turns-server.py', '004-first-server.py']
const checked = new Set<string>()

/** The ids of the points that do not hold. */
async function failures(...argv: string[]): Promise<string[]> {
  const io = fakeIo({ PATH })
  const code = await main(['check', ...argv, '--json'], io)
  assert.equal(io.stderr.text, '')
  const results = io.stdout.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { point?: string; ok: boolean })
  const failed = results.flatMap(({ point, ok }) => (point === undefined || ok ? [] : [point]))
  assert.equal(code, failed.length === 0 ? 0 : 1)
  return failed
}

/** So long an answer is waited for that must come, in seconds; and one that does not. Only the first can be too short. */
const [PATIENT, IMPATIENT] = ['60', '1']

/** Of these points exactly the expected ones fail: they are run by themselves, so that the others can be waited for. */
async function failsExactly(
  points: readonly { readonly id: string }[],
  expected: readonly string[],
  argv: readonly string[],
): Promise<void> {
  const holding = points.map(({ id }) => id).filter((id) => !expected.includes(id))
  assert.equal(holding.length + expected.length, points.length)
  for (const [ids, wait, failing] of [
    [expected, IMPATIENT, expected],
    [holding, PATIENT, []],
  ] as const) {
    if (ids.length > 0)
      assert.deepEqual(await failures(...argv, '-w', wait, '--only', ids.join(',')), failing)
  }
}

function serverFails(
  exercise: string,
  program: string,
  expected: readonly string[],
  only?: readonly string[],
): void {
  checked.add(program)
  test(`check ${exercise} finds in ${program} exactly its faults`, { skip }, async () => {
    const { points = [] } = SERVER_EXERCISES.find(({ name }) => name === exercise) ?? {}
    const start = `exec '${PYTHON}' -IS '${ROOT}test/tutorials/${program}' {port}`
    const looked = points.filter(({ id }) => only?.includes(id) ?? true)
    await failsExactly(looked, expected, [exercise, '--start', start])
  })
}

function clientFails(exercise: string, program: string, expected: readonly string[]): void {
  checked.add(program)
  test(`check client ${exercise} finds in ${program} exactly its faults`, { skip }, async () => {
    const { points = [] } = CLIENT_EXERCISES.find(({ name }) => name === exercise) ?? {}
    const run = `exec '${PYTHON}' -IS '${ROOT}test/tutorials/${program}' {host} {port}`
    await failsExactly(points, expected, ['client', exercise, '--run', run])
  })
}

/** Every one of the tutorials' servers serves one client, and ends. */
const ONE_CLIENT = ['second-client', 'two-at-once', 'slow-client', 'reset', 'long-input']

const SERVICES: readonly ServiceName[] = ['hello', 'echo', 'greeter', 'commands', 'udp-echo', 'udp-log']

const OUR_CLIENTS = [
  ['greeter', 'connect {host} {port}'],
  ['udp-echo', 'connect -u {host} {port}'],
  ['chat', 'chat {host}:{port}'],
  ['http', 'get http://{host}:{port}/'],
] as const

describe('check', { concurrency: 8 }, () => {
  // In two halves, which take half as long at the same time.
  const framing = ['lines', 'crlf', 'joined', 'split', 'half-close']
  serverFails('login', '004-login-server.py', framing, ['lets-in', 'no-newline', ...framing])
  const otherHalf = ['lets-in', 'refuses', 'says-not-which', 'keeps-out', 'closes', ...ONE_CLIENT]
  serverFails('login', '004-login-server.py', ['refuses', ...ONE_CLIENT], otherHalf)
  serverFails('hello', '002-hello-server.py', ONE_CLIENT)
  const echo = [
    'echoes',
    'no-newline',
    'crlf',
    'keeps-echoing',
    'split',
    'bytes',
    'utf8',
    'long',
    'half-close',
  ]
  serverFails('echo', '004-echo-server.py', [...echo, ...ONE_CLIENT]) // it never sends
  const greeter = ['name-alone', 'split', 'joined', 'utf8']
  serverFails('greeter', '004-greeter-server.py', [...greeter, ...ONE_CLIENT])
  const commands = [
    'random',
    'language',
    'wrong-option',
    'stays',
    'lines',
    'crlf',
    'joined',
    'split',
    'bytes',
  ]
  serverFails('commands', '004-command-server.py', [...commands, ...ONE_CLIENT])
  serverFails('udp-echo', '004-udp-echo-server.py', ['echoes', 'whole'], ['echoes', 'whole']) // the loop never answers
  const udpEcho = ['echoes', 'again', 'whole', 'boundaries', 'bytes', 'empty', 'largest', 'two-clients']
  serverFails('udp-echo', '004-udp-echo-server-indented.py', udpEcho) // recvfrom(1)
  serverFails('udp-log', '004-udp-log-server.py', [])

  const untilItLeaves = ['greeting-split', 'reads-all', 'late', 'utf8']
  clientFails('chat', '000-client.py', ['asks', ...untilItLeaves, 'shows', 'refused', 'says', 'any-time'])
  clientFails('http', '001-http-client.py', ['reads-all', 'reset', 'refused', 'until-close'])
  clientFails('echo', '001-flow-client.py', ['reads-all', 'reset', 'refused'])
  clientFails('chat', '003-turns-client.py', ['shows', 'refused', 'any-time'])
  clientFails('greeter', '004-client.py', ['reads-all', 'utf8', 'reset', 'refused'])

  // Ours: nothing is found.
  for (const name of SERVICES) {
    test(`check ${name} finds nothing in our ${name}`, async () => {
      const service = await openService(name, { port: 0 })
      assert.deepEqual(await failures(name, String(service.address.port), '-w', PATIENT), [])
      await service.close()
    })
  }

  for (const [exercise, client] of OUR_CLIENTS) {
    test(`check client ${exercise} finds nothing in partyline ${client}`, async () => {
      const run = `exec '${process.execPath}' '${ROOT}packages/cli/bin/partyline.js' ${client}`
      assert.deepEqual(await failures('client', exercise, '--run', run, '-w', PATIENT), [])
    })
  }

  test('check login finds nothing in our login', async () => {
    const verify = async (name: string, password: string): Promise<boolean> =>
      name === 'zoë' && password === 'geheim'
    await using listener = await TcpListener.listen(0, '127.0.0.1')
    void listener.serve((socket) => login(socket, { verify, wait: async () => {} }))
    const port = 'port' in listener.address ? listener.address.port : 0
    const account = ['--user', 'zoë', '--password', 'geheim']
    assert.deepEqual(await failures('login', String(port), ...account, '-w', PATIENT), [])
  })

  test('check chat finds nothing in our chat', async () => {
    let port = ''
    const announce = (line: string): void => {
      port = /^Listening on :(\d+)/.exec(line)?.[1] ?? port
    }
    const config = { hosts: ['127.0.0.1'], name: 'Partyline', textPort: 0 }
    const server = await openServer(config, { announce, log: () => {} })
    assert.deepEqual(await failures('chat', port, '-w', PATIENT), [])
    await server.close('done')
  })
})

test('every program of the tutorials is checked, or named among the others', () => {
  const files = readdirSync(`${ROOT}test/tutorials`).filter((name) => name.endsWith('.py'))
  assert.deepEqual(files.sort(), [...checked, ...OTHERS].sort())
})
