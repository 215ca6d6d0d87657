import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDestination, requireDestination } from './destination.ts'
import { CommandError } from './failure.ts'

const DEFAULTS = { host: '127.0.0.1', port: 5000 }

test('parseDestination reads every way to say where', () => {
  const cases: readonly (readonly [words: string[], host: string, port: number])[] = [
    [[], '127.0.0.1', 5000],
    [['chat.example'], 'chat.example', 5000],
    [['chat.example:6000'], 'chat.example', 6000],
    [['chat.example', '6000'], 'chat.example', 6000],
    [['10.0.0.7:6000'], '10.0.0.7', 6000],
    [['[::1]:6000'], '::1', 6000],
    [['[::1]'], '::1', 5000],
    [['::1'], '::1', 5000],
    [['::'], '::', 5000],
    [['fe80::1%eth0'], 'fe80::1%eth0', 5000],
    [['[fe80::1%eth0]:1'], 'fe80::1%eth0', 1],
    [['::1', '6000'], '::1', 6000],
    [['[::1]', '6000'], '::1', 6000],
    [[':6000'], '127.0.0.1', 6000],
    [['6000'], '127.0.0.1', 6000],
    [['localhost:65535'], 'localhost', 65_535],
  ]
  for (const [words, host, port] of cases) {
    assert.deepEqual(parseDestination(words, DEFAULTS), { host, port }, words.join(' '))
  }
})

test('parseDestination says what is wrong with a port', () => {
  for (const words of [
    ['a', '0'],
    ['a:0'],
    ['a', '99999'],
    ['a:65536'],
    ['99999'],
    ['a:abc'],
    ['a', '-1'],
    ['[::1]:x'],
  ]) {
    const port = words.at(-1)?.split(':').at(-1)
    assert.throws(
      () => parseDestination(words, DEFAULTS),
      { exitCode: 2, message: `${port} is not a port. Ports go from 1 to 65535.` },
      words.join(' '),
    )
  }
  assert.throws(() => parseDestination(['a:'], DEFAULTS), /^CommandError: nothing is not a port/)
})

test('parseDestination says what is wrong with a host', () => {
  for (const words of [[''], ['', '5000'], ['[]:5000']]) {
    assert.throws(() => parseDestination(words, DEFAULTS), /the host is empty\. Say HOST, HOST:PORT/)
  }
  for (const words of [['http://127.0.0.1:5000/'], ['a b'], ['a:1', '2'], ['ann@host'], ['[::1']]) {
    assert.throws(
      () => parseDestination(words, DEFAULTS),
      /is not a host\. Say HOST, HOST:PORT/,
      words.join(' '),
    )
  }
})

test('parseDestination gives a destination or a CommandError, whatever is typed', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 2 }), (words) => {
      try {
        const { host, port } = parseDestination(words, DEFAULTS)
        assert.ok(host !== '' && port >= 1 && port <= 65_535)
      } catch (error) {
        assert.ok(error instanceof CommandError && error.exitCode === 2)
      }
    }),
  )
})

test('requireDestination reads a host and a port that were both said', async () => {
  const cases: readonly (readonly [words: string[], host: string, port: number])[] = [
    [['127.0.0.1', '8000'], '127.0.0.1', 8000],
    [['chat.example:8000'], 'chat.example', 8000],
    [['[::1]:8000'], '::1', 8000],
    [['::1', '8000'], '::1', 8000],
    [['localhost', 'http'], 'localhost', 80],
    [['localhost:https'], 'localhost', 443],
  ]
  for (const [words, host, port] of cases) assert.deepEqual(await requireDestination(words), { host, port })
})

test('requireDestination says what is missing or wrong', async () => {
  const allowed = 'Say HOST, HOST:PORT or HOST PORT, like 127.0.0.1:5000 or [::1]:5000.'
  const cases: readonly (readonly [words: string[], message: string])[] = [
    [[], `no host was given. ${allowed}`],
    [['localhost'], `no port was given. ${allowed}`],
    [['::1'], `no port was given. ${allowed}`],
    [['localhost', '99999'], '99999 is not a port. Ports go from 1 to 65535.'],
    [['localhost', 'no-such-service'], 'no-such-service is not a port. Ports go from 1 to 65535.'],
    [['localhost:'], 'nothing is not a port. Ports go from 1 to 65535.'],
    [[':80'], `the host is empty. ${allowed}`],
  ]
  for (const [words, message] of cases) {
    await assert.rejects(requireDestination(words), { exitCode: 2, message }, words.join(' '))
  }
})
