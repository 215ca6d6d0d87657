/** `partyline connect` with more bytes than memory should hold. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { echo } from '@partyline/services'
import { TcpListener } from '@partyline/sockets'
import { startNode } from '../packages/cli/src/testing/child.ts'

const PROGRAM = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))
const GIGABYTE = 1_000_000_000
/** Node.js itself takes about 100 MB of it. */
const MOST_MEMORY_KB = 300_000

const isLinux = process.platform === 'linux' // it tells the peak of another process's memory

test('partyline connect carries 1 GB both ways through flat memory', { skip: !isLinux }, async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve((socket) => echo(socket))
  const port = 'port' in listener.address ? listener.address.port : 0
  const args = [
    '--conditions=partyline-source',
    PROGRAM,
    'connect',
    '--no-half-close',
    '127.0.0.1',
    String(port),
  ]
  await using command = startNode(args)
  const { stdin, stdout, pid } = command.process
  assert.ok(stdin !== null && stdout !== null)
  stdout.removeAllListeners('data').unpipe()
  const block = Buffer.alloc(100_000, 'x')
  let sent = 0
  const feed = (): void => {
    while (sent < GIGABYTE) {
      sent += block.length
      if (!stdin.write(block)) return
    }
  }
  stdin.on('drain', feed)
  feed()
  let received = 0
  for await (const chunk of stdout) {
    received += String(chunk).length
    if (received >= GIGABYTE) break
  }
  assert.equal(received, GIGABYTE)
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  assert.ok(peak < MOST_MEMORY_KB, `${peak} KB`)
})
