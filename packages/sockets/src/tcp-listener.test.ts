import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { BlockList } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { type Address, formatAddress } from './address.ts'
import type { CloseInfo } from './byte-stream.ts'
import type { ListenOptions } from './listen-options.ts'
import { TcpListener } from './tcp-listener.ts'
import { TcpSocket } from './tcp-socket.ts'
import { channels } from './telemetry.ts'
import { fails, stillWaits, turns } from './testing/checks/check.ts'
import { deafListener } from './testing/deaf-listener.ts'
import { onIpv6 } from './testing/ipv6.ts'
import { cert, connected, key, listening, localPair, portOf, until } from './testing/local-pair.ts'
import { OWN_HOST } from './testing/own-host.ts'

const onLinux: { skip?: string } = process.platform === 'linux' ? {} : { skip: 'needs all of 127.0.0.0/8' }
const onIpv6OfLinux = onIpv6.skip === undefined ? onLinux : onIpv6

/** How the first connection ends that somebody made to the listener at `local`. */
function firstCloseAt(local: Address): Promise<CloseInfo> {
  return new Promise((resolve) => {
    const listen = (message: unknown): void => {
      const { socket, info } = message as { socket: TcpSocket; info: CloseInfo }
      if (formatAddress(socket.local) !== formatAddress(local)) return
      channels.close.unsubscribe(listen)
      resolve(info)
    }
    channels.close.subscribe(listen)
  })
}

test('TcpListener listens on loopback unless told otherwise, and knows its real port', async (t) => {
  const listener = await listening(t)
  assert.deepEqual(listener.address, { host: '127.0.0.1', port: portOf(listener), family: 4 })
  assert.ok(portOf(listener) > 0)
  assert.equal(listener.status, 'listening')
})

test('TcpListener listens on an address of IPv6', onIpv6, async (t) => {
  const six = await listening(t, { host: '::1' })
  const socket = await connected(t, six)
  assert.deepEqual(socket.remote, six.address)
})

test('TcpListener shows IPv4 peers of a socket for both families as IPv4', onIpv6, async (t) => {
  const listener = await listening(t, { host: '::' })
  const accepting = listener.accept()
  const socket = await TcpSocket.connect(portOf(listener), '127.0.0.1')
  const accepted = await accepting
  assert.deepEqual(accepted.remote, socket.local)
  assert.deepEqual(accepted.local, socket.remote)
  socket.abort()
})

test('TcpListener that cannot listen says why: in use, not an address of this machine', async (t) => {
  const port = portOf(await listening(t))
  const error = await fails(TcpListener.listen(port), 'address-in-use')
  assert.equal(error.message, `127.0.0.1:${port}: another program already listens there`)
  assert.equal(error.op, 'listen')
  await fails(TcpListener.listen(0, '192.0.2.1'), 'address-unavailable')
  await fails(TcpListener.listen({ tls: { cert: 'none', key: 'none' } }), 'tls')
  await fails(TcpListener.listen({ signal: AbortSignal.abort() }), 'aborted')
})

test('TcpListener refuses options that cannot be meant, and opens nothing', async () => {
  const wrong: readonly unknown[] = [
    { port: -1 },
    { port: 65_536 },
    { port: '80' },
    { backlog: 0 },
    { maxConnections: 0 },
    { maxPerAddress: 1.5 },
    { acceptQueue: 0 },
    { keepAlive: { idle: 0 } },
    { idleTimeout: -1 },
    { tls: { cert, key, handshakeTimeout: -1 } },
  ]
  for (const options of wrong as readonly ListenOptions[]) {
    await assert.rejects(
      TcpListener.listen(options),
      (error) => error instanceof TypeError || error instanceof RangeError,
    )
  }
})

test(
  'TcpListener hands its backlog to the kernel: with 1, the third who connects has to wait',
  onLinux,
  async (t) => {
    const port = await deafListener(t, '127.0.0.1', 0)
    await fails(TcpSocket.connect({ port, host: '127.0.0.1', timeout: 50 }), 'timeout')
  },
)

test('TcpListener close while accepting: accept is closed, and the port can be listened on at once', async (t) => {
  const listener = await listening(t, { host: OWN_HOST })
  const accepting = [
    fails(listener.accept(), 'closed'),
    fails(listener.accept({ timeout: 60_000 }), 'closed'),
  ]
  const closing = listener.close()
  assert.equal(listener.status, 'closed')
  const again = await listening(t, { host: OWN_HOST, port: portOf(listener) })
  await Promise.all([...accepting, closing])
  await fails(listener.accept(), 'closed')
  await fails(
    listener.serve(() => {}),
    'closed',
  )
  await fails(listener.resume(), 'closed')
  await listener.close()
  const socket = await connected(t, again)
  assert.equal(socket.state, 'open')
})

