import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailedLogins, GUESS_LIMITS } from './failed-logins.ts'
import type { Verify } from './login.ts'

const verify: Verify = async (_name, password) => password === 'right'

test('FailedLogins is busy for an address with 30 wrong logins in 10 minutes, even when it would be right', async () => {
  let now = 0
  const logins = new FailedLogins(() => now)
  const guess = logins.counted('192.0.2.1', verify)
  for (let n = 0; n < GUESS_LIMITS.wrong; n += 1) assert.equal(await guess('ann', 'wrong'), false)
  assert.equal(await guess('ann', 'right'), 'busy')
  assert.equal(await logins.counted('192.0.2.1', verify)('ann', 'wrong'), 'busy') // another connection
  assert.equal(await logins.counted('192.0.2.2', verify)('ann', 'right'), true)
  now = GUESS_LIMITS.window - 1
  assert.equal(await guess('ann', 'right'), 'busy')
  now = GUESS_LIMITS.window
  assert.equal(await guess('ann', 'right'), true)
})

test('FailedLogins counts no login that was right, and nobody on this machine', async () => {
  const logins = new FailedLogins(() => 0)
  for (const [host, password] of [
    ['192.0.2.1', 'right'],
    ['127.0.0.1', 'wrong'],
    ['::1', 'wrong'],
  ] as const) {
    const guess = logins.counted(host, verify)
    for (let n = 0; n < 100; n += 1) assert.equal(await guess('ann', password), password === 'right')
  }
})

test('FailedLogins forgets who guessed longest ago when very many guess', async () => {
  const logins = new FailedLogins(() => 0)
  const guess = (host: string): Promise<unknown> => logins.counted(host, verify)('ann', 'wrong')
  for (let n = 0; n < GUESS_LIMITS.wrong; n += 1) await guess('192.0.2.1')
  for (let n = 0; n < GUESS_LIMITS.addresses; n += 1) await guess(`10.0.${n >> 8}.${n & 255}`)
  assert.equal(await guess('192.0.2.1'), false)
})
