import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Conversation, type Room } from './conversation.ts'
import type { Talk } from './scenarios.ts'

const NAMES = ['ann', 'bob', 'cat']

/** A room whose server is the test: what was said waits in `said`, time and timers are moved by hand. */
function stage(talk: Talk) {
  const said: string[] = []
  const clock = { now: 0, timers: [] as { at: number; run: () => void }[] }
  const room: Room = {
    names: NAMES,
    say: (person, line) => void said.push(`${NAMES[person]}::${line}`),
    now: () => clock.now,
    after: (ms, run) => void clock.timers.push({ at: clock.now + ms, run }),
  }
  const conversation = new Conversation(room, talk)
  conversation.begin()
  const hear = (person: number, text: string): void => conversation.hear(person, Buffer.from(text))
  const line = (at: number): string => said[at] ?? assert.fail(`line ${at} was not said`)
  return { conversation, said, clock, hear, line }
}

test('Conversation says the next thing when everybody has heard the last, and counts every delivery', async () => {
  const { conversation, said, clock, hear, line } = stage({ senders: 2, messages: 3 })
  assert.equal(said.length, 2)
  clock.now = 4
  for (const person of [0, 1]) hear(person, line(0) + line(1))
  assert.equal(said.length, 2)
  hear(2, line(0))
  assert.equal(said.length, 3)
  clock.now = 10
  hear(2, line(1) + line(2))
  for (const person of [0, 1]) hear(person, line(2))
  assert.deepEqual(await conversation.ended, { seconds: 0.01, deliveries: 9, p50: 6, p99: 10 })
})

test('Conversation takes lines byte by byte, whoever is first to hear them', async () => {
  const { conversation, hear, line } = stage({ senders: 3, messages: 3 })
  const all = line(1) + line(0) + line(2)
  for (const letter of all.slice(0, 100)) hear(0, letter)
  for (const letter of all) hear(1, letter)
  for (const letter of all.slice(100)) hear(0, letter)
  hear(2, all)
  assert.equal((await conversation.ended).deliveries, 9)
})

test('Conversation keeps the pace it is given, and catches up with it', () => {
  const { said, clock } = stage({ senders: 3, messages: 5, perSecond: 100 })
  assert.equal(said.length, 1)
  assert.deepEqual(
    clock.timers.map(({ at }) => at),
    [10],
  )
  clock.now = 35
  clock.timers.shift()?.run()
  assert.equal(said.length, 4)
  assert.deepEqual(
    clock.timers.map(({ at }) => at),
    [40],
  )
  clock.now = 40
  clock.timers.shift()?.run()
  assert.equal(said.length, 5)
  assert.equal(clock.timers.length, 0)
})

const WRONG: readonly (readonly [string, (line: (at: number) => string) => readonly string[]])[] = [
  ['what nobody said', () => [`ann::${'x'.repeat(64)}\n`]],
  ['what somebody else said', (line) => [line(0).replace('ann', 'bob')]],
  ['a line twice', (line) => [line(0) + line(0)]],
  ['another order than somebody before', (line) => [line(0) + line(1), line(1) + line(0)]],
  ['more than was said', (line) => [`${line(0)}${line(1)}-- a notice\n`]],
  ['a byte less', (line) => [line(0).slice(1) + line(1)]],
]
for (const [what, heard] of WRONG) {
  test(`Conversation rejects when somebody hears ${what}`, async () => {
    const { conversation, hear, line } = stage({ senders: 2, messages: 2 })
    for (const [person, text] of heard(line).entries()) hear(person, text)
    await assert.rejects(conversation.ended, /heard something else/)
  })
}
