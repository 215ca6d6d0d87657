import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitVerify } from './limit-verify.ts'

/** A check that ends when the test says so. */
function slowVerify(): { verify: (name: string) => Promise<boolean>; started: string[]; end(): void } {
  const ends: (() => void)[] = []
  const started: string[] = []
  return {
    started,
    verify(name) {
      started.push(name)
      return new Promise((resolve) => ends.push(() => resolve(name === 'ann')))
    },
    end: () => ends.shift()?.(),
  }
}

test('limitVerify runs as many checks as allowed, keeps as many waiting in their order, and is busy then', async () => {
  const slow = slowVerify()
  const verify = limitVerify(slow.verify, { atOnce: 2, waiting: 2 })
  const answers = ['ann', 'bob', 'cleo', 'dan', 'eve'].map((name) => verify(name, ''))
  assert.equal(await answers[4], 'busy')
  assert.deepEqual(slow.started, ['ann', 'bob'])
  for (let n = 0; n < 4; n += 1) {
    slow.end()
    await answers[n]
    await new Promise(setImmediate)
  }
  assert.deepEqual(slow.started, ['ann', 'bob', 'cleo', 'dan'])
  assert.deepEqual(await Promise.all(answers), [true, false, false, false, 'busy'])
})

test('limitVerify gives the turn of a check that failed to the next one', async () => {
  let calls = 0
  const verify = limitVerify(
    () => {
      calls += 1
      return calls === 1 ? Promise.reject(new Error('no memory')) : Promise.resolve(true)
    },
    { atOnce: 1, waiting: 1 },
  )
  const [first, second] = [verify('a', ''), verify('b', '')]
  await assert.rejects(first, /no memory/)
  assert.equal(await second, true)
  assert.equal(await verify('c', ''), true)
})
