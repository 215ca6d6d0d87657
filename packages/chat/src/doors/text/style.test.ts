/** Lines in the style that somebody has chosen. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTextLine, printable, type TextLine } from '@partyline/protocols'
import fc from 'fast-check'
import { formatEvent } from './format.ts'
import { formatStyle, isPlain, PLAIN, parseStyle, type Style, styledLine } from './style.ts'

const p = printable
const FRIENDLY: Style = { names: true, times: true, colours: true, offset: 0 }
const ESCAPE = '\u001b'
const TIME = Date.UTC(2026, 10, 20, 16, 4)

const said: TextLine = { kind: 'said', name: p('ann'), text: p('hi') }
const lines: readonly TextLine[] = [
  said,
  { kind: 'action', name: p('ann'), text: p('waves') },
  { kind: 'private', name: p('ann'), text: p('hi') },
  { kind: 'private-sent', name: p('ann'), text: p('hi') },
  { kind: 'logged-in', name: p('ann') },
  { kind: 'notice', text: p('#den: 3 new') },
  { kind: 'past-said', time: p('2026-11-20 16:04'), room: p('#den'), name: p('ann'), text: p('hi') },
]

function shown(style: Style, time?: number): string[] {
  return lines.map((line) => styledLine(line, style, time))
}

test('styledLine: plain lines are those of the table, whatever the time and the zone', () => {
  const expected = lines.map((line) => formatTextLine(line))
  assert.deepEqual(shown(PLAIN, TIME), expected)
  assert.deepEqual(shown({ ...PLAIN, offset: 90 }, TIME), expected)
})

test('styledLine: names stand in brackets where NAME:: would be', () => {
  assert.deepEqual(shown({ ...PLAIN, names: true }, TIME), [
    '[ann] hi',
    '* ann waves',
    '[ann -> you] hi',
    '[you -> ann] hi',
    'ann logged in',
    '-- #den: 3 new',
    '-- 2026-11-20 16:04 #den [ann] hi',
  ])
})

test('styledLine: the time stands before what has one, in the zone of the reader', () => {
  assert.equal(styledLine(said, { ...PLAIN, times: true, offset: 480 }, TIME), '00:04 ann::hi')
  assert.equal(styledLine(said, { ...PLAIN, times: true }), 'ann::hi')
})

test('styledLine: colours are for names, the same each time, and everything else is dim or as it was', () => {
  const [message = '', action, , , , notice, past] = shown({ ...PLAIN, colours: true }, TIME)
  const [name = '', rest] = message.split('ann')
  assert.match(name.replace(ESCAPE, 'ESC'), /^ESC\[3[1-6]m$/)
  assert.equal(rest, '\u001b[0m::hi')
  assert.equal(action, `* ${name}ann\u001b[0m waves`)
  assert.equal(notice, '\u001b[2m-- #den: 3 new\u001b[0m')
  assert.equal(past, '\u001b[2m-- 2026-11-20 16:04 #den ann: hi\u001b[0m')
  const upper = styledLine({ ...said, name: p('ANN') }, { ...PLAIN, colours: true })
  assert.equal(upper, `${name}ANN\u001b[0m::hi`)
})

test('formatEvent: escape sequences in a style are ours, and never come from what somebody wrote', () => {
  const ours = new RegExp(`${ESCAPE}\\[(?:0|2|3[1-6])m`, 'g')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, text) => {
      const from = { id: 'p1', name: `${name}\u001b[2J` }
      const event = {
        kind: 'said',
        id: 'm',
        room: '#den',
        from,
        text: `${text}\u001b[2J`,
        seq: 1,
        time: TIME,
      } as const
      for (const line of formatEvent(event, undefined, FRIENDLY).split('\n').slice(0, -1)) {
        const rest = line.replaceAll(ours, '')
        assert.equal(rest, printable(rest))
        assert.equal([...line.matchAll(ours)].length, 4) // the time and the name, each with its end
      }
    }),
  )
})

test('parseStyle: the words say all of the look; the zone stays unless they have one', () => {
  const from = (words: string, now: Style = PLAIN): Style | string => {
    const style = parseStyle(words, now)
    return 'problem' in style ? style.problem : style
  }
  assert.deepEqual(from(''), PLAIN)
  assert.deepEqual(from('friendly'), FRIENDLY)
  assert.deepEqual(from('Friendly +02:00'), { ...FRIENDLY, offset: 120 })
  assert.deepEqual(from('names  colors'), { ...PLAIN, names: true, colours: true })
  assert.deepEqual(from('times', { ...FRIENDLY, offset: -60 }), { ...PLAIN, times: true, offset: -60 })
  assert.deepEqual(from('+1', FRIENDLY), { ...FRIENDLY, offset: 60 })
  assert.deepEqual(from('plain UTC', { ...FRIENDLY, offset: 60 }), PLAIN)
  assert.equal(from('frendly'), 'frendly is no style: did you mean friendly?')
  assert.match(from('constructor') as string, /^constructor is no style: a style is \[plain\|friendly\]/)
})

test('formatStyle says a style in words that make it', () => {
  const styles = fc.record(
    {
      names: fc.boolean(),
      times: fc.boolean(),
      colours: fc.boolean(),
      offset: fc.integer({ min: -56, max: 56 }).map((quarters) => quarters * 15),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(styles, fc.boolean(), (style, wasFriendly) => {
      const words = formatStyle(style).replace(', times in', '')
      assert.deepEqual(parseStyle(words, wasFriendly ? FRIENDLY : PLAIN), style)
      assert.equal(isPlain(style), words.startsWith('plain'))
    }),
  )
})
