import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Printable, parseTextLine } from '@partyline/protocols'
import type { ByteStream } from '@partyline/sockets'
import { memoryPair } from '@partyline/sockets/testing'
import { converse, type Hears, type Person, shownForm } from './conversation.ts'
import type { ExitCode } from './failure.ts'

/** A person whose part a test plays. */
class Puppet implements Person {
  readonly shown: string[] = []
  readonly light: string[] = []
  stops = 0
  hears: Hears | undefined
  #onShow: (() => void) | undefined

  async show(line: Printable, weight: 'normal' | 'light'): Promise<void> {
    this.shown.push(line)
    if (weight === 'light') this.light.push(line)
    this.#onShow?.()
  }

  start(hears: Hears): void {
    this.hears = hears
  }

  stop(): void {
    this.stops += 1
  }

  /** Resolves when so many lines have been shown. */
  async sees(count: number): Promise<void> {
    while (this.shown.length < count) {
      await new Promise<void>((resolve) => {
        this.#onShow = resolve
      })
    }
  }

  say(text: string): Promise<void> | undefined {
    return this.hears?.line(text)
  }
}

interface Scene {
  readonly server: ByteStream
  readonly person: Puppet
  readonly done: Promise<ExitCode>
  readonly stop: (signal: string) => void
}

function scene(name?: string, leaveMs?: number): Scene {
  const [client, server] = memoryPair()
  const person = new Puppet()
  const controller = new AbortController()
  const done = converse(client, person, { name, signal: controller.signal, server: 'there:5000', leaveMs })
  return { server, person, done, stop: (signal) => controller.abort(signal) }
}

/** Everything that a stream still sends, to its end. */
async function rest(stream: ByteStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('converse leaves out the colours of /style friendly, and shows every other escape sequence as text', async () => {
  const { server, person, done } = scene()
  await server.send('\u001b[2m16:04 \u001b[0m[\u001b[35mann\u001b[0m] hello\n\u001b[2m-- noted\u001b[0m\n')
  await server.send('bob::\u001b[2J\u001b]0;title\u0007\n')
  await person.sees(3)
  assert.deepEqual(person.shown, ['16:04 [ann] hello', '-- noted', '[bob] ␛[2J␛]0;title␇'])
  assert.deepEqual(person.light, ['-- noted'])
  await server.close()
  await assert.rejects(done)
})

test('converse shows what comes while the person types, and sends what was typed', async () => {
  const { server, person, done } = scene()
  await server.send('-----\nWelcome to X\n-----\nPlease enter your screen name:\n')
  await person.sees(4)
  await person.say('ann')
  assert.equal(await server.readLine(), 'ann')
  await server.send('ann logged in\n-- 3 earlier messages: /history\nbob::hi::there\r\n* bob waves\n')
  await server.send('bob -> you::psst\nyou -> bob::what\nsomething else\n')
  await person.sees(11)
  assert.deepEqual(person.shown.slice(4), [
    'ann logged in',
    '-- 3 earlier messages: /history',
    '[bob] hi::there',
    '* bob waves',
    '[bob -> you] psst',
    '[you -> bob] what',
    'something else',
  ])
  assert.deepEqual(person.light, ['-- 3 earlier messages: /history'])
  await person.say('/quit')
  assert.equal(await rest(server), '/quit\n')
  await server.close()
  assert.equal(await done, 0)
  assert.ok(person.stops >= 1)
})

test('converse makes what comes harmless', async () => {
  const { server, person, done } = scene()
  await server.send('evil::\u001b[2J\u0007\u202Etxt\n\u009b31mred\n')
  await person.sees(2)
  assert.deepEqual(person.shown, ['[evil] ␛[2J␇\uFFFDtxt', '\uFFFD31mred'])
  await server.close()
  await assert.rejects(done)
})

test('converse says the name first', async () => {
  const { server, person, done } = scene('ann')
  assert.equal(await server.readLine(), 'ann')
  await person.say('hello')
  assert.equal(await server.readLine(), 'hello')
  await person.say(' /quit ')
  assert.equal(await rest(server), '/quit\n')
  await server.close()
  assert.equal(await done, 0)
})

test('converse leaves with /quit when the person goes, and returns the exit code of that', async () => {
  for (const code of [0, 130] as const) {
    const { server, person, done } = scene()
    await server.send('hello\n')
    await person.sees(1)
    person.hears?.leave(code)
    await person.say('too late')
    assert.equal(await rest(server), '/quit\n')
    await server.close()
    assert.equal(await done, code)
  }
})

test('converse leaves when its signal aborts, with the exit code of the signal', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const { server, done, stop } = scene()
    stop(signal)
    assert.equal(await rest(server), '/quit\n')
    await server.close()
    assert.equal(await done, code)
  }
})

