/** The operator's console. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Console } from './console.ts'

function open() {
  const seen: string[] = []
  const console = new Console({
    announce: (line) => seen.push(line),
    log: (line) => seen.push(`hint: ${line}`),
    quit: () => seen.push('(quits)'),
  })
  return { console, seen }
}

test('Console.receive announces every line, and quits at quit', () => {
  const { console, seen } = open()
  console.receive('quit')
  console.receive(' quit ')
  assert.deepEqual(seen, ['console: quit', '(quits)', 'console:  quit ', '(quits)'])
})

test('Console.receive has a hint for anything else, and shows control bytes harmlessly', () => {
  const { console, seen } = open()
  console.receive('\u001b[2J')
  console.receive('')
  assert.deepEqual(seen, [
    'console: ␛[2J',
    'hint: quit ends the server; nothing else is known here',
    'console: ',
  ])
})
