/** docs/chat.md has every command, form, refusal and limit of the chat, and no other. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  MAX_LINE_BYTES,
  PAUSE_AFTER_NEWLINE,
  PAUSE_BEFORE_NEWLINE,
  TEXT_LINE_FORMS,
} from '@partyline/protocols'
import { CHAT_ERRORS } from '../packages/chat/src/core/errors.ts'
import { LIMITS } from '../packages/chat/src/core/limits.ts'
import { CONNECTION_LIMITS } from '../packages/chat/src/doors/connection-limits.ts'
import { OPERATOR_COMMANDS } from '../packages/chat/src/doors/console/operator-commands.ts'
import { SLOW } from '../packages/chat/src/doors/slow-readers.ts'
import { COMMANDS } from '../packages/chat/src/doors/text/commands.ts'
import { banner } from '../packages/chat/src/doors/text/format.ts'
import { TEXT_PACE } from '../packages/chat/src/doors/text/pace.ts'
import { NAMING_TIME } from '../packages/chat/src/doors/text/session.ts'
import { ROOT, samplesOf } from './samples.ts'

const PAGE = readFileSync(`${ROOT}docs/chat.md`, 'utf8')

/** The rows of the table under a heading, as cells without backquotes. */
function table(heading: string): string[][] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

test('docs/chat.md shows the welcome as it is', () => {
  assert.equal(`${samplesOf('docs/chat.md')[0]?.code}\n`, banner('Partyline'))
})

test('docs/chat.md lists exactly the commands, each with its help', () => {
  const commands = Object.entries(COMMANDS).map(([name, { usage, help }]) => [
    `/${name} ${usage}`.trim(),
    help,
  ])
  assert.deepEqual(table('What can be typed'), commands)
})

test("docs/chat.md lists exactly the operator's commands, each with its help", () => {
  const commands = Object.entries(OPERATOR_COMMANDS).map(([name, { usage, help }]) => [
    `${name} ${usage}`.trim(),
    help,
  ])
  assert.deepEqual(table('The operator'), commands)
})

test('docs/chat.md lists exactly the forms of a line', () => {
  const { other: _, ...forms } = TEXT_LINE_FORMS
  const written = Object.values(forms).map((form) => form.replace('TEXT', 'text'))
  const listed = table('What a line looks like').map(([form]) => form)
  assert.deepEqual(new Set(listed), new Set(written))
  assert.equal(listed.length, written.length)
})

test('docs/chat.md lists exactly the refusals', () => {
  assert.deepEqual(
    table('When the chat says no').map(([sentence]) => sentence),
    Object.values(CHAT_ERRORS),
  )
})

test('docs/chat.md has the limits that are in force', () => {
  const limits = new Map(table('Limits').map(([what = '', limit = '']) => [what, limit]))
  const { privateAtOnce, publicAtOnce, publicNew, publicWindow } = CONNECTION_LIMITS
  assert.equal(limits.get('a message'), `${LIMITS.messageBytes} bytes`)
  assert.equal(MAX_LINE_BYTES, LIMITS.messageBytes)
  assert.equal(limits.get('a name is waited for'), `${NAMING_TIME / 60_000} minutes`)
  assert.equal(
    limits.get('connections from one address of this machine or a private network'),
    `${privateAtOnce}`,
  )
  const minutes = publicWindow / 60_000
  assert.equal(
    limits.get('connections from one public address'),
    `${publicAtOnce} at once, ${publicNew} new ones in ${minutes} minutes`,
  )
  const pace = `${TEXT_PACE.burst} at once, then ${TEXT_PACE.perSecond} a second: reading waits, nothing is lost`
  assert.equal(limits.get('lines from one connection'), pace)
  const slow = `${SLOW.bytes / 1024} KiB, or ${SLOW.ms / 1000} seconds without progress: then it is cut off`
  assert.equal(limits.get('bytes that a client does not take'), slow)
  for (const words of [`${PAUSE_BEFORE_NEWLINE} ms of silence`, `by ${PAUSE_AFTER_NEWLINE / 1000} seconds`]) {
    assert.ok(PAGE.includes(words), words)
  }
})
