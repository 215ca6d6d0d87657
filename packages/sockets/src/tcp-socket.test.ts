import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import test from 'node:test'
import { connect as connectTls } from 'node:tls'
import type { Address } from './address.ts'
import type { SocketOptions } from './socket-options.ts'
import { TcpSocket } from './tcp-socket.ts'
import { fails, turn, turns } from './testing/checks/check.ts'
import { cert, connected, key, listening, localPair } from './testing/local-pair.ts'

const onLinux: { skip?: string } = process.platform === 'linux' ? {} : { skip: 'reads /proc' }

test('TcpSocket knows both its addresses, and each socket has its own id', async (t) => {
  const [client, server, listener] = await localPair(t)
  assert.deepEqual(client.remote, listener.address)
  assert.deepEqual(client.local, server.remote)
  assert.deepEqual(client.remote, server.local)
  assert.notEqual(client.id, server.id)
  const error = await fails(client.recv(1, { timeout: 0 }), 'timeout')
  assert.deepEqual([error.local, error.remote, error.op], [client.local, client.remote, 'recv'])
})

test('TcpSocket.connect takes a port and a host, or options', async (t) => {
  const listener = await listening(t)
  const { address } = listener
  assert.ok('port' in address)
  const sockets = [
    await TcpSocket.connect(address.port, '127.0.0.1'),
    await TcpSocket.connect(address.port, '127.0.0.1', { noDelay: false }),
    await TcpSocket.connect(address.port, undefined, { host: '127.0.0.1' }),
    await TcpSocket.connect({ port: address.port, host: '127.0.0.1' }),
  ]
  for (const socket of sockets) {
    assert.deepEqual(socket.remote, address)
    socket.abort()
  }
})

test('TcpSocket refuses options that cannot be meant, before it connects', async () => {
  const wrong: readonly SocketOptions[] = [
    { keepAlive: { idle: 0 } },
    { keepAlive: { idle: 1.5 } },
    { keepAlive: { idle: 40_000 } },
    { keepAlive: { idle: 1, interval: 0 } },
    { keepAlive: { idle: 1, count: 128 } },
    { recvHighWater: 0 },
    { maxSendQueue: -1 },
    { idleTimeout: -1 },
  ]
  for (const options of wrong) {
    await assert.rejects(
      TcpSocket.connect({ port: 1, ...options }),
      (error) => error instanceof TypeError || error instanceof RangeError,
    )
    const node = createConnection({ port: 1, host: '127.0.0.1' })
    node.on('error', () => {})
    assert.throws(() => TcpSocket.from(node, options))
    node.destroy()
  }
})

test('TcpSocket with keepAlive has the kernel’s keepalive timer, and loses it again', onLinux, async (t) => {
  const [client] = await localPair(t, {}, { keepAlive: { idle: 60, interval: 5, count: 3 } })
  assert.equal(await kernelTimer(client), KEEPALIVE)
  client.setKeepAlive(false)
  assert.equal(await kernelTimer(client), NO_TIMER)
  assert.equal(client.setKeepAlive({ idle: 60 }), client)
  assert.throws(() => client.setKeepAlive({ idle: 0 }), RangeError)
})

const NO_TIMER = '00'
const KEEPALIVE = '02'
const ESTABLISHED = '01'

/** The timer that Linux runs for this socket (proc_net_tcp.txt, the column `tr`). */
async function kernelTimer({ local, remote }: TcpSocket): Promise<string | undefined> {
  const table = await readFile('/proc/self/net/tcp', 'utf8')
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  // By both ends: connections to other places may have the same port of ours.
  const row = rows.find(([, ours, theirs, state]) => {
    return ours?.endsWith(placeOf(local)) && theirs?.endsWith(placeOf(remote)) && state === ESTABLISHED
  })
  return row?.[5]?.slice(0, 2)
}

function placeOf(address: Address): string {
  assert.ok('port' in address)
  return `:${address.port.toString(16).toUpperCase().padStart(4, '0')}`
}

