/** `kill -9` while people talk: what its sender saw come back is kept, once, and the server is there again at once. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openHistory } from '@partyline/chat'
import { SocketError, TcpSocket } from '@partyline/sockets'
import { type Child, startNode } from '../packages/cli/src/testing/child.ts'
import { ROOT } from './samples.ts'

const KILLS = 20
const PEOPLE = 50
/** A kill comes after so many messages were seen, and a few more each time. */
const SEEN_BEFORE = 300
/** Milliseconds from starting the process to `Listening`. */
const BACK_WITHIN = 2000

function start(data: string): Child {
  const program = `${ROOT}packages/cli/src/bin.ts`
  const args = ['serve', '--text-port', '0', '--no-console', '--data', data]
  return startNode(['--conditions=partyline-source', program, ...args], {
    env: { PARTYLINE_RATE_LIMIT: 'off' },
  })
}

async function portOf({ stdout }: Child): Promise<number> {
  await stdout.until(/^Listening on :\d+\n/)
  return Number(/:(\d+)/.exec(stdout.text)?.[1])
}

/** Says one thing after the other, each when the last has come back, until the connection breaks. */
async function talk(port: number, name: string, round: number, saw: (text: string) => void): Promise<void> {
  try {
    await using socket = await TcpSocket.connect(port, '127.0.0.1')
    await socket.send(`${name}\n`)
    let count = 0
    const next = (): Promise<void> => socket.send(`round ${round} message ${++count} of ${name}\n`)
    for await (const line of socket.lines()) {
      if (line === `${name} logged in`) await next()
      const [, text] = line.startsWith(`${name}::`) ? line.split('::') : []
      if (text === undefined) continue
      saw(text)
      await next()
    }
  } catch (error) {
    if (!SocketError.is(error)) throw error
  }
}

test('serve loses nothing that its sender saw when it is killed, and keeps nothing twice', async () => {
  const data = await mkdtemp(join(tmpdir(), 'partyline-'))
  const seen = new Set<string>()
  for (let round = 1; round <= KILLS; round += 1) {
    const began = performance.now()
    await using server = start(data)
    const port = await portOf(server)
    const backAfter = performance.now() - began
    assert.ok(backAfter < BACK_WITHIN, `round ${round}: listening after ${Math.round(backAfter)} ms`)
    const before = seen.size
    const enough = Promise.withResolvers<void>()
    const saw = (text: string): void => {
      seen.add(text)
      if (seen.size - before >= SEEN_BEFORE + round) enough.resolve()
    }
    const people = Array.from({ length: PEOPLE }, (_, at) => talk(port, `person${at}`, round, saw))
    await enough.promise
    server.process.kill('SIGKILL')
    await Promise.all([server.exit, ...people])
  }
  const history = openHistory(join(data, 'history.db'))
  const kept = new Map<string, number>()
  for (const { text } of history.messages()) kept.set(text, (kept.get(text) ?? 0) + 1)
  assert.deepEqual(history.faults(), [])
  history.close()
  await rm(data, { recursive: true })
  assert.ok(seen.size > KILLS * SEEN_BEFORE)
  assert.deepEqual(
    [...seen].filter((text) => kept.get(text) !== 1),
    [],
  )
  assert.deepEqual(
    [...kept].filter(([, times]) => times !== 1),
    [],
  )
})
