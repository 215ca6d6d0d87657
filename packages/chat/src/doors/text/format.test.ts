/** What things look like: cases that the transcripts cannot have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHAT_ERRORS, ChatError, type ChatErrorCode } from '../../core/errors.ts'
import type { ChatEvent, HistoryMessage, Message } from '../../core/events.ts'
import { banner, errorLine, formatEvent, formatLines, pastLines } from './format.ts'

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
  assert.equal(formatEvent(said('waves', { kind: 'action', to: BOB }), BOB), 'ann -> you::* ann waves\n')
})

test('formatEvent and pastLines: a text of very many lines is cut, and says so', () => {
  const text = 'a\n'.repeat(2000)
  const lines = formatEvent(said(text)).split('\n')
  assert.deepEqual([lines.length, lines[99], lines[100]], [102, 'ann::a', 'ann::… and 1900 more lines'])
  const message = { ...said('a\n'.repeat(11)), seq: 1, time: 0 }
  const page = pastLines(message, { reader: BOB, offset: 0 })
  assert.deepEqual([page.length, page[10]], [11, { ...page[9], text: '… and 1 more line' }])
  assert.equal(pastLines(message, { reader: BOB, offset: 0, short: true }).length, 4)
})

test('formatEvent tells others that somebody came into a room, and not that person', () => {
  const joined = { kind: 'joined', room: '#den', from: ANN } as const
  assert.equal(formatEvent(joined), '-- ann came to #den\n')
  assert.equal(formatEvent(joined, BOB), '-- ann came to #den\n')
  assert.equal(formatEvent(joined, ANN), '')
})

test('errorLine says of every error what to do, on one line', () => {
  for (const code of Object.keys(CHAT_ERRORS)) {
    const line = formatLines(errorLine(new ChatError(code as ChatErrorCode, 'a\nb\u001b')))
    assert.match(line, /^-- a␊b␛: [^\n]+\n$/)
  }
})

const ROOM = { id: 'e', room: '#den', from: ANN } as const

const happenings: readonly (readonly [event: ChatEvent, lines: string])[] = [
  [
    { ...ROOM, kind: 'edited', target: 'm', text: 'one\ntwo\u001b' },
    'ann edited a message: one\nann edited a message: two␛',
  ],
  [{ ...ROOM, kind: 'edited', target: 'm', text: 'x', to: BOB }, 'ann edited a private message: x'],
  [{ ...ROOM, kind: 'deleted', target: 'm' }, 'ann deleted a message'],
  [{ ...ROOM, kind: 'deleted', target: 'm', to: BOB }, 'ann deleted a private message'],
  [{ ...ROOM, kind: 'reacted', target: 'm', text: '\u{1F44D}' }, 'ann reacted to a message: \u{1F44D}'],
  [
    { ...ROOM, kind: 'reacted', target: 'm', text: 'x\n\u001b', to: BOB },
    'ann reacted to a private message: x␊␛',
  ],
  [
    { ...ROOM, kind: 'reacted', target: 'm', text: '+1', removed: true },
    'ann took back a reaction to a message: +1',
  ],
  [{ ...ROOM, kind: 'topic', text: 'tea\nat::five' }, 'ann set the topic of #den: tea␊at::five'],
  [{ ...ROOM, kind: 'topic', text: '' }, 'ann removed the topic of #den'],
  [{ kind: 'left', room: '#den', from: ANN }, 'ann left #den'],
  [{ kind: 'left', room: '#den', from: ANN, text: 'dinner\nnow' }, 'ann left #den: dinner␊now'],
  [{ kind: 'renamed', from: ANN, name: 'anna', rooms: [] }, 'ann is now called anna'],
  [{ kind: 'away', from: ANN, text: 'lunch' }, 'ann is away: lunch'],
  [{ kind: 'away', from: ANN, text: '' }, 'ann is away'],
  [{ kind: 'away', from: ANN }, 'ann is back'],
  [
    { kind: 'moderated', what: 'kicked', from: ANN, target: BOB, text: 'too\nloud' },
    'bob was sent out by ann: too␊loud',
  ],
  [{ kind: 'moderated', what: 'kicked', from: ANN, target: BOB, text: '' }, 'bob was sent out by ann'],
  [{ kind: 'notice', text: 'saved again' }, 'saved again'],
  [{ kind: 'notice', text: 'tea', from: ANN }, 'ann: tea'],
]

for (const [event, lines] of happenings) {
  test(`formatEvent tells ${event.kind} as notices: ${JSON.stringify(lines)}`, () => {
    const expected = lines.split('\n').map((line) => `-- ${line}\n`)
    assert.equal(formatEvent(event, BOB), expected.join(''))
  })
}

test('formatEvent tells who left the chat in the words that clients know, whatever the reason', () => {
  const event = { kind: 'disconnected', from: ANN, rooms: ['#den'], text: 'dinner' } as const
  assert.equal(formatEvent(event, BOB), 'ann disconnected\n')
})

const TIME = Date.UTC(2026, 10, 20, 23, 30)

function past(more: Partial<HistoryMessage>): HistoryMessage {
  return { ...said('hello'), seq: 1, time: TIME, ...more }
}

function shown(message: HistoryMessage, { offset = 0, short = false } = {}): string {
  return formatLines(pastLines(message, { reader: BOB, offset, short }))
}

test('pastLines: what was said earlier, with its time, room and name, in the time of the reader', () => {
  assert.equal(shown(past({})), '-- 2026-11-20 23:30 #lobby ann: hello\n')
  assert.equal(shown(past({}), { offset: 60 }), '-- 2026-11-21 00:30 #lobby ann: hello\n')
  assert.equal(shown(past({ kind: 'action', text: 'waves' })), '-- 2026-11-20 23:30 #lobby * ann waves\n')
  assert.equal(
    shown(past({ text: 'a\nb::c\u001b' })),
    '-- 2026-11-20 23:30 #lobby ann: a\n-- 2026-11-20 23:30 #lobby ann: b::c␛\n',
  )
  assert.equal(shown(past({ text: '', deletedAt: TIME })), '-- 2026-11-20 23:30 #lobby ann: (deleted)\n')
})

test('pastLines: a private message stands under the name of the other one', () => {
  assert.equal(shown(past({ to: BOB })), '-- 2026-11-20 23:30 @ann ann: hello\n')
  assert.equal(shown(past({ from: BOB, to: ANN })), '-- 2026-11-20 23:30 @ann bob: hello\n')
})

test('pastLines cuts long messages for a search', () => {
  assert.equal(
    shown(past({ text: 'x'.repeat(400) }), { short: true }).length,
    '-- 2026-11-20 23:30 #lobby ann: …\n'.length + 300,
  )
  assert.equal(shown(past({ text: `${'x'.repeat(299)}😀` }), { short: true }).includes('\ufffd'), false)
  assert.equal(shown(past({ text: 'x'.repeat(300) }), { short: true }).includes('…'), false)
})
