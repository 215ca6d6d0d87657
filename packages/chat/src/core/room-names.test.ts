/** Rooms' names, and the keys of private conversations. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ChatError } from './errors.ts'
import { pairKey, pairOf, parseRoomName } from './room-names.ts'

test('parseRoomName takes a name with or without its #, in any case', () => {
  assert.equal(parseRoomName('den'), '#den')
  assert.equal(parseRoomName(' #Den-2_b '), '#den-2_b')
  assert.equal(parseRoomName('ΑΓΟΡΆ'), '#αγορά')
  assert.equal(parseRoomName('İstanbul'), '#istanbul')
  assert.equal(parseRoomName('2026'), '#2026')
  assert.equal(parseRoomName('#'.concat('x'.repeat(32))), `#${'x'.repeat(32)}`)
})

test('parseRoomName refuses everything else', () => {
  for (const typed of [
    '',
    '#',
    '##a',
    'a b',
    '-a',
    '_a',
    'a,b',
    'a:b',
    '@a+b',
    'x'.repeat(33),
    'aб',
    'a\u202e',
    '\n',
  ]) {
    assert.throws(() => parseRoomName(typed), new ChatError('bad-room-name'), JSON.stringify(typed))
  }
})

test('parseRoomName gives a name that it takes again, or refuses', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 8 }), (typed) => {
      let name: string
      try {
        name = parseRoomName(typed)
      } catch (error) {
        assert.ok(error instanceof ChatError)
        return
      }
      assert.equal(parseRoomName(name), name)
    }),
    { numRuns: 300 },
  )
})

test('pairKey is the same from both sides, and no room', () => {
  assert.equal(pairKey('a', 'b'), pairKey('b', 'a'))
  assert.notEqual(pairKey('a', 'b'), pairKey('a', 'c'))
  assert.throws(() => parseRoomName(pairKey('a', 'b')), ChatError)
})

test('pairOf gives the two of what pairKey made, and nobody of anything else', () => {
  assert.deepEqual(pairOf(pairKey('b', 'a')), ['a', 'b'])
  for (const key of ['@a', '@a+a', '@b+a', '@a+b+c', '@a+', '@+a', '@', '#a+b', '']) {
    assert.deepEqual(pairOf(key), [], key)
  }
})
