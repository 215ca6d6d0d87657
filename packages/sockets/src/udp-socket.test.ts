import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { SocketError, type SocketErrorCode } from './errors.ts'
import type { Lookup } from './resolve.ts'
import { onIpv6 } from './testing/ipv6.ts'
import { OWN_HOST } from './testing/own-host.ts'
import { UdpSocket } from './udp-socket.ts'

const HOST = '127.0.0.1'

function code(expected: SocketErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SocketError, String(error))
    assert.equal(error.code, expected)
    return true
  }
}

/** What the system says of a broadcast that it does not allow: the second on a machine without any network. */
function isNotAllowed(error: unknown): boolean {
  return SocketError.is(error, 'permission', 'unreachable')
}

async function pair(options = {}): Promise<[UdpSocket, UdpSocket, AsyncDisposable]> {
  const server = await UdpSocket.bind(0, HOST, options)
  const client = await UdpSocket.bind(0, HOST)
  return [
    server,
    client,
    { [Symbol.asyncDispose]: async () => void (await Promise.all([server.close(), client.close()])) },
  ]
}

/** Resolves when `count` datagrams have come to a socket, taken or not. */
async function arrived(socket: UdpSocket, count: number): Promise<void> {
  while (socket.waiting + socket.dropped < count) await once(socket.node, 'message')
}

for (const [name, host, when] of [
  ['IPv4', HOST, {}],
  ['IPv6', '::1', onIpv6],
] as const) {
  test(`UdpSocket sends and receives bytes and text, over ${name}`, when, async () => {
    await using server = await UdpSocket.bind(0, host)
    await using client = await UdpSocket.bind(0, host)
    await client.sendTo('grüß', server.local.port, host)
    const { data, from } = await server.recvFrom()
    assert.equal(data.toString(), 'grüß')
    assert.deepEqual(from, client.local)
    await server.sendTo(Uint8Array.of(0, 255), from.port, from.host)
    assert.deepEqual([...(await client.recvFrom()).data], [0, 255])
  })
}

test('UdpSocket receives an empty datagram as empty bytes', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  await client.sendTo('', server.local.port, HOST)
  assert.equal((await server.recvFrom()).data.length, 0)
})

test('UdpSocket keeps what comes before anybody receives', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  for (let i = 0; i < 50; i++) await client.sendTo(`${i}`, server.local.port, HOST)
  await arrived(server, 50)
  assert.equal(server.waiting, 50)
  for (let i = 0; i < 50; i++) assert.equal((await server.recvFrom()).data.toString(), `${i}`)
  assert.equal(server.dropped, 0)
})

test('UdpSocket counts what its queue drops', async () => {
  const [server, client, done] = await pair({ queue: 2, whenFull: 'drop-newest' })
  await using _ = done
  for (const text of ['a', 'b', 'c', 'd']) await client.sendTo(text, server.local.port, HOST)
  await arrived(server, 4)
  assert.deepEqual([server.waiting, server.dropped], [2, 2])
  assert.equal((await server.recvFrom()).data.toString(), 'a')
})

test(
  'UdpSocket speaks with IPv4 through an IPv6 socket for every address, unless told not to',
  onIpv6,
  async () => {
    await using both = await UdpSocket.bind(0, '::')
    await using client = await UdpSocket.bind(0, HOST)
    await client.sendTo('ping', both.local.port, HOST)
    const { from } = await both.recvFrom()
    assert.deepEqual(from, client.local)
    await both.sendTo('pong', from.port, from.host)
    assert.equal((await client.recvFrom()).data.toString(), 'pong')

    await using only4 = await UdpSocket.bind(0, OWN_HOST)
    await using only6 = await UdpSocket.bind(only4.local.port, '::', { ipv6Only: true })
    await assert.rejects(UdpSocket.bind(only4.local.port, '::'), code('address-in-use'))
    assert.equal(only4.local.port, only6.local.port)
  },
)

test('UdpSocket.recvFrom loses nothing to a timeout or a signal', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  await assert.rejects(server.recvFrom({ timeout: 0 }), code('timeout'))
  await assert.rejects(server.recvFrom({ timeout: 1 }), code('timeout'))
  await assert.rejects(server.recvFrom({ timeout: 1 }), code('timeout'))
  const controller = new AbortController()
  const cancelled = server.recvFrom({ signal: controller.signal, timeout: 60_000 })
  controller.abort()
  await assert.rejects(cancelled, code('aborted'))
  await client.sendTo('here', server.local.port, HOST)
  await arrived(server, 1)
  await assert.rejects(server.recvFrom({ signal: controller.signal }), code('aborted'))
  assert.equal((await server.recvFrom({ timeout: 0 })).data.toString(), 'here')
})

