import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type CommandsOptions, commands, TYPESCRIPT_VERSION } from './commands.ts'
import { answerTo, Conversation, type Serves } from './testing/conversation.ts'

const NODE = process.versions.node
const noon = (): Date => new Date(2026, 10, 20, 12, 3, 4)

function serving(options: CommandsOptions = {}): Serves {
  return (socket) => commands(socket, { random: () => 0, now: noon, ...options })
}

for (const { name, input, answer } of [
  { name: 'R and r with a number', input: 'R\nr\n', answer: '1\n1\n' },
  { name: 'T with the time', input: 'T\r\n', answer: '2026-11-20 12:03:04\n' },
  {
    name: 'L with the language and its version',
    input: 'L',
    answer: `TypeScript 7.0.2 on Node.js ${NODE}\n`,
  },
  {
    name: 'anything else with the same words, and goes on',
    input: 'X\nt\nRT\nhasOwnProperty\nR\n',
    answer: `${'wrong option selected\n'.repeat(4)}1\n`,
  },
  { name: 'nobody with nothing', input: '', answer: '' },
]) {
  test(`commands answers ${name}, whole`, async (t) => {
    assert.equal(await answerTo(t, serving(), input), answer)
  })
  test(`commands answers ${name}, byte by byte`, async (t) => {
    assert.equal(await answerTo(t, serving(), input, 1), answer)
  })
}

test('commands makes whole numbers from 1 to 10 of its randomness', async (t) => {
  for (const [random, number] of [
    [0, 1],
    [0.0999, 1],
    [0.1, 2],
    [0.9999, 10],
  ] as const) {
    assert.equal(await answerTo(t, serving({ random: () => random }), 'R\n'), `${number}\n`)
    t.mock.timers.reset()
  }
})

test('commands answers a client that sends no newline after each pause', async (t) => {
  const conversation = new Conversation(t, serving())
  for (const [choice, answer] of [
    ['R', '1\n'],
    ['T', '2026-11-20 12:03:04\n'],
    ['?', 'wrong option selected\n'],
  ] as const) {
    await conversation.client.send(choice)
    await conversation.pass(150)
    assert.equal((await conversation.client.recv())?.toString(), answer)
  }
})

test('commands ends the connection at E, and then the program', async (t) => {
  let exits = 0
  assert.equal(await answerTo(t, serving({ exit: () => (exits += 1) }), 'R\nE\nR\n'), '1\n')
  assert.equal(exits, 1)
})

test('commands ends the connection only, and says so, where it may not end the program', async (t) => {
  assert.equal(await answerTo(t, serving(), 'E\nR\n'), 'this server is not to be ended from here\n')
})

test('commands takes no lines from a web page', async (t) => {
  let exits = 0
  const input = 'POST / HTTP/1.1\r\nHost: localhost:8003\r\nContent-Length: 2\r\n\r\nE\n'
  assert.match(await answerTo(t, serving({ exit: () => (exits += 1) }), input), /^HTTP\/1\.1 400 /)
  assert.equal(exits, 0)
})

test('TYPESCRIPT_VERSION is the one of the lock file', () => {
  const lock: unknown = JSON.parse(
    readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'),
  )
  assert.ok(isLock(lock))
  assert.equal(lock.packages['node_modules/typescript']?.version, TYPESCRIPT_VERSION)
})

function isLock(value: unknown): value is { packages: Record<string, { version: string } | undefined> } {
  return typeof value === 'object' && value !== null && 'packages' in value
}
