/** The status door over real sockets: what node:http and our listener make of each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError, TcpSocket } from '@partyline/sockets'
import { askHttp } from '../../testing/ask-http.ts'
import { openStatusDoor, STATUS_LIMITS, type StatusDoor, type StatusDoorOptions } from './door.ts'

const METRICS = async () => ({ contentType: 'text/plain; version=0.0.4', text: 'partyline_people 3\n' })

async function open(options: Partial<StatusDoorOptions> = {}) {
  const log: string[] = []
  const door = await openStatusDoor({
    port: 0,
    health: () => undefined,
    metrics: METRICS,
    log: (line, level) => log.push(`${level} ${line}`),
    ...options,
  })
  await door.start()
  return { door, log, port: door.addresses[0]?.port ?? 0, [Symbol.asyncDispose]: () => door.close() }
}

/** Everything that comes until the end. */
async function exchange(port: number, bytes: string, host = '127.0.0.1'): Promise<string> {
  await using socket = await TcpSocket.connect(port, host, { timeout: 60_000 })
  await socket.send(bytes)
  return await allOf(socket)
}

async function allOf(socket: TcpSocket): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part)
  return Buffer.concat(parts).toString('latin1')
}

/**
 * Everything that comes, also when the connection ends by a reset: node:http answers who is too late and closes, and
 * when their bytes have come but are not read yet, because this process was held up, the system makes that a reset.
 */
async function allUntilReset(socket: TcpSocket): Promise<string> {
  const parts: Buffer[] = []
  try {
    for await (const part of socket) parts.push(part)
  } catch (error) {
    assert.ok(SocketError.is(error, 'reset'))
  }
  return Buffer.concat(parts).toString('latin1')
}

