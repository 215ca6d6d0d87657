/** What the operator can do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATOR } from '../../core/permissions.ts'
import { openChat } from '../../testing/chat-guests.ts'
import { OPERATOR_COMMANDS, runOperatorCommand } from './operator-commands.ts'

async function open() {
  const { chat, clock, enter } = openChat()
  const [ann, bob] = [await enter('ann'), await enter('bob')]
  await clock.settle()
  const quits: string[] = []
  const context = { chat, actor: OPERATOR, quit: () => quits.push('quit') }
  return { chat, clock, ann, bob, quits, context }
}

test('runOperatorCommand: who lists everybody, and who is away', async () => {
  const { chat, clock, ann, bob, context } = await open()
  chat.setAway(ann.session, 'lunch')
  chat.setAway(bob.session, '')
  await clock.settle()
  assert.deepEqual(runOperatorCommand('who', context), {
    lines: ['ann (away: lunch)', 'bob (away)'],
    people: [
      { name: 'ann', away: 'lunch' },
      { name: 'bob', away: '' },
    ],
  })
  assert.deepEqual(runOperatorCommand('who', { ...context, chat: openChat().chat }).lines, ['nobody is here'])
})

test('runOperatorCommand: what is wrong is an answer, with a word for programs', async () => {
  const { context } = await open()
  const error = (line: string): string | undefined => runOperatorCommand(line, context).error
  assert.deepEqual(['say', 'kick', 'who me', '', 'kcik ann', '__proto__'].map(error), [
    'usage',
    'usage',
    'usage',
    'unknown-command',
    'unknown-command',
    'unknown-command',
  ])
  assert.deepEqual(error('kick carl'), 'no-such-person')
  assert.equal(error(`kick ann ${'x'.repeat(600)}`), 'remark-too-long')
  assert.equal(error(`say ${'x'.repeat(5000)}`), 'too-long')
})

test('runOperatorCommand asks the permissions: a guest may do nothing of it but look', async () => {
  const { ann, bob, clock, context, quits } = await open()
  const guest = { ...context, actor: ann.session.person }
  for (const line of ['kick bob', 'say hello', 'quit']) {
    assert.equal(runOperatorCommand(line, guest).error, 'not-allowed', line)
  }
  await clock.settle()
  assert.deepEqual([quits, bob.heard], [[], ['bob logged-in']])
})

test('runOperatorCommand: help lists every command', async () => {
  const { context } = await open()
  const { lines } = runOperatorCommand('help', context)
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    Object.keys(OPERATOR_COMMANDS),
  )
})
