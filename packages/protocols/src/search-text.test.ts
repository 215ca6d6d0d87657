/** Searches as people type them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { MAX_SEARCH_WORDS, parseSearchText, type SearchText } from './search-text.ts'

const frame = { now: Date.UTC(2026, 10, 20, 16, 4), offset: 0 }

function word(text: string): SearchText['words'][number] {
  return { text, phrase: false }
}

function phrase(text: string): SearchText['words'][number] {
  return { text, phrase: true }
}

const meant: readonly (readonly [text: string, means: SearchText])[] = [
  ['hello', { words: [word('hello')] }],
  ['  two   words ', { words: [word('two'), word('words')] }],
  ['"two words" more', { words: [phrase('two words'), word('more')] }],
  ['"two words"more', { words: [phrase('two words'), word('more')] }],
  ['from:ann tea', { words: [word('tea')], from: 'ann' }],
  ['tea FROM:Ann in:#den', { words: [word('tea')], from: 'Ann', in: '#den' }],
  ['from:"ann" in:den', { words: [], from: 'ann', in: 'den' }],
  ['before:2026-11-01', { words: [], before: Date.UTC(2026, 10, 1) }],
  ['after:yesterday', { words: [], after: Date.UTC(2026, 10, 19) }],
  ['see http://example.com/x?a=b:c', { words: [word('see'), word('http://example.com/x?a=b:c')] }],
  ['at 12:30 a:b :-) ::', { words: [word('at'), word('12:30'), word('a:b'), word(':-)'), word('::')] }],
  ['"from:ann"', { words: [phrase('from:ann')] }],
  ['note: tea', { words: [word('note:'), word('tea')] }],
  ["名前 don't", { words: [word('名前'), word("don't")] }],
]

for (const [text, means] of meant) {
  test(`parseSearchText understands ${text}`, () => assert.deepEqual(parseSearchText(text, frame), means))
}

const problems: readonly (readonly [text: string, problem: RegExp])[] = [
  ['', /nothing to search for/],
  ['"" "  "', /nothing to search for/],
  ['"open', /not closed/],
  ['5" disk', /not closed/],
  ['from: ann', /^from: needs something right after it, like from:ann$/],
  ['from:""', /^from: needs/],
  ['tea in:', /^in: needs/],
  ['from:a from:b', /only once/],
  ['form:ann', /there is no form: .* did you mean from:/],
  ['befor:2026-11-01', /did you mean before:/],
  ['before:tomorrow', /^before:tomorrow is no time; a time is today, /],
  ['after:2026-11-31', /^after:2026-11-31 is no time/],
  ['after:2026-11-02 before:2026-11-01', /both before and after/],
  ['x '.repeat(MAX_SEARCH_WORDS + 1), /at most 32 words/],
]

for (const [text, problem] of problems) {
  test(`parseSearchText says what is wrong with ${JSON.stringify(text.slice(0, 40))}`, () => {
    const result = parseSearchText(text, frame)
    assert.match('problem' in result ? result.problem : 'none', problem)
  })
}

test('parseSearchText never fails, and gives words that were typed', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom('"', ' ', ':', 'from:', 'in:', 'before:', 'today'),
      fc.string({ unit: 'binary', maxLength: 20, size: 'max' }),
    ),
    { maxLength: 12, size: 'max' },
  )
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('')
      const result = parseSearchText(text, frame)
      if ('problem' in result) return assert.notEqual(result.problem, '')
      for (const { text: found } of result.words) assert.ok(text.replaceAll('"', '').includes(found), found)
    }),
    { numRuns: 2000 },
  )
})
