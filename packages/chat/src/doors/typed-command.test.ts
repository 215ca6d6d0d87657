/** Lines that somebody typed as commands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCommand, parseCommand, splitWords, unknownCommand } from './typed-command.ts'

const TABLE = { help: 1, history: 2 }

test('parseCommand takes the first word for the name, and leaves the rest as it is', () => {
  assert.deepEqual(parseCommand('msg bob  a  b '), { name: 'msg', rest: 'bob  a  b ' })
  assert.deepEqual(parseCommand('  who'), { name: 'who', rest: '' })
  assert.deepEqual(parseCommand(''), { name: '', rest: '' })
  assert.deepEqual(parseCommand('say\none\ntwo'), { name: 'say', rest: 'one\ntwo' })
})

test('splitWords gives the last word all that is left, and no blank words', () => {
  assert.deepEqual(splitWords('bob  a  b ', 2), ['bob', 'a  b '])
  assert.deepEqual(splitWords('bob', 2), ['bob'])
  assert.deepEqual(splitWords('bob   ', 2), ['bob'])
  assert.deepEqual(splitWords('  ', 1), [])
  assert.deepEqual(splitWords('x', 0), [])
})

test('findCommand knows its own commands in any case, and no other word', () => {
  assert.equal(findCommand(TABLE, 'HELP'), 1)
  for (const name of ['constructor', '__proto__', 'toString', '', 'hel']) {
    assert.equal(findCommand(TABLE, name), undefined, name)
  }
})

test('unknownCommand says what was probably meant', () => {
  assert.match(unknownCommand(TABLE, 'Histroy', '/'), /no command \/Histroy: did you mean \/history\? \/help/)
  assert.equal(unknownCommand(TABLE, 'xyz', ''), 'there is no command xyz: help lists them')
})
