/** A million lines, read back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTextLine, printable, type TextLine } from '@partyline/protocols'
import type { HistoryMessage, PersonRef } from '../../core/events.ts'
import { fitName, isReserved } from '../../core/names.ts'
import { formatEvent, formatLines, pastLines } from './format.ts'

const LINES = 1_000_000

/** The same numbers each time, from 0 to below 1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const next = numbers(1)

function oneOf<T>(all: readonly [T, ...T[]]): T {
  return all[Math.floor(next() * all.length)] ?? all[0]
}

const PIECES = [
  '::',
  ' ',
  ' -> you::',
  'you -> ',
  '* ',
  '-- ',
  ':',
  'bob',
  ' logged in',
  ' disconnected',
  '-- 2026-11-20 16:04 #den ann: ',
  '\u001b[A',
  '\u202e',
  '\u0085',
  '\u2028',
  '\ud800',
  '\t',
  '/',
  '名前',
  'é',
  '😀',
  'x',
] as const

function text(): string {
  let all = ''
  for (let pieces = Math.floor(next() * 6); pieces >= 0; pieces -= 1) {
    all += next() < 0.7 ? oneOf(PIECES) : String.fromCodePoint(Math.floor(next() * 0x11_00_00))
  }
  return all.replace(/[\r\n]/g, ' ')
}

function somebody(id: string): PersonRef {
  for (;;) {
    const { name } = fitName(text())
    if (!isReserved(name)) return { id, name }
  }
}

// Making names costs more than all the rest.
const PEOPLE = Array.from({ length: 1000 }, (_, index) => somebody(`p${index}`)) as [
  PersonRef,
  ...PersonRef[],
]

function message(): HistoryMessage {
  const [from, to] = [oneOf(PEOPLE), oneOf(PEOPLE)]
  const isPrivate = next() < 0.3 && from.id !== to.id
  const time = Math.floor(next() * 4e12)
  const kind = oneOf<'said' | 'action'>(['said', 'action'])
  const room = isPrivate ? '@pair' : oneOf(['#lobby', '#den-2', '#名前'])
  return { kind, id: 'm', room, from, text: text(), seq: 1, time, ...(isPrivate ? { to } : {}) }
}

/** What the line of a message must be read back to by its receiver. */
function said({ kind, from, to, text: words }: HistoryMessage): TextLine {
  const [name, shown] = [printable(from.name), printable(words)]
  if (to === undefined) return { kind, name, text: shown }
  return { kind: 'private', name, text: kind === 'said' ? shown : printable(`* ${from.name} ${words}`) }
}

test('formatEvent and pastLines: a million lines are read back to who, where and what', () => {
  for (let count = 0; count < LINES; count += 2) {
    const one = message()
    const reader = one.to ?? oneOf(PEOPLE)
    assert.deepEqual(parseTextLine(formatEvent(one, reader).slice(0, -1)), said(one))
    const { from, to, room } = one
    assert.deepEqual(parseTextLine(formatLines(pastLines(one, { reader, offset: 0 })).slice(0, -1)), {
      kind: one.kind === 'said' ? 'past-said' : 'past-action',
      time: new Date(one.time).toISOString().slice(0, 16).replace('T', ' '),
      room: to === undefined ? room : `@${from.name}`,
      name: from.name,
      text: printable(one.text),
    })
  }
})
