import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMANDS } from './commands.ts'
import { dispatch } from './dispatch.ts'

function means(line: string): string {
  const { name, args } = dispatch(line === '' ? [] : line.split(' '), COMMANDS)
  return [name, ...args].join(' ')
}

test('dispatch takes the command that is named, and serve when none is', () => {
  assert.equal(means('chat --name ann'), 'chat --name ann')
  assert.equal(means('connect serve 80'), 'connect serve 80')
  assert.equal(means(''), 'serve')
  assert.equal(means('--text-port 5001'), 'serve --text-port 5001')
})

test('dispatch connects to a destination', () => {
  for (const line of [
    'localhost 8000',
    '127.0.0.1 8000 --wire',
    'example.net:80',
    'localhost:http',
    '[::1]:5000',
    '::1 5000',
    '10.0.0.1',
    'host.example 8000-8010',
  ]) {
    assert.equal(means(line), `connect ${line}`)
  }
})

test('dispatch understands the flags of nc without a command', () => {
  assert.equal(means('-u 127.0.0.1 1234'), 'connect -u 127.0.0.1 1234')
  assert.equal(means('-zv -w3 host 80'), 'connect -zv -w3 host 80')
  assert.equal(means('-l 5000'), 'listen --once -l 5000')
  assert.equal(means('-u -l 5000'), 'listen --once -u -l 5000')
  assert.equal(means('-lk 5000'), 'listen -lk 5000')
  assert.equal(means('-k -l 5000'), 'listen -k -l 5000')
})

test('dispatch takes what looks like a misspelt command for one', () => {
  assert.equal(means('sevre 5000'), 'sevre 5000')
  assert.equal(means('nonsense'), 'nonsense')
  assert.equal(means('constructor'), 'constructor')
})
