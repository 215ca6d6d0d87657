import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summaryOf, summaryWords } from './summary.ts'
import { fakeHistory, saidAs } from './testing/fake-history.ts'

test('summaryOf counts rooms, private conversations and messages', () => {
  const history = fakeHistory([saidAs(1), saidAs(2), saidAs(3, { room: '@p1+p2' })])
  const summary = summaryOf(history)
  assert.deepEqual(summary, { rooms: 1, conversations: 1, messages: 3 })
  assert.equal(summaryWords(summary), '3 messages in 1 room and 1 private conversation')
  assert.equal(summaryWords({ rooms: 2, conversations: 0, messages: 1 }), '1 message in 2 rooms')
})