test('UdpSocket.recvFrom is not ended by the timeout of the call before', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  const first = server.recvFrom({ timeout: 50 }).catch(code('timeout'))
  await client.sendTo('first', server.local.port, HOST)
  if ((await first) === true) await server.recvFrom() // this machine stood still for so long
  const second = server.recvFrom()
  // The other socket's timer started later and is as long: when it is over, the first one is too.
  await assert.rejects(client.recvFrom({ timeout: 50 }), code('timeout'))
  await client.sendTo('second', server.local.port, HOST)
  assert.equal((await second).data.toString(), 'second')
})

test('UdpSocket.recvFrom rejects wrong arguments, and busy while another call waits', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  await assert.rejects(server.recvFrom({ timeout: -1 }), RangeError)
  const first = server.recvFrom()
  await assert.rejects(server.recvFrom(), code('busy'))
  await client.sendTo('one', server.local.port, HOST)
  assert.equal((await first).data.toString(), 'one')
})

test('UdpSocket is iterated until it is closed, and leaving the loop closes nothing', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  for (const text of ['a', 'b', 'c']) await client.sendTo(text, server.local.port, HOST)
  for await (const { data } of server) {
    assert.equal(data.toString(), 'a')
    break
  }
  const rest: string[] = []
  for await (const { data } of server) {
    rest.push(data.toString())
    if (rest.length === 2) void server.close()
  }
  assert.deepEqual(rest, ['b', 'c'])
})

test('UdpSocket.close wakes a waiting receive, is idempotent, and frees the port', async () => {
  const server = await UdpSocket.bind(0, OWN_HOST)
  const { port } = server.local
  const waiting = assert.rejects(server.recvFrom(), code('closed'))
  await Promise.all([server.close(), server.close()])
  await waiting
  const again = await UdpSocket.bind(port, OWN_HOST)
  await again.close()
  await assert.rejects(server.recvFrom(), code('closed'))
  await assert.rejects(server.sendTo('x', port, HOST), code('closed'))
  await assert.rejects(server.connect(port, HOST), code('closed'))
  assert.throws(() => server.setBroadcast(true), code('closed'))
  assert.deepEqual(server.ref().unref().local.port, port)
})

test('UdpSocket.close is harmless when somebody closed the socket below', async () => {
  const socket = await UdpSocket.bind(0, HOST)
  const waiting = assert.rejects(socket.recvFrom(), code('closed'))
  socket.node.close()
  await waiting
  await socket.close()
})

test('UdpSocket.bind says why it cannot', async () => {
  await using taken = await UdpSocket.bind(0, HOST)
  await assert.rejects(UdpSocket.bind(taken.local.port, HOST), (error) => {
    assert.ok(error instanceof SocketError)
    assert.equal(error.code, 'address-in-use')
    assert.equal(error.op, 'bind')
    assert.equal(error.message, `127.0.0.1:${taken.local.port}: another program already listens there`)
    return true
  })
  await assert.rejects(UdpSocket.bind(0, '192.0.2.1'), code('address-unavailable'))
  const lookup: Lookup = async () => []
  await assert.rejects(UdpSocket.bind(0, 'no-such.invalid', { lookup }), code('not-found'))
  await assert.rejects(UdpSocket.bind(65_536), RangeError)
  await assert.rejects(UdpSocket.bind(0, HOST, { queue: 0 }), RangeError)
  const whenFull = 'drop-all' as 'drop-oldest' // from an untyped caller
  await assert.rejects(UdpSocket.bind(0, HOST, { whenFull }), TypeError)
  await assert.rejects(UdpSocket.bind(0, HOST, { recvBuffer: 1.5 }), TypeError)
})

test('UdpSocket.bind without a host is reached by this machine only', async () => {
  await using socket = await UdpSocket.bind()
  assert.equal(socket.local.host, '127.0.0.1')
})

test('UdpSocket.bind takes a name, and its signal closes the socket', async () => {
  const controller = new AbortController()
  const asked: string[] = []
  const lookup: Lookup = async (host) => {
    asked.push(host)
    return [{ address: HOST, family: 4 }]
  }
  const socket = await UdpSocket.bind(0, 'example.test', { lookup, signal: controller.signal })
  assert.deepEqual([asked, socket.local.host], [['example.test'], HOST])
  const waiting = assert.rejects(socket.recvFrom(), code('closed'))
  controller.abort()
  await waiting
  await assert.rejects(UdpSocket.bind(0, HOST, { signal: controller.signal }), code('aborted'))
})