test('TcpListener close ends a for await loop, and leaving the loop closes nothing', async (t) => {
  const listener = await listening(t)
  const clients = [await connected(t, listener), await connected(t, listener)]
  for await (const socket of listener) {
    assert.deepEqual(socket.remote, clients[0]?.local)
    break
  }
  assert.equal(listener.status, 'listening')
  let seen = 0
  for await (const socket of listener) {
    assert.deepEqual(socket.remote, clients[1]?.local)
    seen++
    void listener.close()
  }
  assert.equal(seen, 1)
})

test('TcpListener accept answers calls in their order, and a cancelled call loses no connection', async (t) => {
  const listener = await listening(t)
  const controller = new AbortController()
  const first = listener.accept()
  const second = fails(listener.accept({ signal: controller.signal }), 'aborted')
  const timed = fails(listener.accept({ timeout: 1 }), 'timeout')
  const third = listener.accept()
  controller.abort()
  await Promise.all([second, timed])
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  for (const call of [first, third, undefined]) {
    const client = await connected(t, listener)
    assert.deepEqual((await (call ?? listener.accept())).remote, client.local)
  }
  await fails(listener.accept({ timeout: 0 }), 'timeout')
  await fails(listener.accept({ signal: AbortSignal.abort() }), 'aborted')
  assert.equal(listener.stats.accepted, 3)
})

test('TcpListener reads nothing from a connection that nobody has accepted, and loses nothing of it', async (t) => {
  const listener = await listening(t)
  const client = await connected(t, listener)
  await client.send('early')
  await until(() => listener.stats.waiting === 1)
  await turns(20)
  assert.equal(listener.stats.bytesIn, 0)
  const socket = await listener.accept()
  assert.equal(socket.buffered, 0)
  assert.equal(String(await socket.recvExactly(5)), 'early')
  assert.equal(listener.stats.bytesIn, 5)
})

test('TcpListener with a full acceptQueue resets who comes, and tells', async (t) => {
  const listener = await listening(t, { acceptQueue: 2 })
  const reasons: unknown[] = []
  const listen = (message: unknown): unknown => reasons.push((message as { reason: string }).reason)
  channels.refused.subscribe(listen)
  t.after(() => channels.refused.unsubscribe(listen))
  const [first, second] = [await connected(t, listener), await connected(t, listener)]
  await until(() => listener.stats.waiting === 2)
  await fails(
    connected(t, listener).then((socket) => socket.recv()),
    'reset',
  )
  assert.deepEqual(reasons, ['full'])
  assert.equal(listener.stats.refused, 1)
  assert.deepEqual((await listener.accept()).remote, first.local)
  const third = await connected(t, listener)
  assert.deepEqual((await listener.accept()).remote, second.local)
  assert.deepEqual((await listener.accept()).remote, third.local)
})

test('TcpListener with whenFull suspend stops listening at a full queue, and listens again when there is room', async (t) => {
  const listener = await listening(t, { host: OWN_HOST, acceptQueue: 1, whenFull: 'suspend' })
  const { address } = listener
  await connected(t, listener)
  await until(() => listener.status === 'suspended')
  await fails(connected(t, listener), 'refused')
  await listener.accept()
  assert.equal(listener.status, 'listening')
  assert.deepEqual(listener.address, address)
  await listener.resume() // which has begun by itself
  await connected(t, listener)
  await listener.accept()
})

test('TcpListener resume waits for one that is under way, and fails as it does', async (t) => {
  const listener = await listening(t, { host: OWN_HOST })
  const { address } = listener
  listener.suspend()
  const first = listener.resume()
  await listener.resume()
  const socket = await connected(t, listener)
  assert.deepEqual(socket.remote, address)
  await first
  listener.suspend()
  await listening(t, { host: OWN_HOST, port: portOf(listener) })
  await Promise.all([fails(listener.resume(), 'address-in-use'), fails(listener.resume(), 'address-in-use')])
  assert.equal(listener.status, 'suspended')
})

