import assert from 'node:assert/strict'
import { emitKeypressEvents, type Key } from 'node:readline'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { Transcript } from '../testing/fake-io.ts'
import { MAX_PASTE, type Paste, PasteReader, startBracketing, stopBracketing } from './paste.ts'

/** What a reader makes of these keys, as a terminal sends them. */
function feed(keys: string): readonly (string | Paste)[] {
  const reader = new PasteReader()
  const results: (string | Paste)[] = []
  const input = new PassThrough()
  emitKeypressEvents(input)
  input.on('keypress', (text: string | undefined, key: Key) => {
    const result = reader.feed(text, key)
    if (result !== 'inside') results.push(result === 'typed' ? (text ?? '') : result)
  })
  input.emit('data', Buffer.from(keys))
  return results
}

function pasted(text: string): readonly (string | Paste)[] {
  return feed(`\u001b[200~${text}\u001b[201~`)
}

test('PasteReader tells what is typed from what is pasted', () => {
  assert.deepEqual(feed('a\u001b[200~b\rc\u001b[201~d'), ['a', { lines: ['b', 'c'], isCut: false }, 'd'])
})

test('PasteReader splits lines at CR, LF and CR LF, and takes the last newline for no line', () => {
  for (const text of ['one\rtwo', 'one\ntwo\n', 'one\r\ntwo\r\n']) {
    assert.deepEqual(pasted(text), [{ lines: ['one', 'two'], isCut: false }])
  }
  assert.deepEqual(pasted('one\r\r'), [{ lines: ['one', ''], isCut: false }])
  assert.deepEqual(pasted(''), [{ lines: [''], isCut: false }])
})

test('PasteReader leaves out control characters, which a terminal would obey, but no tab', () => {
  assert.deepEqual(pasted('a\tb\u0007\u001b[31mc\u0003'), [{ lines: ['a\tb[31mc'], isCut: false }])
})

test('PasteReader keeps no more than MAX_PASTE characters, and says so', () => {
  const [paste] = pasted('x'.repeat(MAX_PASTE + 1))
  assert.ok(typeof paste === 'object')
  assert.equal(paste.isCut, true)
  assert.equal(paste.lines.join('').length, MAX_PASTE)
})

test('startBracketing asks the terminal, and stopBracketing takes it back once', () => {
  const terminal = new Transcript(true)
  startBracketing(terminal)
  stopBracketing(terminal)
  stopBracketing(terminal)
  assert.equal(terminal.text, '\u001b[?2004h\u001b[?2004l')
})