test('TcpSocket with idleTimeout is reset after so long a silence', async (t) => {
  const [client, server] = await localPair(t, { idleTimeout: 30 })
  const waiting = fails(server.recv(), 'timeout')
  const info = await server.closed
  assert.deepEqual([info.by, info.error?.code], ['timeout', 'timeout'])
  await waiting
  await fails(client.recv(), 'reset')
})

test('TcpSocket unref lets the process end, ref keeps it', async (t) => {
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  const [client] = await localPair(t)
  await turns(20)
  const before = sockets()
  client.unref()
  assert.equal(sockets(), before - 1)
  client.ref()
  assert.equal(sockets(), before)
})

test('TcpSocket.from adopts a socket of node:net, with what it has received already', async (t) => {
  const listener = await listening(t)
  const { address } = listener
  assert.ok('port' in address)
  const node = createConnection(address)
  t.after(() => node.destroy())
  const server = await listener.accept()
  await server.send('early')
  while (node.readableLength < 5) await turn()
  const socket = TcpSocket.from(node, { noDelay: false })
  assert.deepEqual([socket.remote, socket.local], [address, server.remote])
  assert.equal(String(await socket.recvExactly(5)), 'early')
  await socket.send('there')
  assert.equal(String(await server.recvExactly(5)), 'there')
  await Promise.all([socket.close(), server.close()])
  await socket.closed
  assert.ok(node.destroyed)
})

test('TcpSocket.from adopts a socket whose other side has ended, or that is closed or broken already', async (t) => {
  const listener = await listening(t)
  const { address } = listener
  assert.ok('port' in address)
  const ended = createConnection({ ...address, allowHalfOpen: true })
  t.after(() => ended.destroy())
  const server = await listener.accept()
  await server.shutdown()
  while (!ended.readableEnded) await turn()
  const socket = TcpSocket.from(ended)
  assert.equal(await socket.recv(), null)
  await socket.send('still heard')
  assert.equal(String(await server.recvExactly(11)), 'still heard')

  const broken = createConnection(address)
  broken.on('error', () => {})
  const other = await listener.accept()
  other.abort()
  while (!broken.closed) await turn()
  const dead = TcpSocket.from(broken)
  await fails(dead.recv(), 'reset')
  assert.equal((await dead.closed).by, 'error')

  const destroyed = createConnection(address)
  destroyed.destroy()
  while (!destroyed.closed) await turn()
  assert.equal((await TcpSocket.from(destroyed).closed).by, 'error')
})

test('TcpSocket.from adopts a TLS socket of node:tls, and can close and abort it', async (t) => {
  const listener = await listening(t, { tls: { cert, key } })
  const { address } = listener
  assert.ok('port' in address)
  for (const end of ['close', 'abort'] as const) {
    const { host, port } = address
    const node = connectTls({ host, port, ca: cert, servername: 'localhost' })
    t.after(() => node.destroy())
    const server = await listener.accept()
    const socket = TcpSocket.from(node)
    await socket.send('there')
    assert.equal(String(await server.recvExactly(5)), 'there')
    await server.send('back')
    assert.equal(String(await socket.recvExactly(4)), 'back')
    const ending = socket[end]()
    assert.equal(await server.recv(), null)
    await Promise.all([ending, server.close()])
    await socket.closed
  }
})

test('TcpSocket abort is a reset although bytes are queued, and the other side has none of them twice', async (t) => {
  const [client, server] = await localPair(t)
  while (client.queued === 0) client.trySend(Buffer.alloc(100_000, 'x'))
  const flushing = fails(client.flush(), 'closed')
  client.abort()
  await flushing
  assert.equal(client.queued, 0)
  await assert.rejects(async () => {
    for (;;) if ((await server.recv()) === null) return
  })
  assert.equal((await server.closed).error?.code, 'reset')
})

test('TcpSocket set to no delay and back gives itself', async (t) => {
  const socket = await connected(t, await listening(t))
  assert.equal(socket.setNoDelay(), socket)
  assert.equal(socket.setNoDelay(false), socket)
})
