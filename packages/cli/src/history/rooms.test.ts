import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRoomName } from '@partyline/chat'
import { CommandError } from '../failure.ts'
import { knownRoom, roomKey } from './rooms.ts'
import { fakeHistory, saidAs } from './testing/fake-history.ts'

test('roomKey takes a room with or without its #, in any case', () => {
  for (const typed of ['#Den', 'den', ' DEN ', '#den']) assert.equal(roomKey(typed), '#den')
  assert.equal(roomKey('ＤＥＮ'), '#den')
  // As the chat itself has them: the last letter of a Greek word, a German ß.
  for (const [one, other] of [
    ['ΟΔΟΣ', 'οδος'],
    ['Straße', 'STRASSE'],
  ] as const) {
    assert.equal(roomKey(one), roomKey(other), one)
    assert.equal(roomKey(one), parseRoomName(one))
  }
})

test('roomKey refuses what no room can be called', () => {
  for (const typed of ['', '#', 'two words', '@p1+p2', 'x'.repeat(33), 'a\nb']) {
    assert.throws(
      () => roomKey(typed),
      (error) => error instanceof CommandError && error.exitCode === 2,
    )
  }
})

test('knownRoom has a suggestion, and the rooms that there are, for one that there is not', () => {
  const history = fakeHistory([saidAs(1), saidAs(2, { room: '#den' }), saidAs(3, { room: '@p1+p2' })])
  assert.equal(knownRoom(history, 'DEN'), '#den')
  assert.throws(
    () => knownRoom(history, 'dne'),
    (error) =>
      error instanceof CommandError &&
      error.exitCode === 1 &&
      error.message === 'nothing was ever said in #dne. Did you mean #den?' &&
      error.hints.join() === 'There are: #lobby #den',
  )
  const many = fakeHistory(Array.from({ length: 11 }, (_, i) => saidAs(i, { room: `#r${i}` })))
  assert.throws(
    () => knownRoom(many, 'elsewhere'),
    (error) => error instanceof CommandError && error.hints.join() === `There are: ${NAMES} ...`,
  )
  assert.throws(() => knownRoom(fakeHistory([]), 'den'), { message: 'nothing was ever said in #den.' })
})

const NAMES = Array.from({ length: 10 }, (_, i) => `#r${i}`).join(' ')
