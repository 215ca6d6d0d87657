import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CloseInfo, SocketError, TcpListener, TcpSocket } from '@partyline/sockets'
import { Clients, farewell, labelOf } from './clients.ts'

interface Room {
  readonly clients: Clients
  readonly notes: string[]
  /** The client's own end, and the one that the room has. */
  readonly join: () => Promise<[TcpSocket, TcpSocket]>
}

/** Clients with small queues, of whom each counts as stalled after 20 ms. */
async function room(t: TestContext): Promise<Room> {
  const listener = await TcpListener.listen(0, '127.0.0.1', { sendHighWater: 1024 })
  const notes: string[] = []
  const clients = new Clients({ note: (words) => notes.push(words), stalledMs: 20 })
  const open: TcpSocket[] = []
  t.after(async () => {
    for (const socket of open) socket.abort()
    await listener.close()
  })
  const join = async (): Promise<[TcpSocket, TcpSocket]> => {
    const { address } = listener
    const theirs = await TcpSocket.connect('port' in address ? address.port : 0, '127.0.0.1')
    const ours = await listener.accept()
    open.push(theirs, ours)
    return [theirs, ours]
  }
  return { clients, notes, join }
}

/** More than the kernel's buffers of one connection hold. */
const MUCH = Buffer.alloc(16 * 1024 * 1024)

test('Clients cuts off a client that takes nothing while others wait, and them it serves', async (t) => {
  const { clients, join } = await room(t)
  const [deaf, forDeaf] = await join()
  deaf.node.pause()
  clients.enter(forDeaf)
  const [ann, forAnn] = await join()
  clients.enter(forAnn)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sent = clients.send(MUCH)
  assert.ok((await ann.recvExactly(MUCH.length)).equals(MUCH))
  for (let stall = 0; stall < 2; stall++) {
    assert.equal(forDeaf.state, 'open')
    t.mock.timers.tick(20)
    await new Promise(setImmediate)
  }
  await sent
  const { by, error } = await forDeaf.closed
  assert.equal(by, 'us')
  assert.match(farewell('it', { by, error, bytesIn: 0, bytesOut: 0, ms: 0 }), /: it takes nothing$/)
})

test('Clients gives a client that is alone all the time it wants', async (t) => {
  const { clients, join } = await room(t)
  const [slow, forSlow] = await join()
  slow.node.pause()
  clients.enter(forSlow)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sent = clients.send(MUCH)
  for (let stall = 0; stall < 5; stall++) {
    t.mock.timers.tick(20)
    await new Promise(setImmediate)
  }
  assert.equal(forSlow.state, 'open')
  slow.node.resume()
  assert.ok((await slow.recvExactly(MUCH.length)).equals(MUCH))
  await sent
})

test('Clients sends to all but one, and counts who comes and goes', async (t) => {
  const { clients, notes, join } = await room(t)
  const [ann, forAnn] = await join()
  const [bob, forBob] = await join()
  const [writer, other] = [clients.enter(forAnn), clients.enter(forBob)]
  assert.equal(clients.count, 2)
  await clients.send(Buffer.from('x'), writer)
  assert.equal(String(await bob.recv()), 'x')
  assert.equal(ann.tryRecv(), undefined)
  clients.shutdown()
  assert.equal(await ann.recv(), null)
  forBob.abort()
  await clients.send(Buffer.from('to nobody'), writer) // one that is gone is no failure
  const info = await forBob.closed
  clients.leave(other, info)
  clients.leave(other, info)
  assert.equal(clients.count, 1)
  assert.equal(notes.length, 3)
  assert.match(notes[1] ?? '', /^127\.0\.0\.1:\d+ connected \(2 here\)$/)
})

test('farewell says how a connection ended', () => {
  const info: CloseInfo = { by: 'peer', bytesIn: 14, bytesOut: 20, ms: 2149 }
  const remote = { host: '127.0.0.1', port: 9, family: 4 } as const
  const failed = (code: 'reset' | 'timeout' | 'closed' | 'system', cause?: Error): SocketError =>
    new SocketError(code, { op: 'recv', remote, cause })
  const facts = 'after 2.1 s (received 14 B, sent 20 B)'
  for (const [ending, words] of [
    [{}, `x closed ${facts}`],
    [{ by: 'error', error: failed('reset') }, `x reset the connection ${facts}`],
    [{ by: 'timeout', error: failed('timeout') }, `x was closed ${facts}: no answer in time`],
    [{ by: 'us', error: failed('closed', new Error('too slow')) }, `x was cut off ${facts}: too slow`],
    [{ by: 'error', error: failed('timeout') }, `x was lost ${facts}: no answer in time`],
  ] as const) {
    assert.equal(farewell('x', { ...info, ...ending }), words)
  }
})

test('labelOf names a peer by its address, and knows none for an unnamed Unix-domain socket', () => {
  assert.equal(labelOf({ host: '::1', port: 5000, family: 6 }), '[::1]:5000')
  assert.equal(labelOf({ path: '' }), undefined)
  assert.equal(labelOf({ path: '/tmp/x' }), '/tmp/x')
})
