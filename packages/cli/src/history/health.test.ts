import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { folderHealth } from './health.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'partyline-health-'))
after(() => rmSync(FOLDER, { recursive: true }))

const USER = process.getuid?.()

/** What is wrong: the check and what to do. */
async function wrong(data: string, user = USER): Promise<readonly string[]> {
  const { findings } = await folderHealth(data, user)
  return findings.filter(({ ok }) => !ok).map(({ check, found, advice }) => `${check}: ${found}. ${advice}`)
}

test('folderHealth stops at a folder that is not there, or is none', async () => {
  const none = join(FOLDER, 'none')
  const advice = 'the server makes it: partyline serve; or name the right one: --data DIR'
  assert.deepEqual(await wrong(none), [`folder: there is no folder ${none}. ${advice}`])
  const file = join(FOLDER, 'file')
  writeFileSync(file, '')
  assert.deepEqual(await wrong(file), [`folder: ${file} is no folder. ${advice}`])
})

test('folderHealth finds who else can look inside, a missing history, and one that is none', async () => {
  const data = join(FOLDER, 'open')
  mkdirSync(data)
  chmodSync(data, 0o755)
  const [permissions, history, ...rest] = await wrong(data)
  if (USER !== undefined) {
    const others = `permissions: others than its owner can look into ${data} (755). chmod 700 ${data}`
    assert.equal(permissions, others)
  }
  assert.match(
    history ?? permissions ?? '',
    /^history: there is no history at .*\. The server makes it: {2}partyline serve/,
  )
  assert.deepEqual(rest, [])
  chmodSync(data, 0o700)
  writeFileSync(join(data, 'history.db'), 'no database at all'.repeat(100), { mode: 0o600 })
  const [corrupt] = await wrong(data)
  assert.match(
    corrupt ?? '',
    /^history: .*history\.db: that is not a history, or it is damaged\. stop the server and put a backup/,
  )
  assert.equal((await folderHealth(data, USER)).isRunning, false)
})

test('folderHealth finds a folder of another user', async () => {
  const data = join(FOLDER, 'theirs')
  mkdirSync(data, { mode: 0o700 })
  const [found] = await wrong(data, (USER ?? 0) + 1)
  assert.match(
    found ?? '',
    /^permissions: .* belongs to another user \(\d+\)\. run this and the server as the same user$/,
  )
})

test('folderHealth says who should look, for a folder that this user may not look into', async () => {
  const data = join(FOLDER, 'closed', 'data')
  mkdirSync(data, { recursive: true })
  for (const shut of [data, join(FOLDER, 'closed')]) {
    chmodSync(shut, 0o000)
    const found = await asNobodySpecial(() => wrong(data))
    const advice = 'run this and the server as the same user'
    assert.deepEqual(found, [`permissions: this user may not look into ${data}. ${advice}`])
    chmodSync(shut, 0o700)
  }
})

/** For root nothing is closed: it becomes nobody for a moment. */
async function asNobodySpecial<T>(look: () => Promise<T>): Promise<T> {
  if (USER !== 0) return look()
  chmodSync(FOLDER, 0o711)
  process.seteuid?.(NOBODY)
  try {
    return await look()
  } finally {
    process.seteuid?.(0)
    chmodSync(FOLDER, 0o700)
  }
}

const NOBODY = 65_534
