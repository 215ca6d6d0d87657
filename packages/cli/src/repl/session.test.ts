import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TcpListener } from '@partyline/sockets'
import { socket } from '@partyline/sockets/berkeley'
import type { Outcome } from './evaluator.ts'
import { openHelp } from './help-sources.ts'
import { Session, topicOf } from './session.ts'

const help = openHelp()

/** A session whose statements are only looked at: `done:5` has the value 5, `more` goes on. */
function open(look: (expression: string) => unknown = () => undefined): {
  session: Session
  statements: string[]
} {
  const statements: string[] = []
  const evaluate = async (statement: string): Promise<Outcome> => {
    statements.push(statement)
    if (statement.endsWith('more')) return { is: 'unfinished' }
    if (statement.endsWith('throw')) return { is: 'error', error: new TypeError('no') }
    return { is: 'value', value: statement.startsWith('value') ? statement.length : undefined }
  }
  const evaluator = { evaluate, look, interrupt: () => false }
  return { session: new Session({ evaluator, help, colour: false }), statements }
}

test('Session shows values, but not undefined, and failures as a sentence', async () => {
  const { session } = open()
  assert.deepEqual(await session.line('value'), { is: 'done', text: '5' })
  assert.deepEqual(await session.line('nothing'), { is: 'done' })
  assert.deepEqual(await session.line('throw'), { is: 'failed', sentence: 'TypeError: no' })
})

test('Session puts the lines of a statement together, and forgets them when it is told to', async () => {
  const { session, statements } = open()
  assert.deepEqual(await session.line('one more'), { is: 'more' })
  assert.deepEqual(await session.line('.5 more'), { is: 'more' })
  assert.equal(session.unfinished, 'one more\n.5 more')
  assert.deepEqual(await session.line('end'), { is: 'done' })
  assert.equal(statements.at(-1), 'one more\n.5 more\nend')
  assert.equal(session.forget(), false)
  await session.line('more')
  assert.deepEqual(await session.line('.break'), { is: 'done' })
  assert.equal(session.unfinished, '')
  await session.line('more')
  assert.equal(session.forget(), true)
  assert.deepEqual(await session.line('import {'), { is: 'more' })
})

test('Session suggests the name that was meant, where nothing has the one that was typed', async () => {
  for (const [message, sentence] of [
    ['SOCK_STRAEM is not defined', 'Error: SOCK_STRAEM is not defined. Did you mean SOCK_STREAM?'],
    ['s.acept is not a function', 'Error: s.acept is not a function. Did you mean accept?'],
    ['accept is not a function', 'Error: accept is not a function'],
    ['zzzzzzzz is not defined', 'Error: zzzzzzzz is not defined'],
  ]) {
    const evaluate = async (): Promise<Outcome> => ({ is: 'error', error: new Error(message) })
    const evaluator = { evaluate, look: () => undefined, interrupt: () => false }
    const session = new Session({ evaluator, help, colour: false })
    assert.deepEqual(await session.line('x'), { is: 'failed', sentence })
  }
})

test('Session leaves out the value of a loop', async () => {
  const evaluator = {
    evaluate: async () => ({ is: 'value', value: 1 }) as const,
    look: () => 1,
    interrupt: () => false,
  }
  const counting = new Session({ evaluator, help, colour: false })
  assert.deepEqual(await counting.line('while (true) { 1 }'), { is: 'done' })
  assert.deepEqual(await counting.line('forEach'), { is: 'done', text: '1' })
})

test('Session refuses a statement without end, and begins anew', async () => {
  const { session } = open()
  await session.line('more')
  const answer = await session.line(`${'x'.repeat(1_048_576)} more`)
  assert.deepEqual(answer, {
    is: 'failed',
    sentence: 'RangeError: a statement has at most 1,048,576 characters',
  })
  assert.equal(session.unfinished, '')
})

test('Session has commands, and suggests the one that was meant', async () => {
  const { session } = open((expression) => (expression === 'conn' ? socket() : undefined))
  assert.deepEqual(await session.line('.exit'), { is: 'leave' })
  assert.deepEqual(await session.line('.help'), { is: 'done', text: help.overview() })
  assert.deepEqual(await session.line(' .help recv '), { is: 'done', text: help.on('recv') })
  assert.deepEqual(await session.line('.help conn'), { is: 'done', text: help.on('Socket') })
  assert.deepEqual(await session.line('.hepl'), {
    is: 'failed',
    sentence: 'there is no command .hepl. Did you mean .help?',
  })
  assert.deepEqual(await session.line('.constructor'), {
    is: 'failed',
    sentence: 'there is no command .constructor. .help lists them.',
  })
})

test('topicOf finds the public name of what it is given', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  for (const [value, topic] of [
    ['recv', 'recv'],
    [socket(), 'Socket'],
    [listener, 'TcpListener'],
    [Reflect.get(socket(), 'recv'), 'recv'],
    [2, '2'],
    [undefined, 'undefined'],
  ] as const) {
    assert.equal(topicOf(value), topic)
  }
})
