import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { type Address, TcpSocket } from '@partyline/sockets'
import { isTaken } from './taken.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'only Linux tells what waits for a program' }
const { signal } = new AbortController()

/** A connection of ours to a program that reads only when it is told to. */
async function unread(): Promise<{ ours: TcpSocket; theirs: Socket } & AsyncDisposable> {
  const server = createServer({ pauseOnConnect: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const [ours, [theirs]] = (await Promise.all([
    TcpSocket.connect(address.port, '127.0.0.1'),
    once(server, 'connection'),
  ])) as [TcpSocket, [Socket]]
  theirs.on('error', () => {})
  return {
    ours,
    theirs,
    async [Symbol.asyncDispose]() {
      ours.abort()
      theirs.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

test('isTaken waits until the other program has read what was sent', ON_LINUX, async () => {
  await using pair = await unread()
  await pair.ours.send('one')
  await pair.ours.flush()
  assert.equal(await isTaken(pair.ours, 1, signal), false)
  const taken = isTaken(pair.ours, 100, signal)
  pair.theirs.resume()
  assert.equal(await taken, true)
})

test('isTaken does not wait for a program that has left', ON_LINUX, async () => {
  await using pair = await unread()
  await pair.ours.send('one')
  await pair.ours.flush()
  pair.theirs.resetAndDestroy()
  assert.equal(await isTaken(pair.ours, 100, signal), true)
})

test('isTaken rejects when the signal comes', ON_LINUX, async () => {
  await using pair = await unread()
  await pair.ours.send('one')
  await pair.ours.flush()
  const controller = new AbortController()
  const taken = isTaken(pair.ours, 100, controller.signal)
  controller.abort()
  await assert.rejects(taken, { name: 'AbortError' })
})

test('isTaken does not wait where nobody tells', async () => {
  const elsewhere: Address = { host: '192.0.2.1', port: 1, family: 4 }
  assert.equal(await isTaken({ local: elsewhere, remote: elsewhere }, 100, signal), true)
})
