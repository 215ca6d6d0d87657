import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import * as socket from '../berkeley.ts'
import { onIpv6 } from '../testing/ipv6.ts'
import { OWN_HOST } from '../testing/own-host.ts'

const ANY: socket.SocketAddress = [OWN_HOST, 0]

async function listening(backlog = 5): Promise<socket.Socket> {
  const server = socket.socket()
  await server.bind(ANY)
  await server.listen(backlog)
  return server
}

/** Two ends of one connection. */
async function connected(): Promise<[socket.Socket, socket.Socket, AsyncDisposable]> {
  const server = await listening()
  const client = socket.socket()
  const accepting = server.accept()
  await client.connect(server.getsockname())
  const [connection] = await accepting
  const close = async (): Promise<void> => {
    await Promise.all([server.close(), client.close(), connection.close()])
  }
  return [client, connection, { [Symbol.asyncDispose]: close }]
}

function portOf(address: socket.SocketAddress): number {
  const [, port] = address
  assert.ok(typeof port === 'number')
  return port
}

test('StreamSocket talks as the two interpreters of the tutorial do', async () => {
  const server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_IP)
  await server.bind(ANY)
  await server.listen(1)
  const accepting = server.accept()
  const client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_IP)
  await client.connect(server.getsockname())
  const [conn, addr] = await accepting
  assert.deepEqual(addr, client.getsockname())
  assert.deepEqual(conn.getpeername(), client.getsockname())
  assert.deepEqual(client.getpeername(), server.getsockname())
  await client.sendall('Hey, can you hear me?')
  await client.shutdown(socket.SHUT_WR)
  assert.equal((await conn.recv(32)).toString(), 'Hey, can you hear me?')
  assert.equal((await conn.recv(32)).length, 0)
  await conn.sendall('Yes, I hear you.')
  await conn.close()
  assert.equal((await client.recv(32)).toString(), 'Yes, I hear you.')
  assert.equal((await client.recv(32)).length, 0)
  await client.close()
  await server.close()
})

test('StreamSocket serves a stranger who uses node:net', async () => {
  await using server = await listening()
  const stranger = net.connect(portOf(server.getsockname()), OWN_HOST)
  const heard = text(stranger)
  await using connection = (await server.accept())[0]
  assert.equal(await connection.send('hello\n'), 6)
  stranger.end('grüß')
  assert.equal((await connection.recv(1000)).toString(), 'grüß')
  assert.equal(await connection.send(Uint8Array.of(33)), 1)
  await connection.close()
  assert.equal(await heard, 'hello\n!')
})

test('StreamSocket.bind holds the port: a second bind fails, a connect is refused', async () => {
  await using server = socket.socket()
  await server.bind(ANY)
  const address = server.getsockname()
  assert.ok(portOf(address) > 0)
  await using second = socket.socket()
  await assert.rejects(second.bind(address), {
    code: 'address-in-use',
    message: `${OWN_HOST}:${portOf(address)}: another program already listens there`,
  })
  await using client = socket.socket()
  await assert.rejects(client.connect(address), { code: 'refused' })
  await server.listen(1)
  await client.connect(address)
  await assert.rejects(second.bind(address), { code: 'address-in-use' })
})

test('StreamSocket.bind over IPv6 takes the empty host for every address', onIpv6, async () => {
  await using any = socket.socket(socket.AF_INET6)
  any.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
  await any.bind(['', 0])
  assert.equal(any.getsockname()[0], '::')
})

test('StreamSocket.bind takes a name, and an address of its own family only', async () => {
  await using named = socket.socket()
  await named.bind(['localhost', 0])
  assert.equal(named.getsockname()[0], '127.0.0.1')
  await using only4 = socket.socket()
  await assert.rejects(only4.bind(['::1', 0]), { code: 'not-found' })
  await assert.rejects(only4.bind(['192.0.2.1', 0]), { code: 'address-unavailable' })
})

test('StreamSocket.listen hands its backlog to the system, and listens without a bind too', async (t) => {
  const listen = t.mock.method(net.Server.prototype, 'listen')
  await using server = await listening(3)
  await using zero = socket.socket()
  await zero.listen(0)
  const backlogs = listen.mock.calls.map(({ arguments: [bound, backlog] }) => [
    bound instanceof net.BoundSocket,
    backlog,
  ])
  assert.deepEqual(backlogs, [
    [true, 3],
    [true, 1],
  ])
  assert.ok(portOf(zero.getsockname()) > 0)
  assert.notEqual(portOf(server.getsockname()), portOf(zero.getsockname()))
})