test('UdpSocket.bind shares an address with reuseAddr and reusePort', async () => {
  for (const options of [{ reuseAddr: true }, { reusePort: true }]) {
    await using first = await UdpSocket.bind(0, HOST, options)
    await using second = await UdpSocket.bind(first.local.port, HOST, options)
    assert.equal(second.local.port, first.local.port)
  }
})

test('UdpSocket.bind sets the sizes of the buffers of the system', async () => {
  await using small = await UdpSocket.bind(0, HOST, { recvBuffer: 4096, sendBuffer: 8192 })
  await using usual = await UdpSocket.bind(0, HOST)
  assert.ok(small.node.getRecvBufferSize() < usual.node.getRecvBufferSize())
  assert.ok(small.node.getSendBufferSize() < usual.node.getSendBufferSize())
})

test('UdpSocket.sendTo a name asks the resolver for the family of the socket', async () => {
  const asked: unknown[] = []
  const lookup: Lookup = async (host, family) => {
    asked.push(host, family)
    return [{ address: '127.0.0.1', family: 4 }]
  }
  await using server = await UdpSocket.bind(0, HOST)
  await using client = await UdpSocket.bind(0, HOST, { lookup })
  await client.sendTo('by name', server.local.port, 'example.test')
  assert.equal((await server.recvFrom()).data.toString(), 'by name')
  await client.sendTo('by number', server.local.port, HOST)
  assert.deepEqual(asked, ['example.test', 4])
})

test('UdpSocket.sendTo a name stops at its timeout, its signal and a close', async () => {
  const { promise, resolve } = Promise.withResolvers<{ address: string; family: number }[]>()
  await using client = await UdpSocket.bind(0, HOST, { lookup: () => promise })
  await assert.rejects(client.sendTo('x', 9, 'example.test', { timeout: 1 }), code('timeout'))
  const signal = AbortSignal.abort()
  await assert.rejects(client.sendTo('x', 9, HOST, { signal }), code('aborted'))
  const late = assert.rejects(client.sendTo('x', 9, 'example.test'), code('closed'))
  const lateConnect = assert.rejects(client.connect(9, 'example.test'), code('closed'))
  await client.close()
  resolve([{ address: HOST, family: 4 }])
  await Promise.all([late, lateConnect])
})

test('UdpSocket.sendTo rejects a datagram that is too large with limit, and stays usable', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  await assert.rejects(client.sendTo(Buffer.alloc(65_508), server.local.port, HOST), (error) => {
    assert.ok(error instanceof SocketError)
    assert.equal(error.code, 'limit')
    assert.match(error.message, /^127\.0\.0\.1:\d+: the datagram is too large to be sent$/)
    return true
  })
  await client.sendTo(Buffer.alloc(65_507, 'x'), server.local.port, HOST)
  assert.equal((await server.recvFrom()).data.length, 65_507)
})

test('UdpSocket.sendTo rejects a wrong use as TypeError or RangeError', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  await assert.rejects(client.sendTo('x', 0, HOST), RangeError)
  await assert.rejects(client.sendTo('x', 65_536, HOST), RangeError)
  // Untyped callers get the same answers.
  await assert.rejects(client.sendTo(5 as unknown as string, 9, HOST), TypeError)
  await assert.rejects(client.sendTo('x', 9, undefined as unknown as string), TypeError)
  await assert.rejects(client.send('x'), TypeError)
  await client.connect(server.local.port, HOST)
  await assert.rejects(client.sendTo('x', 9, HOST), TypeError)
})

test('UdpSocket.sendTo an IPv6 address from an IPv4 socket says that it cannot', async () => {
  await using client = await UdpSocket.bind(0, HOST)
  await assert.rejects(client.sendTo('x', 9, '::1'), {
    code: 'not-found',
    message: '::1: that is not an IPv4 address',
  })
})

test('UdpSocket.setBroadcast is needed for a broadcast address', async () => {
  await using client = await UdpSocket.bind()
  await assert.rejects(client.sendTo('x', 9, '255.255.255.255'), isNotAllowed)
  assert.equal(client.setBroadcast(true).setTtl(1), client)
  assert.throws(() => client.setTtl(0), RangeError)
  assert.throws(() => client.setTtl(256), RangeError)
})

