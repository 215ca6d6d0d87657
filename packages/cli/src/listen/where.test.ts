import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CommandError } from '../failure.ts'
import { parseWhere } from './where.ts'

test('parseWhere reads a port, a host and a port, and both in one word', () => {
  for (const [words, host, port] of [
    [['5000'], undefined, 5000],
    [['0'], undefined, 0],
    [[':5000'], undefined, 5000],
    [['localhost', '5000'], 'localhost', 5000],
    [['localhost:5000'], 'localhost', 5000],
    [['[::1]:5000'], '::1', 5000],
    [['::1', '5000'], '::1', 5000],
    [['[::]', '5000'], '::', 5000],
    [['0.0.0.0:65535'], '0.0.0.0', 65_535],
  ] as const) {
    assert.deepEqual(parseWhere(words), { host, port })
  }
})

test('parseWhere takes the port of a flag, and a host beside it', () => {
  assert.deepEqual(parseWhere([], 5000), { host: undefined, port: 5000 })
  assert.deepEqual(parseWhere(['::1'], 5000), { host: '::1', port: 5000 })
})

test('parseWhere says what is wrong', () => {
  for (const [words, port, sentence] of [
    [[], undefined, 'the port is missing. Say PORT, HOST PORT or HOST:PORT, like 5000 or [::1]:5000.'],
    [['99999'], undefined, '99999 is not a port. Ports go from 1 to 65535; 0 picks a free one.'],
    [['abc'], undefined, 'abc is not a port. Ports go from 1 to 65535; 0 picks a free one.'],
    [['localhost:'], undefined, 'nothing is not a port. Ports go from 1 to 65535; 0 picks a free one.'],
    [['-1', ''], undefined, 'nothing is not a port. Ports go from 1 to 65535; 0 picks a free one.'],
    [['::1'], undefined, '::1 is an IPv6 address without brackets. Say [ADDRESS]:PORT or ADDRESS PORT.'],
    [
      ['', '5000'],
      undefined,
      'the host is empty. Say PORT, HOST PORT or HOST:PORT, like 5000 or [::1]:5000.',
    ],
    [
      ['tcp://a:5000'],
      undefined,
      'tcp://a is not a host. Say PORT, HOST PORT or HOST:PORT, like 5000 or [::1]:5000.',
    ],
    [['5001'], 5000, 'the port is given twice: 5001 and --port 5000.'],
    [['localhost', '5001'], 5000, 'the port is given twice: 5001 and --port 5000.'],
  ] as const) {
    assert.throws(
      () => parseWhere(words, port),
      (error) => error instanceof CommandError && error.exitCode === 2 && error.message === sentence,
      sentence,
    )
  }
})