test('StreamSocket.accept gives those who came at once in turn', async () => {
  await using server = await listening(5)
  const clients = Array.from({ length: 5 }, () => net.connect(portOf(server.getsockname()), OWN_HOST))
  for (let i = 0; i < clients.length; i++) {
    const [connection] = await server.accept()
    await connection.send('your turn')
    await connection.close()
  }
  assert.deepEqual(await Promise.all(clients.map((client) => text(client))), Array(5).fill('your turn'))
})

test('StreamSocket.recv returns no bytes at the end, and up to bufsize before', async () => {
  const [client, connection, done] = await connected()
  await using _ = done
  await client.sendall('0123456789')
  await client.shutdown(socket.SHUT_WR)
  assert.equal((await connection.recv(4)).toString(), '0123')
  assert.equal((await connection.recv(4)).toString(), '4567')
  assert.equal((await connection.recv(4)).toString(), '89')
  assert.equal((await connection.recv(4)).length, 0)
  assert.equal((await connection.recv(4)).length, 0)
  await assert.rejects(connection.recv(0), RangeError)
  await assert.rejects(connection.recv(1.5), TypeError)
})

test('StreamSocket.sendall sends all of it', async () => {
  const [client, connection, done] = await connected()
  await using _ = done
  const size = 3_000_000
  const sending = client.sendall(Buffer.alloc(size, 'x')).then(() => client.shutdown(socket.SHUT_WR))
  let received = 0
  for (;;) {
    const part = await connection.recv(65_536)
    if (part.length === 0) break
    received += part.length
  }
  await sending
  assert.equal(received, size)
})

test('StreamSocket.shutdown ends one direction or both', async () => {
  const [client, connection, done] = await connected()
  await using _ = done
  const waiting = connection.recv(10)
  await connection.shutdown(socket.SHUT_RD)
  assert.equal((await waiting).length, 0)
  assert.equal((await connection.recv(10)).length, 0)
  await connection.send('still')
  assert.equal((await client.recv(10)).toString(), 'still')
  await client.shutdown(socket.SHUT_RDWR)
  assert.equal((await client.recv(10)).length, 0)
  await assert.rejects(client.send('x'), { code: 'closed' })
  await assert.rejects(client.shutdown(7), TypeError)
})

test('StreamSocket.settimeout counts seconds, and nothing is lost', async () => {
  const [client, connection, done] = await connected()
  await using _ = done
  connection.settimeout(0.001)
  await assert.rejects(connection.recv(10), { code: 'timeout' })
  connection.settimeout(null)
  await client.send('late')
  assert.equal((await connection.recv(10)).toString(), 'late')
  await using server = await listening()
  server.settimeout(0)
  await assert.rejects(server.accept(), { code: 'timeout' })
})

test('StreamSocket says what a call at the wrong moment needs', async () => {
  const [client, connection, done] = await connected()
  await using _ = done
  await using fresh = socket.socket()
  await assert.rejects(fresh.accept(), /^TypeError: accept: this socket does not listen: call listen first$/)
  await assert.rejects(fresh.recv(1), /^TypeError: recv: this socket is not connected: connect first$/)
  await assert.rejects(fresh.send('x'), TypeError)
  await assert.rejects(fresh.shutdown(socket.SHUT_WR), TypeError)
  assert.throws(() => fresh.getpeername(), /^TypeError: getpeername: this socket is not connected/)
  await assert.rejects(
    client.connect(connection.getsockname()),
    /^TypeError: connect: this socket is connected already$/,
  )
  await assert.rejects(client.listen(), TypeError)
  await assert.rejects(client.bind(ANY), /^TypeError: bind: this socket has an address already$/)
  await assert.rejects(client.sendto('x', ANY), TypeError)
  await assert.rejects(client.recvfrom(1), TypeError)
  await using server = await listening()
  await assert.rejects(server.recv(1), /use the socket that accept returned/)
  await assert.rejects(server.listen(1), /^TypeError: listen: this socket listens already$/)
  await assert.rejects(server.connect(ANY), TypeError)
  await assert.rejects(fresh.connect(ANY), RangeError)
  await assert.rejects(fresh.connect('127.0.0.1'), /one argument, \[host, port\]/)
})

