/** Mentions: which words of a text are names of people who are here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from './limits.ts'
import { mentionsIn } from './mentions.ts'
import { caseless } from './names.ts'

const HERE = new Map(['ann', 'Bob', '[cec]', 'jean-luc', 'Ünal', '_x_'].map((name) => [caseless(name), name]))

function mentions(text: string, sender = 'ann'): readonly string[] | undefined {
  return mentionsIn(text, sender, (name) => {
    const found = HERE.get(name)
    return found === undefined ? undefined : { id: found, name: found }
  })
}

test('mentionsIn finds names as words, with or without @, in any case', () => {
  const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['hello bob', ['Bob']],
    ['@BOB: look', ['Bob']],
    ['bob, jean-luc!', ['Bob', 'jean-luc']],
    ['-bob- and (bob)', ['Bob']],
    ['[cec] _x_ üNAL.', ['[cec]', '_x_', 'Ünal']],
    ['bobby and kebob', undefined],
    ['', undefined],
    ['::: @ @@ ...', undefined],
    ['I am ann', undefined],
  ]
  for (const [text, expected] of cases) assert.deepEqual(mentions(text), expected, text)
})

test('mentionsIn looks at so many words, and finds so many persons at most', () => {
  assert.equal(mentions(`${'x '.repeat(LIMITS.mentionWords)}bob`), undefined)
  assert.deepEqual(mentions(`${'x '.repeat(LIMITS.mentionWords - 1)}bob`), ['Bob'])
  const all = mentionsIn(Array.from({ length: 100 }, (_, index) => `n${index}`).join(' '), 'ann', (name) => ({
    id: name,
    name,
  }))
  assert.equal(all?.length, LIMITS.mentions)
})
