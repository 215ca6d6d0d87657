import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { test } from 'node:test'
import { hashPassword, isPasswordHash, NOBODYS_PASSWORD, verifyPassword } from './passwords.ts'

// From the tests of the reference implementation (phc-winner-argon2): password `password`, salt `somesalt`.
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'

test('hashPassword makes a PHC string that verifyPassword knows again, and no other password fits', async () => {
  const stored = await hashPassword('open sesame')
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.equal(await verifyPassword('open sesame', stored), true)
  assert.equal(await verifyPassword('open sesam', stored), false)
  assert.equal(await verifyPassword('', stored), false)
})

test('hashPassword salts: the same password twice gives two strings', async () => {
  assert.notEqual(await hashPassword('12345'), await hashPassword('12345'))
})

test('verifyPassword reads the test vector of the reference implementation, whose cost is another', async () => {
  assert.equal(await verifyPassword('password', REFERENCE), true)
  assert.equal(await verifyPassword('Password', REFERENCE), false)
})

test('verifyPassword takes the two ways to write an accent for the same password', async () => {
  assert.equal(await verifyPassword('caf\u00e9', await hashPassword('cafe\u0301')), true)
})

test('verifyPassword is false for what is no hash, or asks for too much, and does not do what it asks for', async () => {
  const salt = 'c29tZXNhbHQ'
  const hash = 'CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  for (const stored of [
    '',
    NOBODYS_PASSWORD,
    'open sesame',
    `${REFERENCE}\n`,
    `$argon2i$v=19$m=65536,t=2,p=1$${salt}$${hash}`,
    `$argon2id$v=16$m=65536,t=2,p=1$${salt}$${hash}`,
    `$argon2id$v=19$m=4194304,t=2,p=1$${salt}$${hash}`, // 4 GiB
    `$argon2id$v=19$m=65536,t=1000000,p=1$${salt}$${hash}`,
    `$argon2id$v=19$m=65536,t=2,p=0$${salt}$${hash}`,
    `$argon2id$v=19$m=65536,t=0,p=1$${salt}$${hash}`,
    `$argon2id$v=19$m=15,t=2,p=2$${salt}$${hash}`,
    `$argon2id$v=19$m=65536,t=2,p=1$c29t$${hash}`,
    `$argon2id$v=19$m=65536,t=2,p=1$${salt}$CTFh`,
  ]) {
    assert.equal(isPasswordHash(stored), false, stored)
    assert.equal(await verifyPassword('password', stored), false, stored)
  }
  assert.equal(isPasswordHash(REFERENCE), true)
})

test('verifyPassword with NOBODYS_PASSWORD costs the hash of somebody: it is what an unknown name is checked against', async (t) => {
  const stored = await hashPassword('open sesame')
  // What decides the cost is looked at, not the time it took: that depends on what else the machine has to do.
  const { mock } = t.mock.method(crypto, 'argon2')
  const costOf = async (against: string): Promise<unknown> => {
    mock.resetCalls()
    assert.equal(await verifyPassword('wrong', against), false)
    assert.equal(mock.callCount(), 1)
    const [algorithm, { message, nonce, ...cost }] = mock.calls[0]?.arguments ?? assert.fail()
    return {
      algorithm,
      message: Buffer.from(message as Buffer).length,
      nonce: Buffer.from(nonce as Buffer).length,
      ...cost,
    }
  }
  assert.deepEqual(await costOf(NOBODYS_PASSWORD), await costOf(stored))
})
