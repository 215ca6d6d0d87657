/** The permission table: every action for every role, on what is theirs and what is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf } from '../testing/chat-guests.ts'
import type { Message } from './events.ts'
import { type Action, type Actor, authorize, may, OPERATOR, PERMISSIONS, type Role } from './permissions.ts'
import { Person } from './person.ts'
import { Room } from './room.ts'
import { pairKey } from './room-names.ts'
import { Session } from './session.ts'

const ACTIONS = Object.keys(PERMISSIONS) as Action[]

function guest(): Person {
  const person = new Person('p', 'ann', 0)
  const den = new Room('#den')
  person.rooms.set('#den', den)
  person.sessions.add(new Session(person, { deliver() {}, news() {}, end() {}, fail() {} }, den))
  return person
}

function message(id: string): Message {
  return { kind: 'said', id: 'm', room: '#den', from: { id, name: 'x' }, text: 'x' }
}

/** What comes of it: undefined when it is allowed, else the code. */
function refusal(actor: Actor, action: Action, object?: Message | string): string | undefined {
  try {
    authorize(actor, action, object)
    return undefined
  } catch (error) {
    return codeOf(error) ?? 'a fault'
  }
}

test('authorize follows the table for every action and role, on own, on others’, and on nothing', () => {
  const actors: Readonly<Record<Role, Actor>> = { guest: guest(), operator: OPERATOR }
  for (const action of ACTIONS) {
    for (const [role, actor] of Object.entries(actors) as [Role, Actor][]) {
      const reach = may(role, action)
      const no = PERMISSIONS[action].refusal
      const own = [message(actor.ref.id), pairKey(actor.ref.id, 'q')]
      const foreign = [message('q'), '#other', pairKey('q', 'r'), undefined]
      for (const object of own) {
        assert.equal(
          refusal(actor, action, object),
          reach === 'nothing' ? no : undefined,
          `${role} ${action}`,
        )
      }
      for (const object of foreign) {
        assert.equal(refusal(actor, action, object), reach === 'all' ? undefined : no, `${role} ${action}`)
      }
    }
  }
})

test('authorize: a room is one’s own when one is in it, a conversation when one is one of its two', () => {
  const ann = guest()
  assert.equal(refusal(ann, 'speak', '#den'), undefined)
  assert.equal(refusal(ann, 'speak', '#other'), 'not-in-room')
  assert.equal(refusal(ann, 'speak', pairKey('p', 'q')), undefined)
  assert.equal(refusal(ann, 'read-conversation', pairKey('q', 'r')), 'not-allowed')
  assert.equal(refusal(OPERATOR, 'read-conversation', pairKey('q', 'r')), 'not-allowed')
  assert.equal(refusal(ann, 'kick'), 'not-allowed')
})

test('authorize allows nothing to one who has left', () => {
  const ann = guest()
  ann.sessions.clear()
  for (const action of ACTIONS) assert.equal(refusal(ann, action, '#den'), 'not-allowed', action)
})