test('converse does not wait for the server when the person insists', async () => {
  const { server, person, done, stop } = scene()
  await server.send('hello\n')
  await person.sees(1)
  person.hears?.leave(130)
  stop('SIGINT')
  assert.equal(await done, 130)
})

test('converse does not wait for ever for a server that never closes', async () => {
  const { server, person, done } = scene(undefined, 1)
  await server.send('hello\n')
  await person.sees(1)
  await person.say('/quit')
  assert.equal(await done, 0)
})

test('converse shows everything that still comes after the end of the input', async () => {
  const { server, person, done } = scene()
  await server.send('hello\n')
  await person.sees(1)
  await person.say('ann')
  person.hears?.end()
  assert.equal(await rest(server), 'ann\n')
  await server.send('ann logged in\n')
  await server.close()
  assert.equal(await done, 0)
  assert.deepEqual(person.shown, ['hello', 'ann logged in'])
})

test('converse says who ended it', async () => {
  const ended = scene()
  await ended.server.send('bob::hi\n')
  await ended.server.close()
  await assert.rejects(ended.done, { exitCode: 6, message: 'the server there:5000 ended the conversation.' })
  assert.deepEqual(ended.person.shown, ['[bob] hi'])

  const shutDown = scene()
  await shutDown.server.send('bob::hi\nServer Shutting Down!\n')
  await shutDown.server.close()
  await assert.rejects(shutDown.done, { exitCode: 6, message: 'the server there:5000 has shut down.' })
  assert.deepEqual(shutDown.person.shown, ['[bob] hi', 'Server Shutting Down!'])

  const reset = scene()
  await reset.server.send('bob::hi\n')
  await reset.person.sees(1)
  reset.server.abort()
  await assert.rejects(reset.done, { exitCode: 6, message: 'the connection to there:5000 broke (reset).' })
  assert.ok(reset.person.stops >= 1)
})

test('converse cuts a line that is too long, and shows the next one', async () => {
  const { server, person, done } = scene()
  await server.send(`${'x'.repeat(100_000)}\nnext\n`)
  await person.sees(2)
  assert.equal(person.shown[0]?.length, 16_384)
  assert.equal(person.shown[1], 'next')
  await server.close()
  await assert.rejects(done)
})

test('shownForm shows messages as [NAME] text and everything else as it came', () => {
  for (const [line, shown] of [
    ['ann::hi', '[ann] hi'],
    ['ann::', '[ann] '],
    ['ann -> you::hi', '[ann -> you] hi'],
    ['you -> ann::hi', '[you -> ann] hi'],
    ['* ann waves', '* ann waves'],
    ['-- #den: 3 new', '-- #den: 3 new'],
    ['-- 2026-11-20 16:04 #den ann: hi', '-- 2026-11-20 16:04 #den ann: hi'],
    ['-- 2026-11-20 16:04 @bob * ann waves', '-- 2026-11-20 16:04 @bob * ann waves'],
    ['ann logged in', 'ann logged in'],
    ['ann disconnected', 'ann disconnected'],
    ['Server Shutting Down!', 'Server Shutting Down!'],
    ['Welcome to the chat', 'Welcome to the chat'],
    ['', ''],
  ] as const) {
    assert.equal(shownForm(parseTextLine(line)), shown)
  }
})
