import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from './flags.ts'
import { jsonLine, Report } from './report.ts'
import { JSON_FLAG, QUIET_FLAG, VERBOSE_FLAG } from './socket-flags.ts'
import { fakeIo, Transcript } from './testing/fake-io.ts'

const FLAGS = [JSON_FLAG, QUIET_FLAG, VERBOSE_FLAG]

function say(args: readonly string[], stderr = new Transcript()): { out: string; err: string } {
  const { stdout } = fakeIo()
  const report = new Report({ stdout, stderr }, parseCommandLine(FLAGS, args, {}).values)
  report.note('connected to \u001b[31m')
  report.detail('in 2 ms')
  report.object({ event: 'connected', ms: 2 })
  return { out: stdout.text, err: stderr.text }
}

test('Report notes on standard error, and keeps details for those who asked or watch', () => {
  const both = '* connected to ␛[31m\n* in 2 ms\n'
  assert.deepEqual(say([]), { out: '', err: '* connected to ␛[31m\n' })
  assert.deepEqual(say(['-v']), { out: '', err: both })
  assert.deepEqual(say([], new Transcript(true)), { out: '', err: both })
  assert.deepEqual(say(['-q', '-v']), { out: '', err: '' })
})

test('Report writes objects instead of sentences with --json', () => {
  assert.deepEqual(say(['--json', '-v']), { out: '{"event":"connected","ms":2}\n', err: '' })
})

test('Report looks only for flags that the command has', () => {
  const io = fakeIo()
  const report = new Report(io, parseCommandLine([], [], {}).values)
  report.note('here')
  assert.equal(report.json, false)
  assert.equal(io.stderr.text, '* here\n')
})

test('jsonLine is harmless on a terminal and the same value when it is parsed', () => {
  const value = { text: 'é 漢 👍 \u001b \u0085 \u202e \u2028 \u{E0041} \uFFFF \uD800 "' }
  const line = jsonLine(value)
  assert.deepEqual(JSON.parse(line), value)
  assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Noncharacter_Code_Point}]/u)
  assert.match(line, /é 漢 👍/u)
})
