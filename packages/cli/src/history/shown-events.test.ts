import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryMessage, Kept } from '@partyline/chat'
import fc from 'fast-check'
import { eventLine, eventObject, messageLine, messageObject } from './shown-events.ts'

const UTC = (): number => 0
const TIME = Date.parse('2026-11-20T16:04:32.123Z')
const ANN = { id: 'p1', name: 'ann' }
/** Reactions that are no emoji could say anything before the name. */
const MANY = [
  { text: '\u2764\uFE0F', from: [ANN] },
  { text: 'x) bob: no', from: [ANN, { id: 'p2', name: 'bob' }] },
  { text: '+1', from: [ANN] },
]
const PLACE = { id: 'm1', seq: 7, room: '#lobby', from: { id: 'p1', name: 'ann' }, time: TIME } as const

function said(more: Partial<HistoryMessage> = {}): HistoryMessage {
  return { kind: 'said', ...PLACE, text: 'hello', ...more }
}

test('messageLine has the time, the room, the name and the text', () => {
  const to = { id: 'p2', name: 'bob' }
  for (const [message, line] of [
    [said(), '#lobby ann: hello'],
    [said({ kind: 'action', text: 'waves' }), '#lobby * ann waves'],
    [said({ editedAt: TIME + 1 }), '#lobby (edited) ann: hello'],
    [said({ deletedAt: TIME + 1, text: '' }), '#lobby (deleted) ann'],
    [said({ room: '@p1+p2', to }), '@bob ann: hello'],
    [said({ reactions: [{ text: '\u{1F44D}', from: [to, ANN] }] }), '#lobby (\u{1F44D} 2) ann: hello'],
    [said({ editedAt: TIME + 1, reactions: MANY }), '#lobby (edited, \u2764\uFE0F 1, 3 others) ann: hello'],
    [said({ reactions: MANY.slice(2), kind: 'action', text: 'waves' }), '#lobby (1 other) * ann waves'],
    [said({ text: 'two\nlines\u001b[31m\u202Eback' }), '#lobby ann: two␊lines␛[31m\uFFFDback'],
  ] as const) {
    assert.equal(messageLine(message, UTC), `2026-11-20 16:04:32 ${line}`)
  }
})

test('messageLine can be read back, whatever was said: who, where and what', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('said', 'action'), (text, kind) => {
      const line = messageLine(said({ text, kind }), UTC)
      const [, room, who] = /^[\d-]+ [\d:]+ (#\S+) (?:(\S+):|\* (\S+)) /u.exec(`${line} `) ?? []
      assert.equal(room, '#lobby')
      assert.equal(who ?? 'ann', 'ann')
      assert.equal(kind === 'said', line.startsWith('2026-11-20 16:04:32 #lobby ann: '))
      assert.doesNotMatch(line, /\p{Cc}/u)
    }),
  )
})

test('eventLine says what was done to messages and rooms', () => {
  for (const [event, line] of [
    [said(), 'ann: hello'],
    [{ kind: 'edited', ...PLACE, target: 'm0', text: 'hi' }, '-- ann edited a message: hi'],
    [{ kind: 'deleted', ...PLACE, target: 'm0' }, '-- ann deleted a message'],
    [{ kind: 'reacted', ...PLACE, target: 'm0', text: '+1\n' }, '-- ann reacted to a message: +1␊'],
    [
      { kind: 'reacted', ...PLACE, target: 'm0', text: '+1', removed: true },
      '-- ann took back a reaction to a message: +1',
    ],
    [{ kind: 'topic', ...PLACE, text: 'tea' }, '-- ann set the topic: tea'],
    [{ kind: 'topic', ...PLACE, text: '' }, '-- ann removed the topic'],
  ] satisfies readonly (readonly [Kept, string])[]) {
    assert.equal(eventLine(event, UTC), `2026-11-20 16:04:32 #lobby ${line}`)
  }
})

test('messageObject has what programs need, with times in UTC', () => {
  const common = { id: 'm1', seq: 7, room: '#lobby', from: 'ann', fromId: 'p1' }
  const time = '2026-11-20T16:04:32.123Z'
  assert.deepEqual(messageObject(said()), { ...common, kind: 'message', text: 'hello', time })
  const more = { kind: 'action', replyTo: 'm0', editedAt: TIME + 1000 } as const
  assert.deepEqual(messageObject(said(more)), {
    ...common,
    kind: 'action',
    text: 'hello',
    time,
    replyTo: 'm0',
    edited: '2026-11-20T16:04:33.123Z',
  })
  const reactions = [{ text: '+1', from: [ANN, { id: 'p2', name: 'bob' }] }]
  assert.deepEqual(messageObject(said({ reactions })), {
    ...common,
    kind: 'message',
    text: 'hello',
    time,
    reactions: [{ text: '+1', from: ['ann', 'bob'], fromId: ['p1', 'p2'] }],
  })
  const gone = said({ deletedAt: TIME + 2000, text: '', to: { id: 'p2', name: 'bob' } })
  assert.deepEqual(messageObject(gone), {
    ...common,
    to: 'bob',
    toId: 'p2',
    kind: 'message',
    text: '',
    time,
    deleted: '2026-11-20T16:04:34.123Z',
  })
})

test('eventObject names the message that something was done to', () => {
  const common = {
    id: 'm1',
    seq: 7,
    room: '#lobby',
    from: 'ann',
    fromId: 'p1',
    time: '2026-11-20T16:04:32.123Z',
  }
  assert.deepEqual(eventObject(said()), messageObject(said()))
  const edited = { kind: 'edited', target: 'm0', text: 'hi' } as const
  assert.deepEqual(eventObject({ ...PLACE, ...edited }), { ...common, ...edited })
  const deleted = { kind: 'deleted', target: 'm0' } as const
  assert.deepEqual(eventObject({ ...PLACE, ...deleted }), { ...common, ...deleted })
  const reacted = { kind: 'reacted', target: 'm0', text: '+1' } as const
  assert.deepEqual(eventObject({ ...PLACE, ...reacted }), { ...common, ...reacted })
  const removed = { ...reacted, removed: true } as const
  assert.deepEqual(eventObject({ ...PLACE, ...removed }), { ...common, ...removed })
  const topic = { kind: 'topic', text: 'tea' } as const
  assert.deepEqual(eventObject({ ...PLACE, ...topic }), { ...common, ...topic })
})
