import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from './core/store.ts'
import { type Commit, measuredStore } from './measured-store.ts'
import { MemoryStore } from './stores/memory.ts'

const ANN = { id: 'a', name: 'ann' }
const HELLO = { kind: 'said', id: '1', room: '#lobby', from: ANN, text: 'hello' } as const
const NEWS = { kind: 'topic', id: '2', room: '#lobby', from: ANN, text: 'news' } as const

/** A store that takes 30 ms for each commit. */
function measured(store: Store): { store: Store; commits: Commit[] } {
  const commits: Commit[] = []
  let ticks = 0
  const tick = (): number => {
    ticks += 30
    return ticks
  }
  return { store: measuredStore(store, tick, (commit) => commits.push(commit)), commits }
}

test('measuredStore answers as the store does, and tells of each commit', async () => {
  const { store, commits } = measured(new MemoryStore({ now: () => 1 }))
  const kept = await store.append([HELLO, NEWS])
  assert.deepEqual(
    kept.map(({ seq }) => seq),
    [1, 2],
  )
  assert.deepEqual(await store.since('#lobby', 0, 10), kept)
  assert.deepEqual(commits, [{ ms: 30, messages: 1, failed: false }])
  assert.ok('purge' in store, 'what the store can do besides')
  await store.close()
})

test('measuredStore tells of a commit that failed, and hands the error on', async () => {
  const broken: Store = new MemoryStore({ now: () => 1 })
  broken.append = () => Promise.reject(new Error('the disk is full'))
  const { store, commits } = measured(broken)
  await assert.rejects(store.append([HELLO]), /the disk is full/)
  assert.deepEqual(commits, [{ ms: 30, messages: 0, failed: true }])
})
