import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Transcript } from '../testing/fake-io.ts'
import { setOpenLine, writeLines } from './open-lines.ts'

test('writeLines goes above the line that is typed on that terminal, and only there', () => {
  const [terminal, pipe] = [new Transcript(true), new Transcript(false)]
  const printed: string[] = []
  const line = { print: (text: string) => printed.push(text) > 0 }
  setOpenLine([terminal, pipe], line)
  writeLines(terminal, 'one\ntwo\n')
  writeLines(terminal, '\u001b[33mthree\n\u001b[39m')
  writeLines(pipe, 'four\n')
  setOpenLine([terminal, pipe], undefined)
  writeLines(terminal, 'five\n')
  assert.deepEqual(printed, ['one\ntwo', '\u001b[33mthree\u001b[39m'])
  assert.equal(pipe.text, 'four\n')
  assert.equal(terminal.text, 'five\n')
})
