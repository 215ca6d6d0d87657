/** What things look like: cases that the transcripts cannot have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHAT_ERRORS, ChatError, type ChatErrorCode } from '../../core/errors.ts'
import type { Message } from '../../core/events.ts'
import { banner, formatError, formatEvent } from './format.ts'

const ANN = { id: 'p1', name: 'ann' }
const BOB = { id: 'p2', name: 'bob' }

function said(text: string, more: Partial<Message> = {}): Message {
  return { kind: 'said', id: 'm', room: '#lobby', from: ANN, text, ...more }
}

test('banner is four lines with LF only, whatever the chat is called', () => {
  const rule = '-'.repeat(37)
  assert.equal(banner('Lab'), `${rule}\nWelcome to Lab\n${rule}\nPlease enter your screen name:\n`)
  assert.equal(
    banner('\u001b[2J\nx'),
    `${rule}\nWelcome to ␛[2J␊x\n${rule}\nPlease enter your screen name:\n`,
  )
})

test('formatEvent makes of a text of several lines as many lines, each with its name', () => {
  const text = 'one\ntwo\r\n\n\rthree::\r'
  assert.equal(formatEvent(said(text)), 'ann::one\nann::two\nann::three::\n')
  assert.equal(
    formatEvent(said(text, { to: BOB }), BOB),
    'ann -> you::one\nann -> you::two\nann -> you::three::\n',
  )
  assert.equal(formatEvent(said('a\nb', { to: BOB }), ANN), 'you -> bob::a\nyou -> bob::b\n')
  assert.equal(formatEvent(said('a\nb', { kind: 'action' })), '* ann a\n* ann b\n')
  assert.equal(formatEvent(said('')), 'ann::\n')
})

test('formatEvent tells others that somebody came into a room, and not that person', () => {
  const joined = { kind: 'joined', room: '#den', from: ANN } as const
  assert.equal(formatEvent(joined), '-- ann came to #den\n')
  assert.equal(formatEvent(joined, BOB), '-- ann came to #den\n')
  assert.equal(formatEvent(joined, ANN), '')
})

test('formatError says of every error what to do, on one line', () => {
  for (const code of Object.keys(CHAT_ERRORS)) {
    const line = formatError(new ChatError(code as ChatErrorCode, 'a\nb\u001b'))
    assert.match(line, /^-- a␊b␛: [^\n]+\n$/)
  }
})
