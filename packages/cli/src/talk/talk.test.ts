import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Printable } from '@partyline/protocols'
import type { ByteStream } from '@partyline/sockets'
import { memoryPair } from '@partyline/sockets/testing'
import type { Hears, Person } from '../conversation.ts'
import { CommandError, type ExitCode } from '../failure.ts'
import { talk } from './talk.ts'

/** A person whose part a test plays. */
class Puppet implements Person {
  readonly shown: string[] = []
  hears: Hears | undefined
  stops = 0
  #onShow: (() => void) | undefined

  async show(line: Printable): Promise<void> {
    this.shown.push(line)
    this.#onShow?.()
  }

  start(hears: Hears): void {
    this.hears = hears
  }

  stop(): void {
    this.stops += 1
  }

  async sees(count: number): Promise<void> {
    while (this.shown.length < count) {
      await new Promise<void>((resolve) => {
        this.#onShow = resolve
      })
    }
  }
}

interface Scene {
  readonly other: ByteStream
  readonly person: Puppet
  readonly notes: string[]
  readonly done: Promise<ExitCode>
  readonly stop: (signal: string) => void
  readonly say: (text: string) => Promise<void> | undefined
}

function scene(turns?: 'ours' | 'theirs', leaveMs?: number): Scene {
  const [stream, other] = memoryPair()
  const person = new Puppet()
  const notes: string[] = []
  const controller = new AbortController()
  const note = (words: string): unknown => notes.push(words)
  const options = { turns, signal: controller.signal, other: 'there:5001', note, detail: note, leaveMs }
  return {
    other,
    person,
    notes,
    done: talk(stream, person, options),
    stop: (signal) => controller.abort(signal),
    say: (text) => person.hears?.line(text),
  }
}

/** Everything that a stream still sends, to its end. */
async function rest(stream: ByteStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('talk shows what comes as Received, and sends what is typed, at any time', async () => {
  const { other, person, notes, done, say } = scene()
  await other.send('hello\r\nare you there?\n')
  await person.sees(2)
  await say('yes')
  await say('')
  await say('  ')
  await say('indeed')
  await other.send('one more\n')
  await person.sees(3)
  assert.deepEqual(person.shown, ['Received: hello', 'Received: are you there?', 'Received: one more'])
  await other.shutdown()
  assert.equal(await rest(other), 'yes\nindeed\n')
  assert.equal(await done, 0)
  assert.deepEqual(notes, ['the other one left'])
  assert.ok(person.stops > 0)
})

test('talk makes what comes harmless, and says of a line that is too long how long it was', async () => {
  const { other, person, done } = scene()
  await other.send(`\u001b[2J\u0007\u202E\n${'x'.repeat(5000)}\nbye\n`)
  await other.shutdown()
  assert.equal(await done, 0)
  assert.deepEqual(person.shown, [
    'Received: ␛[2J␇\uFFFD',
    '(a line of 5000 bytes is not shown)',
    'Received: bye',
  ])
})

test('talk sends no line that the other one would throw away, and says so', async () => {
  const { other, notes, done, say } = scene()
  await say('é'.repeat(2049))
  await say('é'.repeat(2048))
  await other.shutdown()
  assert.equal(await rest(other), `${'é'.repeat(2048)}\n`)
  assert.equal(await done, 0)
  assert.equal(notes[0], 'a line of 4098 bytes was not sent: at most 4096')
})

test('talk takes turns: what is typed out of turn waits, and a line of the other one gives the turn back', async () => {
  const { other, person, notes, done, say } = scene('ours')
  await say('first')
  const second = say('second')
  const third = say('third')
  assert.equal(await other.readLine(), 'first')
  assert.equal(other.tryRecv(), undefined)
  await other.send('your turn')
  await second
  assert.equal(await other.readLine(), 'second')
  assert.equal(other.tryRecv(), undefined)
  await other.send('and again\n')
  await third
  assert.equal(await other.readLine(), 'third')
  await other.shutdown()
  assert.equal(await done, 0)
  assert.deepEqual(person.shown, ['Received: your turn', 'Received: and again'])
  assert.deepEqual(notes.slice(0, 4), [
    'your turn',
    'their turn: what you type waits for yours',
    'kept for your turn',
    'kept for your turn',
  ])
})

test('talk takes turns: who waited hears first, and says what was not said in the end', async () => {
  const { other, person, notes, done, say } = scene('theirs')
  const answer = say('an answer')
  assert.equal(other.tryRecv(), undefined)
  await other.send('a question\n')
  await answer
  assert.equal(await other.readLine(), 'an answer')
  void say('too late')
  await other.shutdown()
  assert.equal(await done, 0)
  assert.deepEqual(person.shown, ['Received: a question'])
  assert.deepEqual(notes.slice(-2), ['the other one left', 'not said: too late'])
})

test('talk keeps so many lines for a turn, and says when it takes no more', async () => {
  const { other, notes, done, say } = scene('theirs')
  for (let i = 0; i <= 100; i += 1) void say(`line ${i}`)
  assert.equal(notes.at(-1), 'that was not taken: 100 lines wait for your turn')
  await other.shutdown()
  assert.equal(await done, 0)
})

test('talk ends our side at the end of the input, and shows what still comes', async () => {
  const { other, person, done, say } = scene()
  await say('hi')
  person.hears?.end()
  assert.equal(await rest(other), 'hi\n')
  await other.send('hello\ngoodbye')
  await other.shutdown()
  assert.equal(await done, 0)
  assert.deepEqual(person.shown, ['Received: hello', 'Received: goodbye'])
})

test('talk ends with 0 after Ctrl-D, also when the other one does not end', async () => {
  const polite = scene()
  polite.person.hears?.leave(0)
  assert.equal(await rest(polite.other), '')
  await polite.other.send('bye\n')
  await polite.other.shutdown()
  assert.equal(await polite.done, 0)
  assert.deepEqual(polite.person.shown, ['Received: bye'])

  const rude = scene(undefined, 0)
  rude.person.hears?.leave(0)
  assert.equal(await rude.done, 0)
})

test('talk ends at once with the code of a signal, or of Ctrl-C', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const { done, stop } = scene()
    stop(signal)
    assert.equal(await done, code)
  }
  const { person, done, stop } = scene()
  person.hears?.leave(0)
  stop('SIGINT') // does not wait any longer for the other one
  assert.equal(await done, 0)
})

test('talk says that the connection broke', async () => {
  const { other, done } = scene()
  other.abort()
  await assert.rejects(done, (error) => {
    assert.ok(error instanceof CommandError)
    assert.equal(error.exitCode, 6)
    assert.equal(error.message, 'the connection to there:5001 broke (reset).')
    return true
  })
})
