import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import { devNull } from 'node:os'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hasOperator, isForegroundStat } from './operator.ts'

test('hasOperator finds nobody at /dev/null and in a file', async () => {
  for (const path of [devNull, fileURLToPath(import.meta.url)]) {
    await using file = await open(path)
    assert.equal(hasOperator(Object.assign(new PassThrough(), { fd: file.fd })), false, path)
  }
})

test('hasOperator finds somebody behind a pipe and behind a socket', () => {
  const script =
    'import { hasOperator } from "./operator.ts"; process.stdout.write(String(hasOperator(process.stdin)))'
  const args = ['--conditions=partyline-source', '--input-type=module', '--eval', script]
  const { PATH } = process.env
  const options = {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { PATH },
    encoding: 'utf8',
  } as const
  // Node.js gives its children sockets; a shell gives them pipes.
  const socket = spawnSync(process.execPath, args, options)
  assert.deepEqual([socket.stdout, socket.stderr], ['true', ''])
  const quoted = [process.execPath, ...args].map((word) => `'${word}'`).join(' ')
  const pipe = spawnSync('/bin/sh', ['-c', `: | ${quoted}`], options)
  assert.deepEqual([pipe.stdout, pipe.stderr], ['true', ''])
})

test('hasOperator finds somebody behind a stream without a descriptor, and nobody behind a closed one', () => {
  assert.equal(hasOperator(new PassThrough()), true)
  assert.equal(hasOperator(Object.assign(new PassThrough(), { fd: -1 })), false)
})

test('isForegroundStat compares the process group with the one in the foreground', () => {
  assert.equal(isForegroundStat('77 (node) S 70 77 70 34816 77 4194304 1 2'), true)
  assert.equal(isForegroundStat('77 (node) S 70 77 70 34816 70 4194304 1 2'), false)
  assert.equal(isForegroundStat('77 (a ) (b) S 70 77 70 34816 77 4194304 1 2'), true)
})
