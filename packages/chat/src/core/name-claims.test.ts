/** Claiming names: free variants, failing stores, many at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../stores/memory.ts'
import { ChatError } from './errors.ts'
import { claimFreeName } from './name-claims.ts'

test('claimFreeName gives the name that was typed, and the next free number after that', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const claims = []
  for (let person = 0; person < 4; person += 1) claims.push(await claimFreeName('Ann', `p${person}`, store))
  assert.deepEqual(
    claims.map(({ name, wanted, changes }) => [name, wanted, ...changes]),
    [
      ['Ann', 'Ann'],
      ['Ann2', 'Ann', 'taken'],
      ['Ann3', 'Ann', 'taken'],
      ['Ann4', 'Ann', 'taken'],
    ],
  )
})

test('claimFreeName gives a reserved name to nobody', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const { name, changes } = await claimFreeName('the admin', 'p1', store)
  assert.deepEqual([name, changes], ['the_admin', ['blanks']])
  assert.equal((await claimFreeName('admin', 'p2', store)).name, 'admin2')
})

test('claimFreeName gives a thousand guests names of their own without asking for all of them', async () => {
  const store = new MemoryStore({ now: () => 0 })
  let asked = 0
  const counting = {
    claimName: (keys: readonly string[], holder: string) => {
      asked += 1
      return store.claimName(keys, holder)
    },
  }
  const names = new Set<string>()
  for (let guest = 0; guest < 1000; guest += 1) {
    names.add((await claimFreeName('', `${guest * 7919}-x`, counting)).name)
  }
  assert.equal(names.size, 1000)
  assert.ok(asked < 40_000, `${asked} claims`)
})

test('claimFreeName rejects with no-free-name when nothing is free, and store-failed when the store fails', async () => {
  const full = { claimName: () => Promise.resolve(false) }
  await assert.rejects(claimFreeName('ann', 'p', full), new ChatError('no-free-name', 'ann'))
  const cause = new Error('disk')
  const failing = { claimName: () => Promise.reject(cause) }
  await assert.rejects(claimFreeName('ann', 'p', failing), new ChatError('store-failed', undefined, cause))
})
