/** Connection limits: classes behind one address, strangers, and everybody together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { CONNECTION_LIMITS, ConnectionLimits } from './connection-limits.ts'

const HOME = { host: '192.168.1.2', isPrivate: true }
const STRANGER = { host: '203.0.113.7', isPrivate: false }

test('ConnectionLimits: a private address may have 256 at once and any number of new ones', () => {
  const limits = new ConnectionLimits(new FakeClock(), 10_000)
  for (let round = 0; round < 3; round += 1) {
    for (let count = 0; count < CONNECTION_LIMITS.privateAtOnce; count += 1) {
      assert.equal(limits.enter(HOME), undefined)
    }
    assert.match(limits.enter(HOME) ?? '', /^256 connections from your address are open/)
    for (let count = 0; count < CONNECTION_LIMITS.privateAtOnce; count += 1) limits.leave(HOME)
  }
})

test('ConnectionLimits.isFull: nobody more is let in, until somebody leaves', () => {
  const limits = new ConnectionLimits(new FakeClock(), 2)
  for (const isFull of [false, true]) {
    assert.equal(limits.enter(HOME), undefined)
    assert.equal(limits.isFull, isFull)
  }
  assert.match(limits.enter(STRANGER) ?? '', /server is full/)
  assert.equal(limits.isFull, true)
  limits.leave(HOME)
  assert.equal(limits.isFull, false)
})

test('ConnectionLimits: a public address may have 16 at once', () => {
  const limits = new ConnectionLimits(new FakeClock(), 10_000)
  for (let count = 0; count < 16; count += 1) assert.equal(limits.enter(STRANGER), undefined)
  assert.match(limits.enter(STRANGER) ?? '', /^16 connections/)
  assert.equal(limits.enter({ ...STRANGER, host: '203.0.113.8' }), undefined)
  limits.leave(STRANGER)
  assert.equal(limits.enter(STRANGER), undefined)
})

test('ConnectionLimits: a public address may have 32 new ones in ten minutes', async () => {
  const clock = new FakeClock()
  const limits = new ConnectionLimits(clock, 10_000)
  for (let count = 0; count < 32; count += 1) {
    assert.equal(limits.enter(STRANGER), undefined)
    limits.leave(STRANGER)
  }
  assert.match(limits.enter(STRANGER) ?? '', /ten minutes/)
  await clock.advance(CONNECTION_LIMITS.publicWindow)
  assert.equal(limits.enter(STRANGER), undefined)
})

test('ConnectionLimits: a network of 64 bits is one address', () => {
  const limits = new ConnectionLimits(new FakeClock(), 10_000)
  const from = (host: string): string | undefined => limits.enter({ host, isPrivate: false })
  for (let count = 0; count < 16; count += 1) assert.equal(from(`2001:db8::${count.toString(16)}`), undefined)
  assert.match(from('2001:db8:0:0:ffff::1') ?? '', /^16/)
  assert.match(from('2001:0db8::') ?? '', /^16/)
  assert.equal(from('2001:db8:0:1::1'), undefined)
  assert.equal(from('::ffff'), undefined)
})

test('ConnectionLimits: all together are limited, and who leaves makes room', () => {
  const limits = new ConnectionLimits(new FakeClock(), 2)
  assert.equal(limits.enter(HOME), undefined)
  assert.equal(limits.enter(STRANGER), undefined)
  assert.match(limits.enter({ host: '10.0.0.1', isPrivate: true }) ?? '', /full/)
  limits.leave(HOME)
  assert.equal(limits.enter({ host: '10.0.0.1', isPrivate: true }), undefined)
})

test('ConnectionLimits remembers a bounded number of strangers', () => {
  const limits = new ConnectionLimits(new FakeClock(), 10_000)
  const visit = (number: number): string | undefined => {
    const caller = { host: `203.0.${number >> 8}.${number & 255}`, isPrivate: false }
    const refusal = limits.enter(caller)
    if (refusal === undefined) limits.leave(caller)
    return refusal
  }
  for (let count = 0; count < 32; count += 1) visit(0)
  assert.notEqual(visit(0), undefined)
  for (let number = 1; number <= CONNECTION_LIMITS.addresses; number += 1) visit(number)
  assert.equal(visit(0), undefined)
})

test('ConnectionLimits.refused counts by the reason', () => {
  const limits = new ConnectionLimits(new FakeClock(), 20)
  for (let count = 0; count < 18; count += 1) limits.enter(STRANGER)
  for (let count = 0; count < 5; count += 1) limits.enter(HOME)
  assert.deepEqual(limits.refused, { full: 1, 'many-at-once': 2, 'many-new': 0 })
  for (let count = 0; count < 17; count += 1) {
    limits.leave(STRANGER)
    limits.enter(STRANGER)
  }
  assert.deepEqual(limits.refused, { full: 1, 'many-at-once': 2, 'many-new': 1 })
})
