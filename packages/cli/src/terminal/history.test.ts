import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { Environment } from '../io.ts'
import { HISTORY_LINES, historyPath, openHistory } from './history.ts'

const folder = mkdtempSync(join(tmpdir(), 'partyline-history-'))
after(() => rmSync(folder, { recursive: true }))

/** An environment whose state is in a folder of its own. */
function ownState(): Environment {
  return { XDG_STATE_HOME: mkdtempSync(join(folder, 'state-')) }
}

/** The file of a history that has one. */
function fileOf(env: Environment, name: string): string {
  const path = historyPath(env, name)
  assert.ok(path !== undefined)
  return path
}

test('openHistory finds the lines of earlier runs, newest first, each once', () => {
  const env = ownState()
  const first = openHistory(env, '127.0.0.1:5000')
  for (const line of ['one', 'two', 'one']) first.add(line)
  assert.deepEqual(openHistory(env, '127.0.0.1:5000').lines, ['one', 'two'])
  assert.deepEqual(openHistory(env, '127.0.0.1:5001').lines, [])
})

test('openHistory keeps its file from everybody else', () => {
  const env = ownState()
  const path = fileOf(env, '[::1]:5000')
  openHistory(env, '[::1]:5000').add('secret')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700)
})

test('openHistory does not keep empty, very long, and blank-led lines', () => {
  const env = ownState()
  const history = openHistory(env, 'host:1')
  for (const line of ['', '   ', ' password', 'x'.repeat(4097), 'kept']) history.add(line)
  assert.equal(readFileSync(fileOf(env, 'host:1'), 'utf8'), 'kept\n')
})

test('openHistory cuts the file to the newest lines', () => {
  const env = ownState()
  openHistory(env, 'host:1').add('first')
  const path = fileOf(env, 'host:1')
  const lines = Array.from({ length: HISTORY_LINES + 10 }, (_, index) => `line ${index}`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  assert.deepEqual(openHistory(env, 'host:1').lines, lines.slice(10).toReversed())
  assert.equal(readFileSync(path, 'utf8'), `${lines.slice(10).join('\n')}\n`)
  assert.deepEqual(readdirSync(dirname(path)), ['host%3A1.history'])
})

test('openHistory hands over no control characters, whoever wrote them into the file', () => {
  const env = ownState()
  openHistory(env, 'host:1').add('first')
  writeFileSync(fileOf(env, 'host:1'), '\u001b]0;title\u0007evil\n')
  assert.deepEqual(openHistory(env, 'host:1').lines, [']0;titleevil'])
})

test('openHistory keeps nothing with PARTYLINE_HISTORY=off, and goes on where it cannot write', () => {
  const off = { ...ownState(), PARTYLINE_HISTORY: 'off' }
  openHistory(off, 'host:1').add('line')
  assert.throws(() => statSync(fileOf(off, 'host:1')), { code: 'ENOENT' })
  const file = join(folder, 'a file')
  writeFileSync(file, '')
  const history = openHistory({ XDG_STATE_HOME: file }, 'host:1')
  history.add('line')
  assert.deepEqual(history.lines, [])
})

test('historyPath needs a home only where no other folder is named, and knows none for a user without', () => {
  const homeless = (): never => {
    throw new Error('uv_os_homedir returned ENOENT') // as os.homedir() does for a number that is no user
  }
  assert.equal(historyPath({}, 'host:1', homeless), undefined)
  assert.equal(
    historyPath({}, 'x', () => '/home/ann'),
    '/home/ann/.local/state/partyline/x.history',
  )
  assert.equal(historyPath({ XDG_STATE_HOME: '/state' }, 'x', homeless), '/state/partyline/x.history')
})

test('historyPath stays in its folder and ignores a relative XDG_STATE_HOME', () => {
  const env = { XDG_STATE_HOME: 'state', HOME: '/home/ann' }
  assert.equal(
    historyPath(env, '../../etc/passwd'),
    '/home/ann/.local/state/partyline/..%2F..%2Fetc%2Fpasswd.history',
  )
})
