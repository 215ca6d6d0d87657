import assert from 'node:assert/strict'
import { createConnection, createServer, type Socket as NodeSocket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { SocketError } from './errors.ts'
import type { TcpListener } from './tcp-listener.ts'
import { TcpSocket } from './tcp-socket.ts'
import { fails, mayFail, turns } from './testing/checks/check.ts'
import { cert, connected, key, listening, localPair, portOf, until } from './testing/local-pair.ts'

const SERVER = { tls: { cert, key } }
const CLIENT = { host: 'localhost', family: 4, tls: { ca: cert } } as const

/** Somebody between client and server who passes on what they say, holds it back, or adds to it. */
class Relay {
  client: NodeSocket | undefined
  server: NodeSocket | undefined
  /** While true, what the client says is kept, and passed on in one write afterwards. */
  #isHolding = false
  readonly #held: Uint8Array[] = []
  #port = 0

  get port(): number {
    return this.#port
  }

  async open(t: TestContext, to: TcpListener): Promise<this> {
    const listener = createServer({ allowHalfOpen: true }, (client) => {
      const server = createConnection({ port: portOf(to), host: '127.0.0.1', allowHalfOpen: true })
      this.client = client
      this.server = server
      client.on('data', (bytes) => {
        if (this.#isHolding) this.#held.push(Buffer.from(bytes))
        else server.write(bytes)
      })
      server.pipe(client, { end: false })
      for (const socket of [client, server]) socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const address = listener.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    t.after(() => {
      this.client?.destroy()
      this.server?.destroy()
      listener.close()
    })
    return this
  }

  /** From the client's second flight on, everything is kept: what it says once the server has said something. */
  holdAfterHello(): void {
    this.server?.once('data', () => {
      this.#isHolding = true
    })
  }

  /** Passes on what was kept, then `extra`, in one write, then the end if that is wanted. */
  release(extra: string, end: boolean): void {
    this.#isHolding = false
    const all = Buffer.concat([...this.#held, Buffer.from(extra)])
    if (end) this.server?.end(all)
    else this.server?.write(all)
  }

  get held(): number {
    return this.#held.reduce((sum, { length }) => sum + length, 0)
  }
}

test('TLS says what was agreed on, at both ends', async (t) => {
  const tls = { ca: cert, alpn: ['http/1.1', 'irc'] }
  const server = { tls: { cert, key, alpn: ['irc', 'http/1.1'] } }
  const [client, accepted] = await localPair(t, server, { ...CLIENT, tls })
  assert.deepEqual(
    [client.tls?.protocol, client.tls?.alpn, client.tls?.peer?.subject.CN],
    ['TLSv1.3', 'irc', 'localhost'],
  )
  assert.match(client.tls?.cipher ?? '', /^TLS_/)
  assert.deepEqual(
    [accepted.tls?.protocol, accepted.tls?.alpn, accepted.tls?.servername, accepted.tls?.peer],
    ['TLSv1.3', 'irc', 'localhost', undefined],
  )
  assert.deepEqual(client.remote, accepted.local)
  await client.send('there')
  assert.equal(String(await accepted.recvExactly(5)), 'there')
})

test('TLS without ALPN, and to a numeric host without SNI, says so', async (t) => {
  const [client, accepted] = await localPair(t, SERVER, { tls: { ca: cert } })
  assert.equal(client.tls?.alpn, undefined)
  assert.equal(accepted.tls?.servername, undefined)
})

test('TLS with no application protocol in common fails at both ends', async (t) => {
  const listener = await listening(t, { tls: { cert, key, alpn: ['irc'] } })
  await fails(connected(t, listener, { ...CLIENT, tls: { ca: cert, alpn: ['h2'] } }), 'tls', 'reset')
  await until(() => listener.stats.handshakesFailed === 1)
})

test('TLS chooses the certificate by the name that the client asks for, whatever its case', async (t) => {
  const listener = await listening(t, { tls: { sni: { LocalHost: { cert, key } } } })
  const client = await connected(t, listener, { ...CLIENT, tls: { ca: cert, servername: 'localhost' } })
  assert.equal(client.tls?.peer?.subject.CN, 'localhost')
  await fails(
    connected(t, listener, { ...CLIENT, tls: { ca: cert, servername: 'example.org' } }),
    'tls',
    'reset',
  )
})

test('TLS client refuses a certificate for another name, and one that nobody it trusts has signed', async (t) => {
  const listener = await listening(t, SERVER)
  const wrongName = await fails(
    connected(t, listener, { ...CLIENT, tls: { ca: cert, servername: 'example.org' } }),
    'tls',
  )
  assert.match(wrongName.message, /^localhost:\d+: the TLS handshake failed \(.*example\.org/)
  assert.equal(wrongName.errno, 'ERR_TLS_CERT_ALTNAME_INVALID')
  const untrusted = await fails(connected(t, listener, { ...CLIENT, tls: true }), 'tls')
  assert.equal(untrusted.errno, 'DEPTH_ZERO_SELF_SIGNED_CERT')
  const trusting = await connected(t, listener, { ...CLIENT, tls: { rejectUnauthorized: false } })
  assert.equal(trusting.tls?.protocol, 'TLSv1.3')
})

test('TLS server takes a client certificate that it can verify, and refuses others and none', async (t) => {
  const listener = await listening(t, { tls: { cert, key, ca: cert, requestCert: true } })
  await connected(t, listener, { ...CLIENT, tls: { ca: cert, cert, key } })
  const accepted = await listener.accept()
  assert.equal(accepted.tls?.peer?.subject.CN, 'localhost')
  await assert.rejects(
    connected(t, listener, CLIENT).then((socket) => socket.recvExactly(1)),
    { name: 'SocketError' },
  )
  await until(() => listener.stats.handshakesFailed === 1)
  assert.equal(listener.stats.waiting, 0)

  const trustsNobody = await listening(t, { tls: { cert, key, requestCert: true } })
  await assert.rejects(
    connected(t, trustsNobody, { ...CLIENT, tls: { ca: cert, cert, key } }).then((socket) =>
      socket.recvExactly(1),
    ),
    { name: 'SocketError' },
  )
  await until(() => trustsNobody.stats.handshakesFailed === 1)
})

test('TLS server that asks for a certificate and takes what it gets also takes none', async (t) => {
  const listen = { tls: { cert, key, requestCert: true, rejectUnauthorized: false } }
  const [, accepted] = await localPair(t, listen, CLIENT)
  assert.equal(accepted.tls?.peer, undefined)
  const [, other] = await localPair(t, listen, { ...CLIENT, tls: { ca: cert, cert, key } })
  assert.equal(other.tls?.peer?.subject.CN, 'localhost')
})

for (const { name, speak } of [
  {
    name: 'that speaks plain text',
    speak: (socket: TcpSocket): void => void socket.trySend('GET / HTTP/1.1\r\n\r\n'),
  },
  { name: 'that ends at once', speak: (socket: TcpSocket): void => void socket.shutdown() },
  { name: 'that resets', speak: (socket: TcpSocket): void => socket.abort() },
]) {
  test(`TLS server gives up on a client ${name}, and goes on with the next`, async (t) => {
    const listener = await listening(t, SERVER)
    speak(await connected(t, listener))
    await until(() => listener.stats.handshakesFailed === 1)
    await connected(t, listener, CLIENT)
    await listener.accept()
    assert.deepEqual([listener.stats.accepted, listener.stats.active, listener.stats.waiting], [1, 1, 0])
  })
}

test('TLS listener refuses a connection while maxHandshakes others say nothing, and takes the next afterwards', async (t) => {
  const listener = await listening(t, { tls: { cert, key }, maxHandshakes: 2 })
  const silent = [await connected(t, listener), await connected(t, listener)]
  const refused = await connected(t, listener)
    .then((third) => third.recv())
    .catch((error: unknown) => error)
  assert.ok(SocketError.is(refused, 'reset'))
  assert.equal(listener.stats.refused, 1)
  for (const one of silent) one.abort()
  await until(() => listener.stats.handshakesFailed === 2)
  const [client, server] = await Promise.all([connected(t, listener, CLIENT), listener.accept()])
  await client.send('hello')
  assert.equal(String(await server.recvExactly(5)), 'hello')
})

test('TLS handshake with somebody who says nothing is given up after handshakeTimeout, by each end', async (t) => {
  const listener = await listening(t, { tls: { cert, key, handshakeTimeout: 10 } })
  const silent = await connected(t, listener)
  await assert.rejects(silent.recvExactly(1), { name: 'SocketError' })
  await until(() => listener.stats.handshakesFailed === 1)
  const plain = await listening(t)
  await fails(connected(t, plain, { ...CLIENT, tls: { ca: cert, handshakeTimeout: 10 } }), 'timeout')
  const accepted = await plain.accept()
  while ((await accepted.recv().catch(() => null)) !== null);
})

test('TLS handshake can be cancelled, and its signal means nothing afterwards', async (t) => {
  const plain = await listening(t)
  const controller = new AbortController()
  const connecting = fails(connected(t, plain, { ...CLIENT, signal: controller.signal }), 'aborted')
  const accepted = await plain.accept()
  await accepted.recv()
  controller.abort()
  await connecting
  const later = new AbortController()
  const [client, server] = await localPair(t, SERVER, { ...CLIENT, signal: later.signal, timeout: 60_000 })
  later.abort()
  await server.send('still here')
  assert.equal(String(await client.recvExactly(10)), 'still here')
})

test('TLS client with a certificate that cannot be used fails with tls and leaves no connection', async (t) => {
  const listener = await listening(t)
  const error = await fails(connected(t, listener, { ...CLIENT, tls: { cert: 'none', key: 'none' } }), 'tls')
  assert.match(error.message, /the certificate or key cannot be used/)
  const accepted = await listener.accept()
  assert.equal(await accepted.recv(), null)
})

test('TLS listener that closes ends handshakes that are under way', async (t) => {
  const listener = await listening(t, SERVER)
  const silent = await connected(t, listener)
  await turns(5)
  await listener.close()
  await assert.rejects(silent.recvExactly(1), { name: 'SocketError' })
})

test('TLS refuses versions before 1.2, in both roles', async (t) => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
  const listener = await listening(t, SERVER)
  const client = connectTls({ ...old, port: portOf(listener), host: '127.0.0.1', ca: cert })
  await new Promise((resolve) => client.once('error', resolve))
  await until(() => listener.stats.handshakesFailed === 1)
  const server = createTlsServer({ ...old, cert, key })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  await fails(TcpSocket.connect({ ...CLIENT, port: address.port }), 'tls', 'reset')
})

test('TLS server does not renegotiate', async (t) => {
  const listener = await listening(t, SERVER)
  const client = connectTls({
    maxVersion: 'TLSv1.2',
    port: portOf(listener),
    host: '127.0.0.1',
    servername: 'localhost',
    ca: cert,
  })
  t.after(() => client.destroy())
  const ready = new Promise((resolve) => client.once('secureConnect', resolve))
  const [accepted] = await Promise.all([listener.accept(), ready])
  assert.equal(accepted.tls?.protocol, 'TLSv1.2')
  const error = await new Promise((resolve) => {
    client.once('error', resolve)
    client.renegotiate({}, resolve)
  })
  assert.match(String(error), /renegotiation/i)
})

for (const { name, say, expect } of [
  { name: 'its end', say: '', expect: '' },
  { name: 'its words and its end', say: 'all in one', expect: 'all in one' },
]) {
  test(`TLS server hears a client whose handshake comes in one segment with ${name}`, async (t) => {
    const listener = await listening(t, SERVER)
    const relay = await new Relay().open(t, listener)
    const connecting = TcpSocket.connect({ ...CLIENT, port: relay.port })
    await until(() => relay.client !== undefined)
    relay.holdAfterHello()
    const client = await connecting
    const before = relay.held
    await client.send(say)
    await client.shutdown()
    await until(() => relay.client?.readableEnded === true)
    assert.ok(relay.held > before)
    relay.release('', true)
    const accepted = await listener.accept()
    if (expect !== '') assert.equal(String(await accepted.recvExactly(expect.length)), expect)
    assert.equal(await accepted.recv(), null)
    client.abort()
  })
}

test('TLS server survives bytes that are none of TLS in one segment with the client’s handshake', async (t) => {
  const listener = await listening(t, SERVER)
  const relay = await new Relay().open(t, listener)
  const connecting = TcpSocket.connect({ ...CLIENT, port: relay.port })
  await until(() => relay.client !== undefined)
  relay.holdAfterHello()
  const client = await connecting
  await until(() => relay.held > 0)
  relay.release('these bytes are not from TLS', false)
  const accepted = await listener.accept()
  await fails(accepted.recv(), 'tls')
  const info = await accepted.closed
  assert.deepEqual([info.by, info.error?.code], ['error', 'tls'])
  assert.equal(listener.connections.size, 0)
  client.abort()
})

test('TcpSocket.from a TLS socket that later gets bytes which are none of TLS fails and is closed', async (t) => {
  const listener = await listening(t, SERVER)
  const relay = await new Relay().open(t, listener)
  const raw = createConnection(relay.port, '127.0.0.1')
  const node = connectTls({ socket: raw, servername: 'localhost', ca: cert })
  t.after(() => node.destroy())
  const adopted = TcpSocket.from(node)
  const accepted = await listener.accept()
  await accepted.send('fine')
  await adopted.recvExactly(4)
  relay.client?.write('these bytes are not from TLS')
  await fails(adopted.recv(), 'tls')
  assert.equal((await adopted.closed).by, 'error')
})

for (const side of ['server', 'client'] as const) {
  test(`TLS ${side} that gets bytes which are none of TLS later fails and is closed`, async (t) => {
    const listener = await listening(t, SERVER)
    const relay = await new Relay().open(t, listener)
    const client = await TcpSocket.connect({ ...CLIENT, port: relay.port })
    const accepted = await listener.accept()
    await client.send('fine')
    await accepted.recvExactly(4)
    await accepted.send('fine')
    await client.recvExactly(4)
    const socket = side === 'server' ? accepted : client
    const waiting = fails(socket.recv(), 'tls')
    relay[side]?.write('these bytes are not from TLS')
    await waiting
    assert.equal((await socket.closed).by, 'error')
    client.abort()
  })
}

test('TLS socket can be aborted in the very moment in which it is there, by either end', async (t) => {
  const listener = await listening(t, SERVER)
  for (let i = 0; i < 10; i++) {
    const accepting = listener.accept().then((socket) => {
      socket.abort()
      return socket.closed
    })
    const client = await connected(t, listener, CLIENT)
    await fails(client.recv(), 'reset')
    await accepting
    const [other, accepted] = await Promise.all([
      connected(t, listener, CLIENT).then((socket) => {
        socket.abort()
        return socket
      }),
      listener.accept(),
    ])
    await other.closed
    // Linux may give the last bytes of the handshake and then, for a reset, the end.
    assert.equal(await mayFail(accepted.recv(), 'reset').then((got) => got instanceof Uint8Array), false)
    await accepted.close()
  }
})

test('TLS connection that fails while it waits to be accepted is not counted afterwards', async (t) => {
  const listener = await listening(t, SERVER)
  const client = await connected(t, listener, CLIENT)
  await until(() => listener.stats.waiting === 1)
  client.abort()
  await client.closed
  await turns(20)
  const accepted = await listener.accept()
  await fails(accepted.recv(), 'reset')
  await accepted.closed
  assert.equal(listener.connections.size, 0)
})
