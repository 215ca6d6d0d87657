import assert from 'node:assert/strict'
import test from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { SocketError } from './errors.ts'
import type { TcpSocket } from './tcp-socket.ts'
import { channels } from './telemetry.ts'
import { fails, stillWaits, turn } from './testing/checks/check.ts'
import { connected, listening, localPair } from './testing/local-pair.ts'

const echo = async (socket: TcpSocket): Promise<void> => {
  for await (const chunk of socket) await socket.send(chunk)
}

test('serve runs a handler for each connection at once, and closes the connection after it', async (t) => {
  const listener = await listening(t)
  const serving = listener.serve(echo)
  const clients = [await connected(t, listener), await connected(t, listener)]
  for (const [i, client] of clients.entries()) {
    await client.send(`${i}`)
    assert.equal(String(await client.recv()), `${i}`)
  }
  for (const client of clients) {
    await client.shutdown()
    assert.equal(await client.recv(), null)
  }
  await listener.close()
  await serving
})

test('serve sends all that a handler left queued before it returned', async (t) => {
  const listener = await listening(t)
  void listener.serve((socket) => {
    socket.trySend(Buffer.alloc(3_000_000, 'x'))
  })
  const client = await connected(t, listener)
  assert.equal((await client.recvExactly(3_000_000)).length, 3_000_000)
  assert.equal(await client.recv(), null)
})

const broken = {
  throws: (): never => {
    throw new RangeError('broken')
  },
  rejects: (): Promise<never> => Promise.reject(new RangeError('broken')),
}

for (const how of ['throws', 'rejects'] as const) {
  test(`serve with a handler that ${how} resets that connection only, and tells onError`, async (t) => {
    const listener = await listening(t)
    const told: unknown[] = []
    const [first, second, third] = [
      await connected(t, listener),
      await connected(t, listener),
      await connected(t, listener),
    ]
    const isSecond = ({ remote }: TcpSocket): boolean => isDeepStrictEqual(remote, second.local)
    void listener.serve((socket) => (isSecond(socket) ? broken[how]() : echo(socket)), {
      onError: (error, socket) => told.push(error, socket.remote),
    })
    await fails(second.recv(), 'reset')
    for (const fine of [first, third]) {
      await fine.send('x')
      assert.equal(String(await fine.recv()), 'x')
    }
    const [error, remote, ...more] = told
    assert.ok(error instanceof RangeError)
    assert.deepEqual([remote, more], [second.local, []])
  })

  test(`serve survives an onError that ${how} itself`, async (t) => {
    const listener = await listening(t)
    const client = await connected(t, listener)
    const serving = listener.serve(broken[how], { onError: broken[how] })
    await fails(client.recv(), 'reset')
    await listener.close()
    await serving
  })
}

test('serve without onError publishes what a handler threw, a reset by the peer among it', async (t) => {
  const listener = await listening(t)
  void listener.serve(echo)
  const client = await connected(t, listener)
  const published = new Promise<unknown>((resolve) => {
    const listen = (message: unknown): void => {
      const { socket, error } = message as { socket: TcpSocket; error: unknown }
      if (!isDeepStrictEqual(socket.remote, client.local)) return
      channels.handlerFailed.unsubscribe(listen)
      resolve(error)
    }
    channels.handlerFailed.subscribe(listen)
  })
  await client.send('x')
  await client.recv()
  client.abort()
  assert.ok(SocketError.is(await published, 'reset'))
})

test('serve takes the connections that came before it', async (t) => {
  const listener = await listening(t)
  const clients = [await connected(t, listener), await connected(t, listener)]
  for (const client of clients) await client.send('early')
  while (listener.stats.waiting < 2) await turn()
  void listener.serve(echo)
  for (const client of clients) assert.equal(String(await client.recvExactly(5)), 'early')
  assert.equal(listener.stats.waiting, 0)
})

test('serve and accept exclude each other', async (t) => {
  const listener = await listening(t)
  const accepting = listener.accept()
  await fails(listener.serve(echo), 'busy')
  await connected(t, listener)
  await accepting
  void listener.serve(echo)
  await fails(listener.accept(), 'busy')
  await fails(listener.serve(echo), 'busy')
  await assert.rejects(listener.serve(echo, { timeout: -1 }), RangeError)
})

test('serve tells its handlers when the listener closes, and close waits while they say goodbye', async (t) => {
  const listener = await listening(t)
  const serving = listener.serve(async (socket, { signal }) => {
    await socket.send('hello\n')
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    assert.ok(SocketError.is(signal.reason, 'closed'))
    await socket.send('goodbye\n')
  })
  const client = await connected(t, listener)
  assert.equal(await client.readLine(), 'hello')
  const closing = listener.close()
  assert.equal(await client.readLine(), 'goodbye')
  assert.equal(await client.recv(), null)
  await client.close()
  await Promise.all([closing, serving])
  assert.equal(listener.connections.size, 0)
})

test('serve gives its handlers 10,000 ms to end, then their connections are reset', async (t) => {
  const listener = await listening(t)
  const serving = listener.serve(async (socket) => {
    await socket.send('x')
    await socket.recv()
  })
  const client = await connected(t, listener)
  await client.recv()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const closing = listener.close()
  await turn()
  t.mock.timers.tick(9999)
  assert.ok(await stillWaits(closing))
  assert.equal(client.state, 'open')
  t.mock.timers.tick(1)
  await fails(client.recv(), 'reset')
  await Promise.all([closing, serving])
})

test('serve has handlers that never end: close does not wait for them beyond drain, serve does', async (t) => {
  const listener = await listening(t)
  let end = (): void => {}
  const stuck = new Promise<void>((resolve) => {
    end = resolve
  })
  const serving = listener.serve(async (socket) => {
    await socket.send('x')
    await stuck
  })
  const client = await connected(t, listener)
  await client.recv()
  await listener.close({ drain: 0 })
  await fails(client.recv(), 'reset')
  assert.equal(listener.connections.size, 0)
  assert.ok(await stillWaits(serving))
  end()
  await serving
})

test('serve’s late connections are reset, and not those that accept took', async (t) => {
  const [mine, accepted, listener] = await localPair(t)
  const serving = listener.serve((socket) => socket.recv())
  const served = await connected(t, listener)
  while (listener.connections.size < 2) await turn()
  await listener.close({ drain: 0 })
  await Promise.all([fails(served.recv(), 'reset'), serving])
  await mine.send('still here')
  assert.equal(String(await accepted.recvExactly(10)), 'still here')
})

test('serve with a timeout resets a connection that lasts longer', async (t) => {
  const listener = await listening(t)
  const told: unknown[] = []
  void listener.serve((socket) => socket.recv(), { timeout: 10, onError: (error) => told.push(error) })
  const client = await connected(t, listener)
  await fails(client.recv(), 'reset')
  assert.ok(SocketError.is(told[0], 'closed'))
  assert.ok(SocketError.is(told[0].cause, 'timeout'))
})
