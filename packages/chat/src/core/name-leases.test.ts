/** Leases: renewed while they are held, claimed again when the store was away, lost to another chat at worst. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { LIMITS } from './limits.ts'
import { LEASE, NameLeases, RENEWAL } from './name-leases.ts'
import { nameKeys } from './names.ts'

function open(clock = new FakeClock(), store = new FailingStore({ now: () => clock.now() })) {
  const [lost, failures]: [string[], unknown[]] = [[], []]
  const leases = new NameLeases({
    store,
    clock,
    lost: (holder) => lost.push(holder),
    storeFails: (error) => failures.push(error),
  })
  /** Whether another chat could have the name now. */
  const isFree = (name: string): Promise<boolean> =>
    store.claimName(nameKeys(name), 'another chat', clock.now() + 1)
  return { clock, store, leases, lost, failures, isFree }
}

test('NameLeases holds a name as long as its holder is there, and no longer', async () => {
  const { clock, leases, isFree } = open()
  assert.ok(await leases.claim('ann', 'p'))
  assert.ok(await leases.claim('ann', 'p'), 'one’s own name is not taken')
  assert.ok(!(await leases.claim('ANN', 'q')))
  await clock.advance(10 * LEASE)
  assert.ok(!(await isFree('ann')))
  leases.release('p')
  assert.ok(await isFree('ann'))
  assert.equal(clock.pending, 0)
})

test('NameLeases: the name of a chat that has died is free after a minute', async () => {
  const dead = open()
  await dead.leases.claim('ann', 'p')
  dead.leases.close()
  const { clock, store } = dead
  const { leases } = open(clock, store)
  assert.ok(!(await leases.claim('ann', 'q')))
  await clock.advance(LEASE)
  assert.ok(await leases.claim('ann', 'q'))
})

test('NameLeases.claim gives names out while the store fails, one to each, and claims them when it works', async () => {
  const { clock, store, leases, lost, failures, isFree } = open()
  store.mode = 'rejects'
  const both = await Promise.all([leases.claim('ann', 'p'), leases.claim('Ann', 'q')])
  assert.deepEqual(both, [true, false])
  assert.deepEqual(failures, [store.error])
  store.mode = 'works'
  await clock.advance(RENEWAL)
  assert.ok(!(await isFree('ann')))
  assert.deepEqual(lost, [])
})

test('NameLeases: a store that hangs holds up nobody for longer than half a second', async () => {
  const { clock, store, leases, isFree } = open()
  store.mode = 'hangs'
  const claim = leases.claim('ann', 'p')
  await clock.advance(500)
  assert.equal(await claim, true)
  store.letGo()
  await clock.advance(RENEWAL)
  assert.ok(!(await isFree('ann')))
})

test('NameLeases tells who has lost a name that another chat gave out meanwhile, and only those', async () => {
  const { clock, store, leases, lost } = open()
  await leases.claim('ann', 'p')
  await leases.claim('bob', 'q')
  store.mode = 'rejects'
  await clock.advance(2 * LEASE)
  store.mode = 'works'
  assert.ok(await store.claimName(nameKeys('ann'), 'another chat', clock.now() + LEASE))
  await clock.advance(RENEWAL)
  assert.deepEqual(lost, ['p'])
})

test('NameLeases: a clock that jumps ahead makes nobody lose a name', async () => {
  const clock = new FakeClock()
  let jump = 0
  const now = clock.now.bind(clock)
  clock.now = () => now() + jump
  const { leases, lost, isFree } = open(clock)
  await leases.claim('ann', 'p')
  jump = 3_600_000
  await clock.advance(RENEWAL)
  assert.ok(!(await isFree('ann')))
  assert.deepEqual(lost, [])
})

test('NameLeases.close leaves no timer, and what is given back after it goes with the store', async () => {
  const { clock, leases, isFree } = open()
  await leases.claim('ann', 'p')
  leases.close()
  assert.equal(clock.pending, 0)
  leases.release('p')
  assert.ok(!(await isFree('ann')))
})

test('NameLeases: a claim that is refused after it was given back takes the name from nobody else', async () => {
  const { clock, store, leases } = open()
  const asked = store.claimName.bind(store)
  const refused = Promise.withResolvers<boolean>()
  store.claimName = () => refused.promise
  const late = leases.claim('ann', 'p')
  leases.release('p')
  store.claimName = asked
  assert.ok(await leases.claim('ann', 'q'))
  refused.resolve(false)
  assert.ok(!(await late))
  store.mode = 'rejects' // now only what is known here counts
  assert.ok(!(await leases.claim('ann', 'r')))
  leases.release('q')
  await clock.settle()
  assert.equal(clock.pending, 0)
})

test('NameLeases.claim: one holder has so many keys at most, however many likenesses they try', async () => {
  const { leases } = open()
  const likenesses = Array.from({ length: 200 }, (_, index) =>
    index.toString(2).padStart(8, '0').replaceAll('0', 'l'),
  )
  const got = await Promise.all(likenesses.map((name) => leases.claim(name, 'p')))
  assert.equal(got.filter((isGot) => isGot).length, LIMITS.nameKeys - 1)
  assert.ok(await leases.claim('llllllll', 'p'), 'what they have they keep')
})
