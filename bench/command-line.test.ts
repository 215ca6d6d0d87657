import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chosen, roundsOf } from './command-line.ts'

test('roundsOf takes whole numbers from 1 to the most', () => {
  assert.deepEqual(
    ['1', '20'].map((text) => roundsOf('--pairs', text, 20)),
    [1, 20],
  )
  for (const text of ['0', '21', '1.5', 'many', ''])
    assert.throws(() => roundsOf('--pairs', text, 20), new RangeError('--pairs must be from 1 to 20'))
})

test('chosen gives all scenarios, or those that are named, in their order', () => {
  const all = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
  assert.deepEqual(chosen(all, undefined), all)
  assert.deepEqual(chosen(all, 'c,a'), [{ id: 'a' }, { id: 'c' }])
  assert.throws(() => chosen(all, 'a,x'), new RangeError('--only: there is no scenario x'))
})

test('runMain tells what was asked wrongly in a sentence, and ends with 1', () => {
  for (const [run, flags, sentence] of [
    ['chat', ['--rounds', '0'], '--rounds must be from 1 to 100'],
    ['echo', ['--only', 'x'], '--only: there is no scenario x'],
    ['history', ['--rounds=51'], '--rounds must be from 1 to 50'],
    ['slow', ['--frob'], "Unknown option '--frob'"],
  ] as const) {
    const file = fileURLToPath(import.meta.resolve(`./${run}/run.ts`))
    const args = ['--conditions=partyline-source', file, ...flags]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    assert.deepEqual([status, stdout, stderr], [1, '', `${sentence}\n`])
  }
})
