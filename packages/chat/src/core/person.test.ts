/** What a person remembers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from './limits.ts'
import { Person } from './person.ts'

test('Person.converse remembers the newest conversations, and forgets the one that is quiet longest', () => {
  const person = new Person('p', 'ann', 0)
  for (let other = 0; other < LIMITS.conversations; other += 1) {
    person.converse(`@${other}+p`, { id: String(other), name: `n${other}` })
  }
  person.converse('@0+p', { id: '0', name: 'n0' })
  person.converse('@new+p', { id: 'new', name: 'new' })
  assert.equal(person.conversations.size, LIMITS.conversations)
  assert.ok(person.conversations.has('@0+p'))
  assert.ok(!person.conversations.has('@1+p'))
})
