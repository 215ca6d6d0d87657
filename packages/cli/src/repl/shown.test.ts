import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError } from '@partyline/sockets'
import { Prose, shownError, shownValue } from './shown.ts'

test('shownValue shows bytes as text too, says what a promise lacks, and prose as it is', () => {
  for (const [value, shown] of [
    [5, '5'],
    ['a\nb', String.raw`'a\nb'`],
    [['127.0.0.1', 50_000], "[ '127.0.0.1', 50000 ]"],
    [Buffer.from('hi\r\n'), '<Buffer 68 69 0d 0a>  "hi␍␊"'],
    [Buffer.alloc(0), '<Buffer >'],
    [new Promise(() => {}), 'a Promise: write await in front'],
    [new Prose('two\nlines'), 'two\nlines'],
  ] as const) {
    assert.equal(shownValue(value, false), shown)
  }
  assert.match(shownValue(Buffer.alloc(300, 'x'), false), / {2}"x{200}"…$/)
})

test('shownValue gives nothing to the terminal that came from a peer, with colours and without', () => {
  const evil = { text: '\u001b]0;title\u0007 \u202E\u009b31m', '\u001b[2Jname': 1 }
  for (const colour of [false, true]) {
    const shown = shownValue(evil, colour)
    const rest = shown.replaceAll(/\p{Cc}\[\d+m/gu, '')
    assert.doesNotMatch(rest, /[\p{Cc}\u202E]/u)
  }
  assert.match(shownValue({ a: 1 }, true), /\p{Cc}\[33m1\p{Cc}\[39m/u)
})

test('shownError is one line without a stack', () => {
  const refused = new SocketError('refused', { op: 'connect', where: '127.0.0.1:1' })
  assert.equal(shownError(refused), 'refused: 127.0.0.1:1: nothing is listening there')
  assert.equal(shownError(new TypeError('not\nso')), 'TypeError: not␊so')
  assert.equal(shownError('plain'), 'plain')
  assert.equal(shownError(undefined), 'undefined')
  assert.equal(shownError({ a: 1 }), '{ a: 1 }')
})
