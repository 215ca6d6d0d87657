import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Printable, printable } from './printable.ts'
import { formatTextLine, parseTextLine, TEXT_LINE_FORMS, type TextLine } from './text-lines.ts'

const p = printable

const cases: readonly { line: string; means: TextLine }[] = [
  { line: 'ann::hello', means: { kind: 'said', name: p('ann'), text: p('hello') } },
  { line: 'ann::', means: { kind: 'said', name: p('ann'), text: p('') } },
  { line: 'ann::bob::hi', means: { kind: 'said', name: p('ann'), text: p('bob::hi') } },
  { line: 'ann:: -> you::hi', means: { kind: 'said', name: p('ann'), text: p(' -> you::hi') } },
  { line: 'ann::bob logged in', means: { kind: 'said', name: p('ann'), text: p('bob logged in') } },
  { line: '* ann waves', means: { kind: 'action', name: p('ann'), text: p('waves') } },
  { line: '* ann logged in', means: { kind: 'action', name: p('ann'), text: p('logged in') } },
  { line: 'ann -> you::psst', means: { kind: 'private', name: p('ann'), text: p('psst') } },
  { line: 'you -> ann::psst', means: { kind: 'private-sent', name: p('ann'), text: p('psst') } },
  {
    line: '-- 2026-11-20 16:04 #den ann: hi: bob::x',
    means: {
      kind: 'past-said',
      time: p('2026-11-20 16:04'),
      room: p('#den'),
      name: p('ann'),
      text: p('hi: bob::x'),
    },
  },
  {
    line: '-- 2026-11-20 16:04 @bob * ann waves: x',
    means: {
      kind: 'past-action',
      time: p('2026-11-20 16:04'),
      room: p('@bob'),
      name: p('ann'),
      text: p('waves: x'),
    },
  },
  { line: '-- 2026-11-20 16:04', means: { kind: 'notice', text: p('2026-11-20 16:04') } },
  { line: '-- #den: 3 new', means: { kind: 'notice', text: p('#den: 3 new') } },
  { line: '-- -> you::hi', means: { kind: 'notice', text: p('-> you::hi') } },
  { line: '-- logged in', means: { kind: 'notice', text: p('logged in') } },
  { line: 'ann logged in', means: { kind: 'logged-in', name: p('ann') } },
  { line: 'ann disconnected', means: { kind: 'disconnected', name: p('ann') } },
  { line: 'Server Shutting Down!', means: { kind: 'shutdown' } },
  { line: '', means: { kind: 'other', text: p('') } },
  {
    line: 'Please enter your screen name:',
    means: { kind: 'other', text: p('Please enter your screen name:') },
  },
  { line: '-'.repeat(37), means: { kind: 'other', text: p('-'.repeat(37)) } },
  { line: 'Server Shutting Down! ', means: { kind: 'other', text: p('Server Shutting Down! ') } },
  { line: '* ann', means: { kind: 'other', text: p('* ann') } },
  { line: 'ann lee::hi', means: { kind: 'other', text: p('ann lee::hi') } },
  { line: '::hi', means: { kind: 'other', text: p('::hi') } },
]

for (const { line, means } of cases) {
  test(`parseTextLine and formatTextLine know ${JSON.stringify(line)} as ${means.kind}`, () => {
    assert.deepEqual(parseTextLine(line), means)
    assert.equal(formatTextLine(means), line)
  })
}

test('TEXT_LINE_FORMS has every kind in the cases above', () => {
  assert.deepEqual(new Set(cases.map(({ means }) => means.kind)), new Set(Object.keys(TEXT_LINE_FORMS)))
})

test('parseTextLine makes printable what another server sent', () => {
  assert.deepEqual(parseTextLine('ann::\x1b[2J\r'), { kind: 'said', name: p('ann'), text: p('␛[2J␍') })
})

test('formatTextLine takes dollar signs and the words of its own table for what they are', () => {
  const said: TextLine = { kind: 'said', name: p('NAME'), text: p("TEXT $& $1 NAME $'") }
  assert.equal(formatTextLine(said), "NAME::TEXT $& $1 NAME $'")
  assert.deepEqual(parseTextLine(formatTextLine(said)), said)
})

// The longest reach of what a name may be: no blank, none of the reserved punctuation, a free beginning.
const names: fc.Arbitrary<Printable> = fc
  .oneof(
    fc.constantFrom(
      'ann',
      'NAME',
      'TEXT',
      'TIME',
      'ROOM',
      'Server',
      '->',
      '>',
      '_-',
      '[x]',
      'Ω',
      '名前',
      '^|{}',
      'logged',
      'constructor',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 32, size: 'max' }),
  )
  .map(printable)
  .filter((name) => /^[^\s:@#!*,/.\d-][^\s:@#!*,/.]*$/u.test(name) && name !== 'you')

const texts: fc.Arbitrary<Printable> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
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
      ),
      fc.constantFrom('Server Shutting Down!', '\n', '\r', '\x1b[A', '$&', '\u2028'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 6, size: 'max' },
  )
  .map((parts) => printable(parts.join('')))

const plain = { noNullPrototype: true } as const

const lines: fc.Arbitrary<TextLine> = fc.oneof(
  fc.record(
    {
      kind: fc.constantFrom('said', 'action', 'private', 'private-sent'),
      name: names,
      text: texts,
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constantFrom('past-said', 'past-action'),
      time: fc.constantFrom(p('2026-11-20 16:04'), p('0001-01-01 00:00')),
      room: fc.oneof(
        fc.constantFrom(p('#lobby'), p('#TIME')),
        names.map((name) => p(`@${name}`)),
      ),
      name: names,
      text: texts,
    },
    plain,
  ),
  fc.record({ kind: fc.constantFrom('logged-in', 'disconnected'), name: names }, plain),
  fc.record({ kind: fc.constant('notice'), text: texts }, plain),
  fc.constant<TextLine>({ kind: 'shutdown' }),
)

test('parseTextLine reads every line of formatTextLine back to exactly who and what', () => {
  fc.assert(
    fc.property(lines, (line) => {
      const written = formatTextLine(line)
      assert.equal(printable(written), written)
      assert.deepEqual(parseTextLine(written), line)
    }),
    { numRuns: 2000 },
  )
})

test('formatTextLine writes every line of parseTextLine back as it was shown', () => {
  fc.assert(
    fc.property(texts, (line) => assert.equal(formatTextLine(parseTextLine(line)), line)),
    { numRuns: 2000 },
  )
})
