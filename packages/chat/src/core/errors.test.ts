/** The words of errors say the numbers that hold. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHAT_ERRORS, ChatError } from './errors.ts'
import { LIMITS } from './limits.ts'

test('CHAT_ERRORS names the limits as they are', () => {
  assert.ok(CHAT_ERRORS['too-long'].includes(` ${LIMITS.messageBytes} `))
  assert.ok(CHAT_ERRORS['bad-room-name'].includes(` ${LIMITS.roomNameLength} `))
  assert.ok(CHAT_ERRORS['bad-reaction'].includes(` ${LIMITS.reactionLength} `))
  assert.ok(CHAT_ERRORS['too-many-rooms'].includes(` ${LIMITS.roomsPerPerson} `))
  assert.ok(CHAT_ERRORS['no-more-rooms'].includes(` ${LIMITS.rooms} `))
})

test('ChatError has a code for programs, words for people, and the cause', () => {
  const cause = new Error('disk')
  const error = new ChatError('no-such-person', 'bob', cause)
  assert.equal(error.code, 'no-such-person')
  assert.equal(error.message, 'bob: nobody here has that name')
  assert.equal(error.cause, cause)
})
