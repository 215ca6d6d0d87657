import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completions } from './completion.ts'

const NAMES = ['SHUT_WR', 'SHUT_RD', 'socket', 'AF_INET']
class Thing {
  own = 1
  recv(): void {}
  recvfrom(): void {}
}
const evaluator = { look: (expression: string) => (expression === 'thing' ? new Thing() : undefined) }

test('completions finds names in scope, members after a point, and the commands', () => {
  for (const [line, words, part] of [
    ['await s.shutdown(SHUT', ['SHUT_RD', 'SHUT_WR'], 'SHUT'],
    ['so', ['socket'], 'so'],
    ['x = thing.re', ['thing.recv', 'thing.recvfrom'], 'thing.re'],
    ['thing.', ['thing.own', 'thing.recv', 'thing.recvfrom'], 'thing.'],
    ['nothing.re', [], 'nothing.re'],
    ['.he', ['.help'], '.he'],
    ['.', ['.help', '.break', '.exit'], '.'],
    ['', [], ''],
    ['f(', [], ''],
  ] as const) {
    assert.deepEqual(completions(line, NAMES, evaluator), [words, part], line)
  }
})