test('StreamSocket asks for a forgotten await', async () => {
  await using server = socket.socket()
  const bound = server.bind(ANY)
  await assert.rejects(
    server.listen(1),
    /^TypeError: listen: bind has not finished yet: put await in front of it$/,
  )
  await bound
  await server.listen(1)
})

test('StreamSocket.connect can be tried again after it failed, and be made from a bound port', async () => {
  await using held = socket.socket()
  await held.bind(ANY)
  await using client = socket.socket()
  await assert.rejects(client.connect(held.getsockname()), { code: 'refused' })
  await held.listen(1)
  await client.connect(held.getsockname())

  await using from = socket.socket()
  await from.bind(ANY)
  const address = from.getsockname()
  await from.connect(held.getsockname())
  assert.deepEqual(from.getsockname(), address)
})

test('StreamSocket.close ends what waits, frees the port, and may be called again', async () => {
  const server = await listening()
  const address = server.getsockname()
  const accepting = assert.rejects(server.accept(), { code: 'closed' })
  await Promise.all([server.close(), server.close()])
  await accepting
  await assert.rejects(server.accept(), { code: 'closed' })
  assert.throws(() => server.getsockname(), { code: 'closed' })
  const again = socket.socket()
  await again.bind(address)
  await again.close()

  const [client, connection, done] = await connected()
  await using _ = done
  const receiving = assert.rejects(client.recv(1), { code: 'closed' })
  await client.close()
  await receiving
  assert.equal((await connection.recv(1)).length, 0)
})

test('StreamSocket.close ends a bind, a listen and a connect that are under way', async () => {
  await using server = await listening()
  const calls: ((s: socket.Socket) => Promise<void>)[] = [
    (s) => s.bind(ANY),
    (s) => s.listen(1),
    (s) => s.connect(server.getsockname()),
  ]
  for (const [i, call] of calls.entries()) {
    const unborn = socket.socket()
    if (i > 0) await unborn.bind(ANY)
    const rejected = assert.rejects(call(unborn), { code: 'closed' })
    await unborn.close()
    await rejected
    assert.throws(() => unborn.getsockname(), { code: 'closed' })
  }
  const unbound = socket.socket()
  const rejected = assert.rejects(unbound.listen(), { code: 'closed' })
  await unbound.close()
  await rejected
})

test('StreamSocket.setsockopt reaches the connection, and those accepted later', async (t) => {
  await using server = socket.socket()
  server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
  await server.bind(ANY)
  await server.listen()
  const client = net.connect(portOf(server.getsockname()), OWN_HOST)
  await using connection = (await server.accept())[0]
  assert.equal(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), 1)
  const setNoDelay = t.mock.method(net.Socket.prototype, 'setNoDelay')
  const setKeepAlive = t.mock.method(net.Socket.prototype, 'setKeepAlive')
  connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
  assert.deepEqual(setNoDelay.mock.calls.at(-1)?.arguments, [true])
  assert.deepEqual(setKeepAlive.mock.calls.at(-1)?.arguments, [true, 7_200_000, 75_000, 9])
  assert.equal(server.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), 0)
  client.destroy()
  await once(client, 'close')
})

test('StreamSocket of the family AF_UNIX has a path for an address', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-'))
  const path = join(folder, 's')
  try {
    await using server = socket.socket(socket.AF_UNIX)
    await server.bind(path)
    assert.equal(server.getsockname(), path)
    await using client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    await assert.rejects(client.connect(path), { code: 'refused' })
    await server.listen(1)
    const accepting = server.accept()
    await client.connect(path)
    const [connection, address] = await accepting
    assert.equal(address, '')
    assert.equal(client.getpeername(), path)
    await connection.sendall('over a path')
    await connection.close()
    assert.equal((await client.recv(100)).toString(), 'over a path')
    await assert.rejects(client.bind(path), TypeError)
    await using wrong = socket.socket(socket.AF_UNIX)
    await assert.rejects(wrong.bind(ANY), /an AF_UNIX address is a path/)
    await assert.rejects(wrong.listen(1), /an AF_UNIX address is a path/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
