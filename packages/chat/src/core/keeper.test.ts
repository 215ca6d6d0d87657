/** Keeping: what a failing, hanging or slow store does to the talk, and how all of it is stored after all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailingStore } from '../testing/failing-store.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { ChatEvent, Message } from './events.ts'
import { Keeper } from './keeper.ts'
import { LIMITS } from './limits.ts'
import { STORE_PATIENCE } from './patience.ts'
import { StoreError } from './store.ts'

const ANN = { id: 'p', name: 'ann' }

function message(id: string, more: Partial<Message> = {}): Message {
  return { kind: 'said', id, room: '#lobby', from: ANN, text: id, ...more }
}

function open(spool?: { events: number; bytes: number }) {
  const clock = new FakeClock()
  const store = new FailingStore({ now: () => clock.now() })
  const told: unknown[] = []
  const keeper = new Keeper({
    store,
    clock,
    spool,
    storeFails: (error) => told.push(error),
    spoolFull: () => told.push('full'),
    spooled: (events) => told.push(events.map(({ id }) => id).join(' ')),
  })
  const kept = async (): Promise<string[]> => (await store.since('#lobby', 0, 1000)).map(({ id }) => id)
  return { clock, store, keeper, told, kept }
}

/** Which events, and with which numbers. */
function seen(events: readonly ChatEvent[]): unknown[] {
  return events.map((event) =>
    'seq' in event ? [event.id, event.seq] : 'id' in event ? event.id : event.kind,
  )
}

test('Keeper.keep numbers what is to be kept, and leaves the rest where it is', async () => {
  const { keeper, store, clock } = open()
  const events: ChatEvent[] = [
    { kind: 'logged-in', from: ANN },
    message('a'),
    { kind: 'topic', id: 't', room: '#lobby', from: ANN, text: 'x' },
    { kind: 'disconnected', from: ANN, rooms: [] },
  ]
  assert.deepEqual(seen(await keeper.keep(events)), ['logged-in', ['a', 1], ['t', 2], 'disconnected'])
  const nothing: ChatEvent[] = [{ kind: 'logged-in', from: ANN }]
  assert.equal(await keeper.keep(nothing), nothing)
  assert.equal(store.appends, 1)
  assert.equal(clock.pending, 0)
})

test('Keeper.keep passes over what the store has kept already', async () => {
  const { keeper } = open()
  const [kept] = await keeper.keep([message('a')])
  assert.ok(kept !== undefined)
  assert.deepEqual(seen(await keeper.keep([kept, message('b')])), [
    ['a', 1],
    ['b', 2],
  ])
})

test('Keeper.keep leaves out a message that was sent twice', async () => {
  const { keeper } = open()
  await keeper.keep([message('a', { clientId: 'x' })])
  assert.deepEqual(seen(await keeper.keep([message('b', { clientId: 'x' }), message('c')])), [['c', 2]])
})

test('Keeper: when the store rejects the talk goes on, and is stored in order when it works again', async () => {
  const { keeper, store, clock, told, kept } = open()
  store.mode = 'rejects'
  assert.deepEqual(seen(await keeper.keep([message('a'), message('b')])), ['a', 'b'])
  assert.deepEqual(seen(await keeper.keep([message('c')])), ['c'])
  assert.equal(store.appends, 1, 'a store that fails is not asked for each message')
  assert.deepEqual(keeper.health, { storing: false, spooled: 3, lost: 0 })
  await clock.advance(3000)
  assert.equal(store.appends, 4)
  assert.deepEqual(told, [store.error, 'a b', 'c'])
  store.mode = 'works'
  assert.deepEqual(seen(await keeper.keep([message('d')])), ['d'])
  await clock.advance(1000)
  assert.deepEqual(told, [store.error, 'a b', 'c', 'd', undefined])
  assert.deepEqual(keeper.health, { storing: true, spooled: 0, lost: 0 })
  assert.deepEqual(seen(await keeper.keep([message('e')])), [['e', 5]])
  assert.deepEqual(await kept(), ['a', 'b', 'c', 'd', 'e'])
  assert.equal(clock.pending, 0)
})

test('Keeper: a store that hangs is waited for half a second, and what it does after all doubles nothing', async () => {
  for (const mode of ['hangs', 'hangs after'] as const) {
    const { keeper, store, clock, told, kept } = open()
    store.mode = mode
    const first = keeper.keep([message('a')])
    await clock.advance(STORE_PATIENCE - 1)
    assert.equal(keeper.health.storing, true)
    await clock.advance(1)
    assert.deepEqual(seen(await first), ['a'])
    assert.deepEqual(told, [new StoreError('too-slow'), 'a'])
    await keeper.keep([message('b')])
    await clock.advance(2600)
    store.letGo()
    await clock.settle()
    assert.deepEqual(keeper.health, { storing: true, spooled: 0, lost: 0 }, 'at once, not at the next try')
    assert.deepEqual(seen(await keeper.keep([message('c')])), [['c', 3]])
    assert.deepEqual(await kept(), ['a', 'b', 'c'])
    assert.equal(clock.pending, 0)
  }
})

