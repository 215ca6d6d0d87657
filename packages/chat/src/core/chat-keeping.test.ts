/** What the chat keeps: how much of a message, what of the history, and what happens when the store fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../stores/memory.ts'
import { openChat as open } from '../testing/chat-guests.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { ChatError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Store } from './store.ts'

function code(error: unknown): string | undefined {
  return error instanceof ChatError ? error.code : undefined
}

function refuses(run: () => unknown, expected: string): void {
  assert.throws(run, (error) => code(error) === expected)
}

test('Chat.say: 4096 bytes are a message, more are too long', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'x'.repeat(4096))
  chat.say(ann.session, 'é'.repeat(2048))
  refuses(() => chat.say(ann.session, 'x'.repeat(4097)), 'too-long')
  refuses(() => chat.act(ann.session, 'é'.repeat(2049)), 'too-long')
  await clock.settle()
  assert.equal(ann.heard.length, 3)
})

test('Chat.say: the same client id twice is one message', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  chat.say(ann.session, 'once', 'x')
  chat.say(ann.session, 'once', 'x')
  await clock.settle()
  assert.deepEqual(ann.heard, ['ann logged-in', 'ann said once'])
})

test('Chat.history: the newest messages, fewer when they are long', async () => {
  const { chat, clock, enter } = open()
  const ann = await enter('ann')
  for (let count = 0; count < 200; count += 1) chat.say(ann.session, String(count))
  await clock.settle()
  const page = await chat.history(ann.session, 1000)
  assert.equal(page.length, LIMITS.historyPage)
  assert.deepEqual([page[0]?.text, page.at(-1)?.text], ['100', '199'])
  for (let count = 0; count < 20; count += 1) chat.say(ann.session, 'x'.repeat(4096))
  await clock.settle()
  assert.equal((await chat.history(ann.session, 20)).length, LIMITS.historyText / 4096)
  assert.equal(await chat.earlier(), 220)
})

test('Chat: with a failing store the talk goes on, everybody is told once, and once more when it is over', async () => {
  const clock = new FakeClock()
  const inner = new MemoryStore({ now: () => clock.now() })
  let failing = false
  const store: Store = {
    append: (batch) => (failing ? Promise.reject(new Error('disk full')) : inner.append(batch)),
    latest: () => Promise.reject(new Error('disk full')),
    count: () => Promise.reject(new Error('disk full')),
    claimName: (keys, holder) => inner.claimName(keys, holder),
    releaseName: () => Promise.reject(new Error('disk full')),
    close: () => inner.close(),
  }
  const { chat, enter, clock: time } = open({ store })
  const ann = await enter('ann')
  await time.settle()
  failing = true
  chat.say(ann.session, 'one')
  await time.settle()
  chat.say(ann.session, 'two')
  await time.settle()
  failing = false
  chat.say(ann.session, 'three')
  await time.settle()
  assert.deepEqual(
    ann.heard.map((heard) => heard.replace(/^(notice .{10}).*/, '$1')),
    [
      'ann logged-in',
      'ann said one',
      'notice the server',
      'ann said two',
      'ann said three',
      'notice messages a',
    ],
  )
  await assert.rejects(chat.history(ann.session, 1), (error) => code(error) === 'store-failed')
  await assert.rejects(chat.earlier(), (error) => code(error) === 'store-failed')
  chat.leave(ann.session) // a name that cannot be given back stops nobody
  await time.settle()
  assert.equal(chat.population, 0)
})
