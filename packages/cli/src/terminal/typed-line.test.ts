import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { fakeIo, Transcript } from '../testing/fake-io.ts'
import { onXterm } from '../testing/xterm.ts'
import { writeLines } from './open-lines.ts'
import { openTypedLine } from './typed-line.ts'

describe('openTypedLine', () => {
  onXterm()

  test('openTypedLine hands lines to the history and on, and tells Ctrl-D from Ctrl-C', () => {
    const kept: string[] = []
    const history = { lines: [], add: (line: string) => void kept.push(line) }
    for (const [key, how] of [
      ['\u0004', 'end'],
      ['\u0003', 'interrupt'],
    ] as const) {
      const events: string[] = []
      const io = { ...fakeIo(), stdin: new PassThrough(), stdout: new Transcript(true) }
      openTypedLine(io, {
        history,
        onLine: (line) => events.push(line),
        onEnd: () => events.push('end'),
        onInterrupt: () => events.push('interrupt'),
      })
      io.stdin.emit('data', Buffer.from(`${how}ed\r${key}`))
      assert.deepEqual(events, [`${how}ed`, how])
    }
    assert.deepEqual(kept, ['ended', 'interrupted'])
  })

  test('openTypedLine keeps what is said on standard error above the typed line', () => {
    const io = {
      ...fakeIo(),
      stdin: new PassThrough(),
      stdout: new Transcript(true),
      stderr: new Transcript(true),
    }
    const line = openTypedLine(io, { onLine: () => {}, onEnd: () => {}, onInterrupt: () => {} })
    writeLines(io.stderr, '* a sentence\n')
    assert.match(io.stdout.text, /\* a sentence\n[^\n]*> [^\n]*$/)
    assert.equal(io.stderr.text, '')
    line.close()
  })
})
