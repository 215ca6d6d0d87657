/** A room's own state: how busy it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Person } from './person.ts'
import { Room } from './room.ts'

test('Room.busyWith: up to 200 events a second are calm, more are busy, and it becomes calm again', () => {
  const room = new Room('#den')
  let ticks = 0
  for (let second = 0; second < 10; second += 1) {
    for (let event = 0; event < 190; event += 1) {
      ticks += 1000 / 190
      assert.equal(room.busyWith(1, ticks), false)
    }
  }
  assert.equal(room.busyWith(150, ticks), true)
  assert.equal(room.busyWith(1, ticks + 1000), false)
})

test('Room.busyWith: in a large room fewer events are busy, because each of them is many writes', () => {
  const room = new Room('#lobby')
  for (let at = 0; at < 1000; at += 1) room.hearing.add(new Person(`p${at}`, `person${at}`, 0))
  assert.equal(room.busyWith(20, 0), false)
  assert.equal(room.busyWith(1, 0), true)
})
