/** Scripts: which letters go together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestWritingSystem } from './scripts.ts'

function kept(text: string): string {
  const letters = Array.from(text)
  const system = bestWritingSystem(letters)
  return letters.filter((letter) => system?.test(letter)).join('')
}

test('bestWritingSystem keeps what the most letters belong to', () => {
  assert.equal(kept('abвгд'), 'вгд')
  assert.equal(kept('abcвг'), 'abc')
})

test('bestWritingSystem keeps the earlier one of two that have as many', () => {
  assert.equal(kept('abвг'), 'ab')
  assert.equal(kept('вгab'), 'вг')
})

test('bestWritingSystem knows languages that write with several scripts', () => {
  for (const text of ['漢字かなカナー', '한글漢字', '漢字ㄅㄆ']) assert.equal(kept(text), text)
  assert.equal(kept('かな한글글'), '한글글')
})

test('bestWritingSystem takes no phonetic letters and small capitals for Latin', () => {
  assert.equal(kept('aɑᴀǃǀ'), 'a')
})

test('bestWritingSystem finds none where there are no letters', () => {
  assert.equal(bestWritingSystem([]), undefined)
  assert.equal(bestWritingSystem(['1', '_']), undefined)
})
