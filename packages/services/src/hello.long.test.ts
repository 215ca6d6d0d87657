/** Hello with very many clients at once, and with none: seen from outside the process that serves. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { TcpSocket } from '@partyline/sockets'

const PROGRAM = fileURLToPath(new URL('../../cli/src/bin.ts', import.meta.url))
const CLIENTS = 1000

/** `partyline service hello 0`, until the test is over. */
async function helloProcess(t: TestContext): Promise<{ process: ChildProcess; port: number }> {
  const args = ['--conditions=partyline-source', PROGRAM, 'service', 'hello', '0']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { process: child, port: Number(/^Listening on 127\.0\.0\.1:(\d+)$/.exec(String(line))?.[1]) }
}

test(`hello serves ${CLIENTS} clients at once, and the one that never sends holds up nobody`, async (t) => {
  const { port } = await helloProcess(t)
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, () => TcpSocket.connect(port, '127.0.0.1')),
  )
  t.after(() => {
    for (const client of clients) client.abort()
  })
  // All are there before the first of them goes on.
  for (const client of clients) assert.equal((await client.recvExactly(6)).toString(), 'hello\n')
  const [silent, ...others] = clients
  const began = performance.now()
  await Promise.all(
    others.map(async (client, n) => {
      await client.send(`I am ${n}`)
      assert.equal((await client.recv())?.toString(), `I am ${n}`)
      assert.equal(await client.recv(), null)
    }),
  )
  t.diagnostic(`${others.length} answers in ${Math.round(performance.now() - began)} ms`)
  assert.equal(silent?.state, 'open')
  await silent?.send('at last')
  assert.equal((await silent?.recv())?.toString(), 'at last')
})

/** Clock ticks (usually 100 a second) that a process has used, its threads and the kernel's work for it among them. */
function ticksOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8') // proc(5)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

test('hello uses no processor while nothing happens, with a client that waits', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const { process: server, port } = await helloProcess(t)
  await using waiting = await TcpSocket.connect(port, '127.0.0.1')
  await waiting.recvExactly(6)
  await sleep(1000) // the measurement is of a second in which nothing happens, after one in which its start settles
  const before = ticksOf(server)
  await sleep(1000)
  const used = ticksOf(server) - before
  t.diagnostic(`${used} clock ticks in a second`)
  assert.ok(used <= 1, `${used} clock ticks in a second`)
})