test('UdpSocket.connect talks with one peer only, and can change it', async () => {
  await using server = await UdpSocket.bind(0, HOST)
  await using other = await UdpSocket.bind(0, HOST)
  await using client = await UdpSocket.bind()
  assert.equal(await client.connect(server.local.port, HOST), client)
  assert.deepEqual(client.remote, server.local)
  assert.equal(client.local.host, HOST)
  await client.send('hello')
  const { from } = await server.recvFrom()
  assert.deepEqual(from, client.local)
  await other.sendTo('stranger', from.port, from.host)
  await server.sendTo('peer', from.port, from.host)
  assert.equal((await client.recvFrom()).data.toString(), 'peer')

  await client.connect(other.local.port, HOST)
  await client.send('again', { timeout: 60_000 })
  assert.equal((await other.recvFrom()).data.toString(), 'again')
})

test('UdpSocket tells of a refusal in the receive that waits, in the next one, or in the next send', async () => {
  const gone = await UdpSocket.bind(0, OWN_HOST)
  const { port } = gone.local
  await gone.close()
  await using client = await UdpSocket.bind()
  await client.connect(port, OWN_HOST)

  const waiting = assert.rejects(client.recvFrom(), code('refused'))
  await client.send('x')
  await waiting

  await client.send('x')
  await once(client.node, 'error')
  await assert.rejects(client.recvFrom(), {
    code: 'refused',
    message: `${OWN_HOST}:${port}: nothing is listening there`,
  })

  await client.send('x')
  await once(client.node, 'error')
  await assert.rejects(client.send('y'), code('refused'))

  await using back = await UdpSocket.bind(port, OWN_HOST)
  await client.send('still usable')
  assert.equal((await back.recvFrom()).data.toString(), 'still usable')
})

test('UdpSocket.connect says why it cannot, and leaves the socket unconnected', async () => {
  await using client = await UdpSocket.bind()
  await assert.rejects(client.connect(9, '255.255.255.255'), isNotAllowed)
  assert.equal(client.remote, undefined)
  await assert.rejects(client.connect(0, HOST), RangeError)
  await assert.rejects(client.connect(9, HOST, { signal: AbortSignal.abort() }), code('aborted'))
})

test('UdpSocket.sendTo rejects with send-queue-full, and with closed for what a close threw away', async (t) => {
  await using client = await UdpSocket.bind(0, HOST, { maxSendQueue: 1000 })
  // A real queue would need a system that takes no datagrams.
  const queued = t.mock.method(client.node, 'getSendQueueSize', () => 1001)
  await assert.rejects(client.sendTo('x', 9, HOST), code('send-queue-full'))
  queued.mock.restore()
  t.mock.method(client.node, 'send', (...args: readonly unknown[]) => {
    const done = args.at(-1)
    assert.ok(typeof done === 'function')
    done(Object.assign(new Error('send ECANCELED'), { code: 'ECANCELED' }))
  })
  await assert.rejects(client.sendTo('x', 9, HOST), code('closed'))
})

test('UdpSocket answers a stranger who uses node:dgram', async () => {
  await using server = await UdpSocket.bind(0, HOST)
  const stranger = createSocket('udp4')
  const answered = once(stranger, 'message')
  stranger.send('hi', server.local.port, HOST)
  const { data, from } = await server.recvFrom()
  await server.sendTo(data, from.port, from.host)
  const [message] = await answered
  assert.equal(String(message), 'hi')
  stranger.close()
})

test('UdpSocket leaves no listener on the signals of its calls', async () => {
  const [server, client, done] = await pair()
  await using _ = done
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...args)
  }
  for (let i = 0; i < 20; i++) {
    const waiting = server.recvFrom({ signal, timeout: 60_000 })
    await client.sendTo('x', server.local.port, HOST, { signal })
    await waiting
  }
  assert.equal(listeners, 0)
})

test('UdpSocket calls that nobody awaits fail without an unhandled rejection', async (t) => {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', onUnhandled)
  t.after(() => process.off('unhandledRejection', onUnhandled))
  const socket = await UdpSocket.bind(0, HOST)
  void socket.recvFrom()
  void socket.sendTo(Buffer.alloc(70_000), 9, HOST)
  await socket.close()
  void socket.sendTo('x', 9, HOST)
  void socket.recvFrom()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(unhandled, [])
})
