import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listen } from '../commands/listen.ts'
import { CommandError } from '../failure.ts'
import { type FlagValues, parseCommandLine } from '../flags.ts'
import { checkExec, listenOptions, maxClients, modeOf, placeFor } from './plan.ts'

const NEVER = new AbortController().signal

function valuesOf(...args: string[]): FlagValues {
  return parseCommandLine(listen.flags, args, {}).values
}

test('modeOf reads what happens to the clients', () => {
  for (const [args, mode] of [
    [[], { kind: 'talk' }],
    [['--echo'], { kind: 'echo' }],
    [['--chat'], { kind: 'chat' }],
    [['-e', 'cat'], { kind: 'exec', command: 'cat' }],
    [['--reply', ' hi\\n'], { kind: 'reply', answer: Buffer.from(' hi\n') }],
  ] as const) {
    assert.deepEqual(modeOf(valuesOf(...args)), mode)
  }
})

test('maxClients is 256, fewer for programs, and one with --once', () => {
  for (const [args, max] of [
    [[], 256],
    [['--max', '3'], 3],
    [['--exec', 'cat'], 32],
    [['--exec', 'cat', '--max', '256'], 256],
    [['--once', '--max', '3'], 1],
  ] as const) {
    const values = valuesOf(...args)
    assert.equal(maxClients(values, modeOf(values)), max)
  }
})

test('placeFor is this machine unless told otherwise', async () => {
  for (const [args, words, place] of [
    [[], ['5000'], { host: '127.0.0.1', port: 5000, ipv6Only: false }],
    [['-6'], ['5000'], { host: '::1', port: 5000, ipv6Only: false }],
    [[], ['[::]:5000'], { host: '::', port: 5000, ipv6Only: false }],
    [['-6'], ['::', '5000'], { host: '::', port: 5000, ipv6Only: true }],
    [['-s', '0.0.0.0', '-p', '5000'], [], { host: '0.0.0.0', port: 5000, ipv6Only: false }],
    [['-U', '/tmp/x'], [], { path: '/tmp/x' }],
  ] as const) {
    assert.deepEqual(await placeFor(valuesOf(...args), words, NEVER), place)
  }
})

test('placeFor gives up when it is stopped', async () => {
  assert.equal(await placeFor(valuesOf(), ['localhost', '5000'], AbortSignal.abort()), undefined)
})

test('checkExec lets programs run for this machine only, unless that was asked for', () => {
  const program = { kind: 'exec', command: 'cat' } as const
  const anyone = { host: '0.0.0.0', port: 5000, ipv6Only: false }
  assert.throws(() => checkExec(valuesOf(), program, anyone), CommandError)
  checkExec(valuesOf(), { kind: 'echo' }, anyone)
  checkExec(valuesOf('--exec-for-anyone'), program, anyone)
  checkExec(valuesOf(), program, { host: '127.0.0.2', port: 5000, ipv6Only: false })
  checkExec(valuesOf(), program, { path: '/tmp/x' })
})

test('listenOptions carries the limits', () => {
  const place = { host: '127.0.0.1', port: 5000, ipv6Only: false }
  const { maxConnections, idleTimeout, port } = listenOptions(valuesOf('-w', '2.5'), place, 7)
  assert.deepEqual([maxConnections, idleTimeout, port], [7, 2500, 5000])
})
