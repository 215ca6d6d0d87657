/** What a search looks for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STORE_LIMITS } from '../core/store.ts'
import { holdsAll, wantedParts } from './search-words.ts'

function parts(...texts: string[]): readonly string[] {
  return wantedParts(texts.map((text) => ({ text, phrase: false })))
}

test('wantedParts drops what is blank or double, and divides at a NUL', () => {
  assert.deepEqual(parts(' tea ', '', ' \t', 'tea', 'a\0\0b', 'green tea'), ['tea', 'a', 'b', 'green tea'])
})

test('wantedParts takes a bounded number of words', () => {
  assert.equal(parts(...Array.from({ length: 1000 }, (_, index) => `w${index}`)).length, STORE_LIMITS.words)
})

test('holdsAll knows no case, and wants all', () => {
  assert.ok(holdsAll('Viel ÄRGER mit Σοφός', ['ärger', 'ΣΟΦΌΣ', 'l ä']))
  assert.ok(!holdsAll('Viel ÄRGER', ['ärger', 'tea']))
  assert.ok(holdsAll('anything', []))
})
