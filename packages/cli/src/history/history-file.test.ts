import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { STORE_ERRORS, StoreError, type StoreErrorCode } from '@partyline/chat'
import { CommandError } from '../failure.ts'
import { parseCommandLine } from '../flags.ts'
import { HISTORY_FLAGS, historyFailure, historyFile, withHistory } from './history-file.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'partyline-file-'))
after(() => rmSync(FOLDER, { recursive: true }))

function given(...args: string[]): Parameters<typeof historyFile>[0] {
  return parseCommandLine(HISTORY_FLAGS, args, {}).values
}

test('historyFile is in the data folder of the flags', async () => {
  assert.equal(await historyFile(given('--data', '/var/x')), join('/var/x', 'history.db'))
  assert.equal(await historyFile(given()), join('partyline-data', 'history.db'))
  await assert.rejects(historyFile(given('--data', ':memory:')), { name: 'CommandError', exitCode: 2 })
})

test('withHistory says what to do when there is no history', async () => {
  const data = join(FOLDER, 'none')
  await assert.rejects(
    withHistory(given('--data', data), () => 0),
    (error) =>
      error instanceof CommandError &&
      error.exitCode === 1 &&
      error.message === `there is no history at ${join(data, 'history.db')}.` &&
      error.hints.some((hint) => hint.includes('--data DIR')),
  )
})

test('historyFailure has a sentence for every code of a StoreError, and keeps the cause', () => {
  for (const code of Object.keys(STORE_ERRORS) as StoreErrorCode[]) {
    for (const about of ['history.db', 'other.backup', undefined]) {
      const cause = new StoreError(code, about)
      const failure = historyFailure(cause, 'history.db')
      assert.equal(failure.exitCode, 1)
      assert.match(failure.message, /^\S.*[^.]\.$/)
      assert.equal(failure.cause, cause)
      assert.deepEqual(failure.facts, { store: code, file: about ?? 'history.db' })
    }
  }
  const hints = (about: string): readonly string[] =>
    historyFailure(new StoreError('corrupt', about), 'h').hints
  assert.match(hints('h').join(), /partyline restore/)
  assert.deepEqual(hints('a.backup'), [])
})