test('TcpListener that was suspended by hand is resumed by hand only', async (t) => {
  const [client, server, listener] = await localPair(t, {
    host: OWN_HOST,
    maxConnections: 2,
    whenFull: 'suspend',
  })
  listener.suspend()
  listener.suspend()
  await fails(connected(t, listener), 'refused')
  client.abort()
  await server.closed
  await turns(5)
  assert.equal(listener.status, 'suspended')
  await listener.resume()
  await listener.resume()
  assert.equal(listener.status, 'listening')
  const again = await connected(t, listener)
  assert.deepEqual((await listener.accept()).remote, again.local)
})

test('TcpListener suspend keeps connections, and resume says when the port was taken meanwhile', async (t) => {
  const [client, server, listener] = await localPair(t, { host: OWN_HOST })
  listener.suspend()
  await client.send('still here')
  assert.equal(String(await server.recvExactly(10)), 'still here')
  const other = await listening(t, { host: OWN_HOST, port: portOf(listener) })
  await fails(listener.resume(), 'address-in-use')
  assert.equal(listener.status, 'suspended')
  await other.close()
  await listener.resume()
  assert.equal(listener.status, 'listening')
})

test('TcpListener that is suspended or closed while it resumes does not listen, and resume settles', async (t) => {
  const listener = await listening(t, { host: OWN_HOST })
  listener.suspend()
  const resuming = fails(listener.resume(), 'closed')
  listener.suspend()
  await resuming
  assert.equal(listener.status, 'suspended')
  const again = fails(listener.resume(), 'closed')
  const closing = listener.close()
  await Promise.all([again, closing])
  assert.equal(listener.status, 'closed')
  await fails(connected(t, listener), 'refused')
})

test('TcpListener maxConnections counts open connections, accepted or not', async (t) => {
  const [client, server, listener] = await localPair(t, { maxConnections: 2 })
  await connected(t, listener)
  await until(() => listener.stats.waiting === 1)
  await fails(
    connected(t, listener).then((socket) => socket.recv()),
    'reset',
  )
  client.abort()
  await server.closed
  const next = await connected(t, listener)
  await listener.accept()
  assert.deepEqual((await listener.accept()).remote, next.local)
  assert.equal(listener.connections.size, 2)
})

test(
  'TcpListener maxPerAddress counts each address by itself, and forgets connections that are closed',
  onLinux,
  async (t) => {
    const listener = await listening(t, { maxPerAddress: 1 })
    const first = await connected(t, listener)
    const accepted = await listener.accept()
    await fails(
      connected(t, listener).then((socket) => socket.recv()),
      'reset',
    )
    await connected(t, listener, { localAddress: '127.0.0.2' })
    await listener.accept()
    first.abort()
    await accepted.closed
    await connected(t, listener)
    await listener.accept()
    assert.equal(listener.stats.refused, 1)
  },
)

test(
  'TcpListener refuses whom the block list names, also as IPv4 mapped into IPv6',
  onIpv6OfLinux,
  async (t) => {
    const block = new BlockList()
    block.addAddress('127.0.0.2')
    const listener = await listening(t, { host: '::', block })
    const at = { host: '127.0.0.1', port: portOf(listener) }
    await fails(
      TcpSocket.connect({ ...at, localAddress: '127.0.0.2' }).then((socket) => socket.recv()),
      'reset',
    )
    const socket = await TcpSocket.connect(at)
    assert.deepEqual((await listener.accept()).remote, socket.local)
    socket.abort()
  },
)

test('TcpListener drops a connection that was reset before it came to it: the system has forgotten whose it was', async (t) => {
  const listener = await listening(t)
  const code = `const c = require('node:net').connect(${portOf(listener)}, '127.0.0.1', () => c.resetAndDestroy())`
  execFileSync(process.execPath, ['-e', code]) // nothing happens in this process meanwhile
  const client = await connected(t, listener)
  assert.deepEqual((await listener.accept()).remote, client.local)
  assert.equal(listener.stats.accepted, 1)
})

test('TcpListener does not count a connection that failed while it waited to be accepted', async (t) => {
  const listener = await listening(t, { idleTimeout: 5 })
  const closed = firstCloseAt(listener.address)
  const client = await connected(t, listener)
  assert.equal((await closed).by, 'timeout')
  const socket = await listener.accept()
  assert.deepEqual(socket.remote, client.local)
  assert.equal(socket.state, 'closed')
  assert.equal(listener.connections.size, 0)
  assert.equal(listener.stats.active, 0)
})

