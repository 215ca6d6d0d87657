/** One server for each history file, also when the one before it was killed. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isLocked, lockHistory } from './lock.ts'
import { HistoryWriting } from './writing.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-lock-'))
after(() => rmSync(folder, { recursive: true }))

test('lockHistory gives the lock to one, and to the next when it is released', () => {
  const file = join(folder, 'one.db')
  assert.equal(isLocked(file), false)
  const lock = lockHistory(file)
  assert.throws(() => lockHistory(file), { name: 'StoreError', code: 'in-use' })
  assert.equal(isLocked(file), true)
  lock.release()
  lock.release()
  assert.equal(isLocked(file), false)
  lockHistory(file).release()
  assert.equal(statSync(`${file}-lock`).mode & 0o777, 0o600)
})

test('lockHistory names the process that has the lock', () => {
  const file = join(folder, 'named.db')
  new HistoryWriting(file, 'normal').close()
  const lock = lockHistory(file)
  const message = `${file} (process ${process.pid}): another process uses that history`
  assert.throws(() => lockHistory(file), { message })
  lock.release()
})

test('lockHistory takes over from a process that was killed, and only then', async () => {
  const file = join(folder, 'killed.db')
  const program = `import { isLocked, lockHistory } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
    globalThis.lock = lockHistory(${JSON.stringify(file)})
    console.log('locked')
    process.stdin.resume()`
  const flags = ['--conditions=partyline-source', '--input-type=module', '--eval', program]
  const child = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  assert.throws(() => lockHistory(file), { code: 'in-use' })
  child.kill('SIGKILL')
  await exited
  lockHistory(file).release()
})

test('lockHistory says when the folder is not there', () => {
  assert.throws(() => lockHistory(join(folder, 'nowhere', 'x.db')), { name: 'StoreError', code: 'missing' })
})
