import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as socket from '../berkeley.ts'
import { SocketError } from '../errors.ts'
import { onIpv6 } from '../testing/ipv6.ts'
import { OWN_HOST } from '../testing/own-host.ts'

const ANY: socket.SocketAddress = [OWN_HOST, 0]

function udp(family: number = socket.AF_INET): socket.Socket {
  return socket.socket(family, socket.SOCK_DGRAM)
}

function portOf(address: socket.SocketAddress): number {
  const [, port] = address
  assert.ok(typeof port === 'number')
  return port
}

for (const [name, family, host, when] of [
  ['IPv4', socket.AF_INET, '127.0.0.1', {}],
  ['IPv6', socket.AF_INET6, '::1', onIpv6],
] as const) {
  test(`DatagramSocket echoes as in the tutorial, whole datagrams, over ${name}`, when, async () => {
    await using server = udp(family)
    await using client = udp(family)
    await server.bind([host, 0])
    await client.bind([host, 0])
    assert.equal(await client.sendto('grüß', server.getsockname()), 6)
    const [payload, address] = await server.recvfrom(65_535)
    assert.deepEqual(address, client.getsockname())
    assert.equal(await server.sendto(payload, address), 6)
    assert.equal((await client.recv(100)).toString(), 'grüß')
  })
}

test('DatagramSocket.recvfrom loses what does not fit, as the kernel does', async () => {
  await using server = udp()
  await using client = udp()
  await server.bind(ANY)
  await client.sendto('first', server.getsockname())
  await client.sendto('second', server.getsockname())
  assert.equal((await server.recvfrom(1))[0].toString(), 'f')
  assert.equal((await server.recvfrom(100))[0].toString(), 'second')
})

test('DatagramSocket.sendto binds an unbound socket to a port of the system', async () => {
  await using server = udp()
  await using client = udp()
  await server.bind(ANY)
  assert.deepEqual(client.getsockname(), ['0.0.0.0', 0])
  await client.sendto('x', server.getsockname())
  assert.ok(portOf(client.getsockname()) > 0)
})

test('DatagramSocket.bind holds the port, takes the empty host for every address, and is possible once', async () => {
  await using server = udp()
  await server.bind(['', 0])
  assert.deepEqual(server.getsockname(), ['0.0.0.0', portOf(server.getsockname())])
  await assert.rejects(server.bind(ANY), /^TypeError: bind: this socket has an address already$/)
  await using second = udp()
  await assert.rejects(second.bind(server.getsockname()), { code: 'address-in-use' })
  await second.bind(ANY)
})

test('DatagramSocket.connect says whom send is for, and tells of a peer that is not there', async () => {
  await using server = udp()
  await using client = udp()
  await server.bind(ANY)
  await client.connect(server.getsockname())
  assert.deepEqual(client.getpeername(), server.getsockname())
  assert.equal(await client.send('hi'), 2)
  await client.sendall('there')
  assert.equal((await server.recv(10)).toString(), 'hi')
  assert.equal((await server.recv(10)).toString(), 'there')
  await server.close()
  await client.send('x')
  await assert.rejects(client.recv(10), { code: 'refused' })
})

test('DatagramSocket says what a call at the wrong moment needs', async () => {
  await using client = udp()
  await assert.rejects(client.recvfrom(10), /^TypeError: recvfrom: this socket has no address yet/)
  await assert.rejects(client.send('x'), /^TypeError: send: nobody is connected/)
  await assert.rejects(client.listen(1), /^TypeError: listen: datagrams need no connection/)
  await assert.rejects(client.accept(), TypeError)
  await assert.rejects(client.shutdown(socket.SHUT_WR), TypeError)
  assert.throws(() => client.getpeername(), TypeError)
  // As one of the tutorials writes it, without the brackets.
  await assert.rejects(client.bind('127.0.0.1'), /one argument, \[host, port\]/)
  await assert.rejects(client.sendto('x', ['127.0.0.1', 65_536]), RangeError)
})

test('DatagramSocket asks for a forgotten await', async () => {
  await using client = udp()
  const bound = client.bind(ANY)
  await assert.rejects(
    client.recvfrom(10),
    /^TypeError: recvfrom: bind has not finished yet: put await in front/,
  )
  await bound
  const sent = client.sendto('x', client.getsockname())
  assert.equal((await client.recv(1)).toString(), 'x')
  await sent
})

test('DatagramSocket.settimeout counts seconds, and nothing is lost', async () => {
  await using server = udp()
  await using client = udp()
  await server.bind(ANY)
  assert.equal(server.gettimeout(), null)
  server.settimeout(0.001)
  await assert.rejects(server.recvfrom(10), { code: 'timeout' })
  server.settimeout(0)
  await assert.rejects(server.recvfrom(10), { code: 'timeout' })
  server.settimeout(null)
  await client.sendto('late', server.getsockname())
  assert.equal((await server.recv(10)).toString(), 'late')
  assert.throws(() => server.settimeout(-1), RangeError)
})

test('DatagramSocket.close frees the port and ends what waits', async () => {
  const server = udp()
  await server.bind(ANY)
  const address = server.getsockname()
  const waiting = assert.rejects(server.recvfrom(10), { code: 'closed' })
  await server.close()
  await server.close()
  await waiting
  await assert.rejects(server.recvfrom(10), { code: 'closed' })
  await using again = udp()
  await again.bind(address)

  const unborn = udp()
  const binding = assert.rejects(unborn.bind(ANY), { code: 'closed' })
  await unborn.close()
  await binding
  await assert.rejects(unborn.sendto('x', address), { code: 'closed' })
})

test('DatagramSocket.setsockopt sets the options of datagrams, before bind and after', async () => {
  await using first = udp()
  await using second = udp()
  for (const one of [first, second]) one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
  first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
  assert.equal(first.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF), 4096)
  await first.bind(ANY)
  await second.bind(first.getsockname())
  const size = first.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
  assert.ok(size >= 4096 && size < second.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
  second.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
  assert.ok(
    second.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <
      first.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF),
  )
  assert.throws(
    () => first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0),
    /before the socket is bound/,
  )

  await using caller = udp()
  await assert.rejects(
    caller.sendto('x', ['255.255.255.255', 9]),
    (error) => SocketError.is(error, 'permission', 'unreachable'), // the second on a machine without any network
  )
  caller.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, true)
  assert.equal(caller.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST), 1)
})
