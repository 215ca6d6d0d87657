/** Claiming names: free variants, failing stores, many at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChatError } from './errors.ts'
import { type Claim, claimFreeName, claimThisName } from './name-claims.ts'
import { nameKeys } from './names.ts'

/** Claims as a store of everybody's names would answer them. */
function openNames(): Claim {
  const taken = new Map<string, string>()
  return async (name, holder) => {
    if (nameKeys(name).some((key) => (taken.get(key) ?? holder) !== holder)) return false
    for (const key of nameKeys(name)) taken.set(key, holder)
    return true
  }
}

test('claimFreeName gives the name that was typed, and the next free number after that', async () => {
  const names = openNames()
  const claims = []
  for (let person = 0; person < 4; person += 1) claims.push(await claimFreeName('Ann', `p${person}`, names))
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
  const names = openNames()
  const { name, changes } = await claimFreeName('the admin', 'p1', names)
  assert.deepEqual([name, changes], ['the_admin', ['blanks']])
  assert.equal((await claimFreeName('admin', 'p2', names)).name, 'admin2')
})

test('claimFreeName gives a thousand guests names of their own without asking for all of them', async () => {
  const names = openNames()
  let asked = 0
  const counting: Claim = (name, holder) => {
    asked += 1
    return names(name, holder)
  }
  const given = new Set<string>()
  for (let guest = 0; guest < 1000; guest += 1) {
    given.add((await claimFreeName('', `${guest * 7919}-x`, counting)).name)
  }
  assert.equal(given.size, 1000)
  assert.ok(asked < 40_000, `${asked} claims`)
})

test('claimFreeName rejects with no-free-name when nothing is free', async () => {
  const full: Claim = () => Promise.resolve(false)
  await assert.rejects(claimFreeName('ann', 'p', full), new ChatError('no-free-name', 'ann'))
})

test('claimThisName gives the name made fit, and no variant of one that is taken or reserved', async () => {
  const names = openNames()
  assert.deepEqual(await claimThisName('Ann Lee', 'p1', names), {
    id: 'p1',
    name: 'Ann_Lee',
    wanted: 'Ann_Lee',
    changes: ['blanks'],
  })
  await assert.rejects(claimThisName('ann_lee', 'p2', names), new ChatError('name-taken', 'ann_lee'))
  await assert.rejects(claimThisName('admin', 'p2', names), new ChatError('name-reserved', 'admin'))
})
