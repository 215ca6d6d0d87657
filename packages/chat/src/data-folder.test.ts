import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openDataFolder } from './data-folder.ts'

describe('openDataFolder', () => {
  const root = mkdtempSync(join(tmpdir(), 'partyline-data-'))
  after(() => rmSync(root, { recursive: true }))

  test('openDataFolder makes a folder for its owner only, and says where the files go', () => {
    const path = join(root, 'a', 'b')
    const { isOpen, ...files } = openDataFolder(path)
    assert.equal(isOpen, false)
    assert.equal(statSync(path).mode & 0o777, 0o700)
    assert.equal(statSync(join(root, 'a')).mode & 0o077, 0)
    assert.deepEqual(files, {
      history: join(path, 'history.db'),
      pid: join(path, 'pid'),
      adminSocket: join(path, 'admin.sock'),
    })
  })

  test('openDataFolder takes a folder that is there as it is, and says when others may look inside', () => {
    const path = join(root, 'theirs')
    openDataFolder(path)
    chmodSync(path, 0o755)
    assert.equal(openDataFolder(path).isOpen, true)
    assert.equal(statSync(path).mode & 0o777, 0o755)
  })

  test('openDataFolder throws the error of the system when a file is in the way', () => {
    writeFileSync(join(root, 'file'), '')
    assert.throws(() => openDataFolder(join(root, 'file')), { code: 'EEXIST' })
    assert.throws(() => openDataFolder(join(root, 'file', 'below')), { code: 'ENOTDIR' })
  })

  const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' }
  test('openDataFolder throws the error of the system where there can be no folder', onLinux, () => {
    assert.throws(() => openDataFolder('/proc/none/below'), { code: 'ENOENT' })
  })
})