test('openStatusDoor answers /healthz and /metrics on loopback, of both families where there are two', async () => {
  await using stage = await open()
  for (const { host } of stage.door.addresses) {
    const healthz = await exchange(stage.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', host)
    assert.match(healthz, /^HTTP\/1\.1 200 OK\r\n/)
    assert.match(healthz, /\r\nContent-Length: 3\r\n/)
    assert.match(healthz, /\r\nConnection: close\r\n/)
    assert.match(healthz, /\r\n\r\nok\n$/)
  }
  const metrics = await exchange(stage.port, 'GET /metrics HTTP/1.0\r\n\r\n')
  assert.match(metrics, /\r\nContent-Type: text\/plain; version=0\.0\.4\r\n/)
  assert.match(metrics, /\r\n\r\npartyline_people 3\n$/)
  assert.match(await exchange(stage.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^HTTP\/1\.1 404 /)
})

test('openStatusDoor says 503 with the reason while the server is not well', async () => {
  let reason: string | undefined = 'the disk is full'
  await using stage = await open({ health: () => reason })
  assert.deepEqual(await askHttp(stage.port, '/healthz'), { status: 503, body: 'the disk is full\n' })
  reason = undefined
  assert.deepEqual(await askHttp(stage.port, '/healthz'), { status: 200, body: 'ok\n' })
})

test('openStatusDoor answers HEAD without a body, a request in pieces, and one request for each connection', async () => {
  await using stage = await open()
  const head = await exchange(stage.port, 'HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/)
  await using slow = await TcpSocket.connect(stage.port, '127.0.0.1')
  for (const byte of 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n') {
    await slow.send(byte)
    await slow.flush()
  }
  assert.match(await allOf(slow), /^HTTP\/1\.1 200 OK\r\n[\s\S]*ok\n$/)
  const twice = await exchange(stage.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2))
  assert.equal(twice.match(/HTTP\/1\.1/g)?.length, 1)
})

test('openStatusDoor answers what is no HTTP, and what is too long, with an error, and goes on', async () => {
  await using stage = await open()
  const long = `GET /healthz HTTP/1.1\r\nX: ${'x'.repeat(STATUS_LIMITS.headerBytes)}\r\n\r\n`
  assert.match(await exchange(stage.port, long), /^HTTP\/1\.1 431 /)
  for (const bytes of [
    'hello\n\n',
    '\u0016\u0003\u0001\u0000',
    'GET /healthz HTTP/1.1\r\n\r\n',
    'GET  HTTP/9\r\n\r\n',
  ]) {
    assert.match(await exchange(stage.port, bytes), /^HTTP\/1\.1 400 /)
  }
  await using gone = await TcpSocket.connect(stage.port, '127.0.0.1')
  await gone.send('GET /healthz HTTP/1.1\r\n')
  gone.abort()
  assert.match(await exchange(stage.port, 'GET /healthz HTTP/1.0\r\n\r\n'), /ok\n$/)
})

test('openStatusDoor ends clients that do not get to the point', async () => {
  const limits = { ...STATUS_LIMITS, headers: 40, request: 60_000, check: 10 }
  await using stage = await open({ limits })
  await using socket = await TcpSocket.connect(stage.port, '127.0.0.1')
  await socket.send('GET /healthz HTTP/1.1\r\nHo')
  assert.match(await allUntilReset(socket), /^HTTP\/1\.1 408 /)
})

test('openStatusDoor ends a connection in any case when its time is over', async () => {
  // node:http looks after nothing: the whole connection's time must do, also when this process is held up for long.
  const limits = { ...STATUS_LIMITS, headers: 0, request: 40, check: 3_600_000 }
  const never = new Promise<never>(() => {})
  await using stage = await open({ limits, metrics: () => never })
  const waiting = exchange(stage.port, 'GET /metrics HTTP/1.0\r\n\r\n')
  await assert.rejects(waiting, (error) => SocketError.is(error, 'reset'))
})

test('openStatusDoor resets connections above its limit', async () => {
  const limits = { ...STATUS_LIMITS, connections: 1 }
  await using stage = await open({ limits })
  await using first = await TcpSocket.connect(stage.port, '127.0.0.1')
  const second = exchange(stage.port, 'GET /healthz HTTP/1.0\r\n\r\n')
  await assert.rejects(second, (error) => SocketError.is(error, 'reset'))
  await first.send('GET /healthz HTTP/1.0\r\n\r\n')
  assert.match(await allOf(first), /ok\n$/)
})

test('openStatusDoor logs a fault of its own, and closes only that connection', async () => {
  await using stage = await open({ metrics: () => Promise.reject(new Error('broken')) })
  assert.equal(await exchange(stage.port, 'GET /metrics HTTP/1.0\r\n\r\n').catch(() => ''), '')
  assert.match(
    stage.log.join('\n'),
    /^error a question about the status could not be answered: Error: broken$/m,
  )
  assert.match(await exchange(stage.port, 'GET /healthz HTTP/1.0\r\n\r\n'), /ok\n$/)
})

test('StatusDoor.close ends who is still asking, and frees the port', async () => {
  const stage = await open({ limits: { ...STATUS_LIMITS, drain: 20 } })
  const half = await TcpSocket.connect(stage.port, '127.0.0.1')
  await half.send('GET /healthz HTTP/1.0\r\n')
  await Promise.all([stage.door.close(), stage.door.close()])
  await half.closed
  await assert.rejects(TcpSocket.connect(stage.port, '127.0.0.1'), (error) =>
    SocketError.is(error, 'refused'),
  )
})

test('StatusDoor.start answers those too who have called before it, and close needs no start', async () => {
  const door = await openStatusDoor({ port: 0, health: () => undefined, metrics: METRICS, log: () => {} })
  const early = exchange(door.addresses[0]?.port ?? 0, 'GET /healthz HTTP/1.0\r\n\r\n')
  await door.start()
  assert.match(await early, /ok\n$/)
  await door.close()
  const idle = await openStatusDoor({ port: 0, health: () => undefined, metrics: METRICS, log: () => {} })
  await idle.close()
  await idle.start()
})

test('openStatusDoor rejects when its port is taken', async () => {
  await using stage = await open()
  const second: Promise<StatusDoor> = openStatusDoor({
    port: stage.port,
    health: () => undefined,
    metrics: METRICS,
    log: () => {},
  })
  await assert.rejects(second, (error) => SocketError.is(error, 'address-in-use'))
})
