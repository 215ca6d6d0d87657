import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { didYouMean, typingErrors } from './did-you-mean.ts'

test('typingErrors counts missing, additional, wrong and swapped letters', () => {
  assert.equal(typingErrors('serve', 'serve'), 0)
  assert.equal(typingErrors('srve', 'serve'), 1)
  assert.equal(typingErrors('sserve', 'serve'), 1)
  assert.equal(typingErrors('serxe', 'serve'), 1)
  assert.equal(typingErrors('sevre', 'serve'), 1)
  assert.equal(typingErrors('', 'serve'), 5)
  assert.equal(typingErrors('serve', ''), 5)
})

test('typingErrors is the same in both directions, and 0 only for equal words', () => {
  const word = fc.string({ maxLength: 12, size: 'max' })
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(typingErrors(a, b), typingErrors(b, a))
      assert.equal(typingErrors(a, b) === 0, a === b)
    }),
  )
})

const WORDS = ['help', 'who', 'rooms', 'join', 'me', 'msg', 'history', 'quit']

test('didYouMean finds what is one or two mistakes away, or begins like it', () => {
  const cases = {
    halp: 'help',
    hlep: 'help',
    histroy: 'history',
    hist: 'history',
    qiut: 'quit',
    roms: 'rooms',
    jion: 'join',
    h: 'help',
  }
  for (const [typed, meant] of Object.entries(cases)) assert.equal(didYouMean(typed, WORDS), meant, typed)
})

test('didYouMean finds nothing where nothing is near', () => {
  for (const typed of ['', 'x', 'zz', 'leave', 'constructor', 'q'.repeat(100_000)]) {
    assert.equal(didYouMean(typed, WORDS), undefined, typed.slice(0, 20))
  }
})