test('Keeper: a store that never answers is asked a few times in half a minute only, until it does', async () => {
  const { keeper, store, clock, kept } = open()
  store.mode = 'lost'
  const first = keeper.keep([message('a')])
  await clock.advance(29_000)
  await first
  assert.equal(store.appends, LIMITS.openAppends)
  await clock.advance(30_000)
  assert.equal(store.appends, 2 * LIMITS.openAppends)
  assert.equal(keeper.health.spooled, 1)
  store.mode = 'works'
  await clock.advance(30_000)
  assert.deepEqual(keeper.health, { storing: true, spooled: 0, lost: 0 })
  assert.deepEqual(await kept(), ['a'])
})

test('Keeper: what is too much to wait is lost from the oldest on, counted, and said once', async () => {
  const { keeper, store, clock, told, kept } = open({ events: 2, bytes: 100_000 })
  store.mode = 'rejects'
  for (const id of ['a', 'b', 'c', 'd']) await keeper.keep([message(id)])
  assert.deepEqual(keeper.health, { storing: false, spooled: 2, lost: 2 })
  assert.equal(told.filter((one) => one === 'full').length, 1)
  store.mode = 'works'
  await clock.advance(1000)
  assert.deepEqual(await kept(), ['c', 'd'])
})

test('Keeper: an event that the store refuses for itself is lost alone, and holds up nothing for long', async () => {
  for (const at of [0, 1, 2]) {
    const { keeper, store, clock, kept } = open()
    const append = store.append.bind(store)
    const fault = new TypeError('a bug')
    store.append = (batch) =>
      batch.some(({ id }) => id === `m${at}`) ? Promise.reject(fault) : append(batch)
    await keeper.keep([message('m0'), message('m1'), message('m2')])
    await clock.advance(1000)
    await keeper.keep([message('m3')])
    await clock.advance(1000)
    assert.deepEqual(keeper.health, { storing: true, spooled: 0, lost: 1 })
    assert.deepEqual(
      await kept(),
      ['m0', 'm1', 'm2', 'm3'].filter((id) => id !== `m${at}`),
    )
  }
})

test("Keeper: while the store fails the same person's same mark is one message too", async () => {
  const { keeper, store } = open()
  store.mode = 'rejects'
  await keeper.keep([message('a', { clientId: 'x' })])
  assert.deepEqual(seen(await keeper.keep([message('b', { clientId: 'x' })])), [])
})

test('Keeper.find finds what waits, and only that', async () => {
  const { keeper, store, clock } = open()
  store.mode = 'rejects'
  await keeper.keep([message('a')])
  assert.equal(keeper.find('a')?.id, 'a')
  store.mode = 'works'
  await clock.advance(1000)
  assert.equal(keeper.find('a'), undefined)
})

test('Keeper.close tries once more, and leaves no timer', async () => {
  const { keeper, store, clock, kept } = open()
  store.mode = 'rejects'
  await keeper.keep([message('a')])
  store.mode = 'works'
  await keeper.close()
  assert.deepEqual(await kept(), ['a'])
  assert.equal(clock.pending, 0)
  const failing = open()
  failing.store.mode = 'rejects'
  await failing.keeper.keep([message('a')])
  await failing.keeper.close()
  assert.equal(failing.clock.pending, 0)
})

const deed = fc.constantFrom('say', 'say', 'say', 'rejects', 'hangs', 'hangs after', 'let go', 'wait')

test('Keeper: whatever the store does, in the end everything is stored once, in the order in which it was said', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40, size: 'max' }), async (deeds) => {
      const { keeper, store, clock, kept } = open()
      const said: string[] = []
      for (const what of deeds) {
        if (what === 'say') {
          said.push(`m${said.length}`)
          const heard = keeper.keep([message(said.at(-1) ?? '')])
          await clock.advance(STORE_PATIENCE)
          assert.equal((await heard).length, 1)
        } else if (what === 'let go') store.letGo()
        else if (what === 'wait') await clock.advance(700)
        else if (store.mode === 'works') store.mode = what
      }
      store.letGo()
      await clock.advance(5000)
      assert.deepEqual(await kept(), said)
      assert.deepEqual(keeper.health, { storing: true, spooled: 0, lost: 0 })
      assert.equal(clock.pending, 0)
    }),
    { numRuns: 200 },
  )
})
