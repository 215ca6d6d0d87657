import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hashPassword } from '@partyline/chat'
import { CommandError } from './failure.ts'
import { parseUsers, readUsersFile, USERS_LIMITS, userName, verifierOf } from './users-file.ts'

const SESAME = await hashPassword('open sesame')
const KNOWN = await hashPassword('12345')

test('parseUsers reads names and hashes, and leaves out comments and empty lines', () => {
  const users = parseUsers(`# the club\n\nann:${SESAME}\r\n Žofie : ${KNOWN} \n`, 'users')
  assert.deepEqual(
    [...users],
    [
      ['ann', SESAME],
      ['Žofie', KNOWN],
    ],
  )
})

for (const { name, text, sentence } of [
  { name: 'a line without a colon', text: 'ann', sentence: 'users, line 1: there is no colon.' },
  {
    name: 'a password that is not hashed',
    text: `ann:${SESAME}\nbob:secret\n`,
    sentence: 'users, line 2: what stands after the colon is no argon2id hash.',
  },
  {
    name: 'a name that was there before, in another way to write it',
    text: `Jose\u0301:${SESAME}\n\nJos\u00e9:${SESAME}`,
    sentence: 'users, line 3: that name was there before.',
  },
  {
    name: 'a hash that asks for 4 GiB',
    text: `ann:${SESAME.replace('m=19456', 'm=4194304')}`,
    sentence: 'users, line 1: what stands after the colon is no argon2id hash.',
  },
  { name: 'a file without a user', text: '# nobody\n', sentence: 'there is no user in users.' },
]) {
  test(`parseUsers refuses ${name}`, () => {
    assert.throws(
      () => parseUsers(text, 'users'),
      (error) => error instanceof CommandError && error.exitCode === 2 && error.message === sentence,
    )
  })
}

test('parseUsers refuses an empty name, a long one, and one with a control character', () => {
  for (const name of ['', ' ', 'x'.repeat(101), 'a\u0007b']) {
    assert.throws(
      () => parseUsers(`${name}:${SESAME}`, 'users'),
      /line 1: the name is empty, has more than 100/,
    )
  }
})

test('userName trims, and writes accents in one way', () => {
  assert.equal(userName(' Jose\u0301 '), 'Jos\u00e9')
  for (const text of ['', '#ann', 'a:b', 'a\nb']) assert.equal(userName(text), undefined)
})

test('verifierOf knows who is right, and nobody else', async () => {
  const verify = verifierOf(new Map([['ann', SESAME]]), { refuseWellKnown: false })
  assert.equal(await verify('ann', 'open sesame'), true)
  assert.equal(await verify('ann', 'open'), false)
  assert.equal(await verify('bob', 'open sesame'), false) // the hash that bob is checked against is ann's
  assert.equal(await verify('', 'open sesame'), false)
  assert.equal(await verify('constructor', 'open sesame'), false)
})

test('verifierOf refuses the password that everybody knows, where it is told so', async () => {
  const users = new Map([['admin', KNOWN]])
  assert.equal(await verifierOf(users, { refuseWellKnown: false })('admin', '12345'), true)
  assert.equal(await verifierOf(users, { refuseWellKnown: true })('admin', '12345'), false)
})

test('readUsersFile reads a file, says whether others can read it, and what is wrong with it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-users-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'users')
  await writeFile(path, `ann:${SESAME}\n`)
  for (const [mode, isOpen] of [
    [0o600, false],
    [0o644, true],
    [0o640, true],
  ] as const) {
    await chmod(path, mode)
    const file = await readUsersFile(path)
    assert.deepEqual([...file.users.keys()], ['ann'])
    assert.equal(file.isOpen, process.platform !== 'win32' && isOpen)
  }
  await writeFile(path, Buffer.of(0xff, 0x0a))
  await assert.rejects(readUsersFile(path), { message: `cannot read ${path}: it is not UTF-8.`, exitCode: 2 })
  await writeFile(path, '#'.repeat(USERS_LIMITS.bytes + 1))
  await assert.rejects(readUsersFile(path), { message: `cannot read ${path}: it has more than 1024 KiB.` })
  await assert.rejects(readUsersFile(join(folder, 'none')), {
    message: /: there is no such file\.$/,
    exitCode: 2,
  })
  await assert.rejects(readUsersFile(folder), { message: /: it is a folder\.$/, exitCode: 2 })
})