test('TcpListener close resets who waits for accept, and leaves accepted connections to their taker', async (t) => {
  const [client, server, listener] = await localPair(t)
  const waiting = await connected(t, listener)
  await until(() => listener.stats.waiting === 1)
  await listener.close()
  await fails(waiting.recv(), 'reset')
  await client.send('still here')
  assert.equal(String(await server.recvExactly(10)), 'still here')
  await Promise.all([client.close(), server.close()])
  await server.closed
  assert.equal(listener.connections.size, 0)
})

test('TcpListener counts what its connections did, while they are open and afterwards', async (t) => {
  const [client, server, listener] = await localPair(t)
  await client.send('12345')
  await server.send('123')
  await server.recvExactly(5)
  const open = listener.stats
  assert.deepEqual([open.accepted, open.active, open.bytesIn, open.bytesOut], [1, 1, 5, 3])
  await Promise.all([client.close(), server.close()])
  await server.closed
  const after = listener.stats
  assert.deepEqual([after.accepted, after.active, after.bytesIn, after.bytesOut], [1, 0, 5, 3])
})

test('TcpListener closes when its signal fires, and leaves no listener on it', async (t) => {
  const controller = new AbortController()
  const { signal } = controller
  const listener = await listening(t, { signal })
  const other = await listening(t, { signal })
  await other.close()
  assert.equal(getEventListeners(signal, 'abort').length, 1)
  const accepting = fails(listener.accept(), 'closed')
  controller.abort()
  await accepting
  assert.equal(listener.status, 'closed')
  const early = new AbortController()
  const opening = TcpListener.listen({ signal: early.signal })
  early.abort()
  assert.equal((await opening).status, 'closed')
})

test('TcpListener unref lets the process end, ref keeps it, also after resume', async (t) => {
  const servers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length
  await turns(20) // what the test before this one closed is gone now
  const before = servers()
  const listener = await listening(t)
  assert.equal(servers(), before + 1)
  listener.unref()
  assert.equal(servers(), before)
  listener.suspend()
  await listener.resume()
  assert.equal(servers(), before)
  listener.ref()
  assert.equal(servers(), before + 1)
})

test('TcpListener on a path: in use, connected to, and removed again on close', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'socket')
  const [client, server, listener] = await localPair(t, { path, maxPerAddress: 1 })
  assert.deepEqual([listener.address, client.remote], [{ path }, { path }])
  assert.deepEqual([client.local, server.remote], [{ path: '' }, { path: '' }])
  const error = await fails(TcpListener.listen({ path }), 'address-in-use')
  assert.ok(error.message.startsWith(`${path}: another program`))
  await connected(t, listener)
  await listener.accept()
  server.abort()
  assert.equal(await client.recv(), null, 'a Unix-domain socket knows no reset')
  await listener.close()
  await assert.rejects(access(path), { code: 'ENOENT' })
})

test('TcpListener and TcpSocket publish one open and one close for each connection', async (t) => {
  const events: [string, unknown][] = []
  const opened = (message: unknown): unknown => events.push(['open', socketOf(message)])
  const closed = (message: unknown): unknown => events.push(['close', socketOf(message)])
  channels.open.subscribe(opened)
  channels.close.subscribe(closed)
  t.after(() => {
    channels.open.unsubscribe(opened)
    channels.close.unsubscribe(closed)
  })
  const pair = await localPair(t)
  for (const socket of [pair[0], pair[1]]) await socket.close()
  pair[0].abort()
  for (const socket of [pair[0], pair[1]]) {
    await socket.closed
    assert.deepEqual(
      events.filter(([, whose]) => whose === socket).map(([what]) => what),
      ['open', 'close'],
    )
  }
})

function socketOf(message: unknown): unknown {
  return (message as { socket: unknown }).socket
}

test('TcpListener accept waits while nobody connects', async (t) => {
  const listener = await listening(t)
  const accepting = listener.accept()
  assert.ok(await stillWaits(accepting))
  const client = await connected(t, listener)
  client.abort()
  assert.equal((await (await accepting).closed).by, 'error')
})

test('TcpListener accept and TcpSocket shutdown that nobody awaits fail without an unhandled rejection', async (t) => {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', onUnhandled)
  t.after(() => process.off('unhandledRejection', onUnhandled))
  const [client, , listener] = await localPair(t)
  void listener.accept()
  await listener.close()
  void listener.accept()
  await client.close()
  void client.shutdown()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(unhandled, [])
})
