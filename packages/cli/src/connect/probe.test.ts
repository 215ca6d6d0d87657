import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError } from '@partyline/sockets'
import { CommandError } from '../failure.ts'
import { type Probe, type ProbeOptions, probeAll } from './probe.ts'

const OPTIONS: ProbeOptions = {
  family: undefined,
  source: undefined,
  sourcePort: undefined,
  waitMs: 1000,
  signal: new AbortController().signal,
}

const PORTS = Array.from({ length: 100 }, (_, index) => index + 1)

test('probeAll tells of the ports in their order, and tries no more than 32 at the same time', async () => {
  const told: number[] = []
  let [running, most] = [0, 0]
  const probe: Probe = async (_host, port) => {
    running += 1
    most = Math.max(most, running)
    for (let turn = port % 5; turn >= 0; turn -= 1) await Promise.resolve()
    running -= 1
    return { port, words: 'is open', failure: undefined }
  }
  assert.equal(await probeAll(probe, 'host', PORTS, OPTIONS, ({ port }) => told.push(port)), 0)
  assert.deepEqual(told, PORTS)
  assert.equal(most, 32)
})

test('probeAll has the exit code of the first port that is not open', async () => {
  const probe: Probe = async (_host, port) => {
    const failure = port > 2 ? new CommandError(port === 3 ? 5 : 4, 'closed') : undefined
    return { port, words: '', failure }
  }
  assert.equal(await probeAll(probe, 'host', PORTS, OPTIONS, () => {}), 5)
})

test('probeAll fails at once for a host without an address, and when it is stopped', async () => {
  const told: number[] = []
  for (const error of [new CommandError(3, 'no address'), new SocketError('aborted', { op: 'connect' })]) {
    const probe: Probe = async (_host, port) => {
      if (error instanceof CommandError) return { port, words: '', failure: error }
      throw error
    }
    await assert.rejects(
      probeAll(probe, 'host', PORTS, OPTIONS, ({ port }) => told.push(port)),
      error,
    )
  }
  assert.deepEqual(told, [])
})
