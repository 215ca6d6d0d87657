import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { type InetAddress, inetAddress } from './address.ts'
import { interleave, openConnection } from './connect.ts'
import { SocketError } from './errors.ts'
import type { Lookup } from './resolve.ts'
import { TcpSocket } from './tcp-socket.ts'
import { channels } from './telemetry.ts'
import { fails, turns } from './testing/checks/check.ts'
import { deafListener } from './testing/deaf-listener.ts'
import { connected, listening, portOf, until } from './testing/local-pair.ts'
import { deadPort } from './testing/own-host.ts'

// Linux gives this machine all of 127.0.0.0/8, and drops what asks a listener whose queue is full.
const onLinux: { skip?: string } =
  process.platform === 'linux' ? {} : { skip: 'needs 127.0.0.2 and a full queue that drops' }

const lookupOf =
  (...hosts: readonly string[]): Lookup =>
  async () =>
    hosts.map((address) => ({ address, family: inetAddress(address, 0).family }))

/** Sockets of this process, those that are connecting too. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
}

/** The same when what was closed before is gone. */
async function socketsAtRest(): Promise<number> {
  await turns(20)
  return sockets()
}

/** Resolves when there are no more sockets than `count`; fewer, when another test has left some that close now. */
async function socketsAre(count: number): Promise<void> {
  await until(
    () => sockets() <= count,
    () => `there are ${sockets()} sockets, there were ${count}`,
  )
}

/** The attempts to connect to a port, as they are made, and the failed ones. */
function attemptsAt(t: TestContext, port: number): { made: string[]; failed: string[] } {
  const seen = { made: [] as string[], failed: [] as string[] }
  const listenFor = (list: string[]) => (message: unknown) => {
    const { remote } = message as { remote: InetAddress }
    if (remote.port === port) list.push(remote.host)
  }
  const [onAttempt, onFailure] = [listenFor(seen.made), listenFor(seen.failed)]
  channels.attempt.subscribe(onAttempt)
  channels.attemptFailed.subscribe(onFailure)
  t.after(() => {
    channels.attempt.unsubscribe(onAttempt)
    channels.attemptFailed.unsubscribe(onFailure)
  })
  return seen
}

test(
  'openConnection tries the next address after 250 ms, and the one that answers wins',
  onLinux,
  async (t) => {
    const listener = await listening(t)
    const port = portOf(listener)
    await deafListener(t, '127.0.0.2', port)
    const before = await socketsAtRest()
    const attempts = attemptsAt(t, port)
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const connecting = openConnection({ host: 'two', port, lookup: lookupOf('127.0.0.2', '127.0.0.1') })
    await turns(20)
    t.mock.timers.tick(249)
    await turns(20)
    assert.deepEqual(attempts.made, ['127.0.0.2'], 'the second attempt began too early')
    t.mock.timers.tick(1)
    const { node, remote } = await connecting
    assert.deepEqual(remote, { host: '127.0.0.1', port, family: 4 })
    const accepted = await listener.accept()
    node.destroy()
    accepted.abort()
    await socketsAre(before)
  },
)

test('openConnection takes attemptDelay from its options, for each further address', onLinux, async (t) => {
  const listener = await listening(t)
  const port = portOf(listener)
  await deafListener(t, '127.0.0.2', port)
  const attempts = attemptsAt(t, port)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lookup = lookupOf('127.0.0.2', '127.0.0.1', '127.0.0.3')
  const connecting = openConnection({ host: 'many', port, attemptDelay: 40, lookup })
  await turns(20)
  t.mock.timers.tick(39)
  await turns(20)
  assert.deepEqual(attempts.made, ['127.0.0.2'])
  t.mock.timers.tick(1)
  const { node } = await connecting
  assert.equal(node.remoteAddress, '127.0.0.1')
  t.mock.timers.tick(1000)
  assert.deepEqual(attempts.made, ['127.0.0.2', '127.0.0.1'], 'an attempt began after the race')
  node.destroy()
})

test('openConnection starts the next attempt as soon as one fails, without waiting', onLinux, async (t) => {
  const listener = await listening(t)
  const port = portOf(listener)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { node, remote } = await openConnection({
    host: 'three',
    port,
    lookup: lookupOf('127.0.0.3', '127.0.0.2', '127.0.0.1'),
  })
  assert.equal('host' in remote && remote.host, '127.0.0.1')
  node.destroy()
})

test(
  'openConnection that fails everywhere lists each attempt, and says what is closest to an answer',
  onLinux,
  async (t) => {
    const port = deadPort(t)
    const before = await socketsAtRest()
    const error = await fails(
      openConnection({ host: 'nowhere', port, lookup: lookupOf('127.0.0.2', '127.0.0.3', '127.0.0.1') }),
      'refused',
    )
    assert.equal(error.message, `nowhere:${port}: nothing is listening there`)
    assert.equal(error.errno, 'ECONNREFUSED')
    assert.deepEqual(
      error.attempts?.map(({ code, message }) => [code, message]),
      ['127.0.0.2', '127.0.0.3', '127.0.0.1'].map((host) => [
        'refused',
        `${host}:${port}: nothing is listening there`,
      ]),
    )
    await socketsAre(before)
  },
)

test(
  'openConnection that is cancelled during the race leaves no socket, no timer and no listener',
  onLinux,
  async (t) => {
    const listener = await listening(t)
    const port = portOf(listener)
    await deafListener(t, '127.0.0.2', port)
    const before = await socketsAtRest()
    const attempts = attemptsAt(t, port)
    const lookup = lookupOf('127.0.0.3', '127.0.0.2')
    const controller = new AbortController()
    const reason = new Error('enough')
    const { signal } = controller
    const aborted = fails(openConnection({ host: 'deaf', port, lookup, signal }), 'aborted')
    await until(() => attempts.failed.length === 1)
    controller.abort(reason)
    const error = await aborted
    assert.equal(error.cause, reason)
    assert.deepEqual(
      error.attempts?.map(({ code }) => code),
      ['refused'],
    )
    assert.equal(getEventListeners(signal, 'abort').length, 0)
    const late = await fails(openConnection({ host: 'deaf', port, lookup, timeout: 20 }), 'timeout')
    assert.match(late.message, /^deaf:\d+: no answer in time$/)
    await socketsAre(before)
  },
)

test('openConnection with a signal that has fired opens nothing, and does not even ask for the name', async (t) => {
  const listener = await listening(t)
  const before = await socketsAtRest()
  let asked = 0
  const lookup: Lookup = async () => {
    asked++
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const options = { host: 'x', port: portOf(listener), lookup }
  await fails(openConnection({ ...options, signal: AbortSignal.abort() }), 'aborted')
  assert.equal(asked, 0)
  assert.ok(sockets() <= before)
})

test('openConnection can be cancelled while the name is looked up', async () => {
  const controller = new AbortController()
  const options = { host: 'slow', port: 80, lookup: () => new Promise<never>(() => {}) }
  const connecting = fails(openConnection({ ...options, signal: controller.signal }), 'aborted')
  controller.abort()
  await connecting
  await fails(openConnection({ ...options, timeout: 5 }), 'timeout')
})

test('openConnection reports a name without addresses as not-found, and a look-up that failed by its cause', async () => {
  await fails(openConnection({ host: 'x', port: 80, lookup: async () => [] }), 'not-found')
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' })
  const error = await fails(
    openConnection({ host: 'x', port: 80, lookup: () => Promise.reject(cause) }),
    'not-found',
  )
  assert.equal(error.cause, cause)
  assert.equal(error.message, 'x: no address found for that name')
})

test('openConnection makes at most sixteen attempts', onLinux, async (t) => {
  const port = deadPort(t)
  const hosts = Array.from({ length: 40 }, (_, i) => `127.0.0.${i + 2}`)
  const error = await fails(openConnection({ host: 'x', port, lookup: lookupOf(...hosts) }), 'refused')
  assert.equal(error.attempts?.length, 16)
})

test('openConnection refuses arguments that cannot be meant, and opens nothing', async () => {
  const before = await socketsAtRest()
  const wrong: readonly unknown[] = [
    {},
    { port: 0 },
    { port: 65_536 },
    { port: '80' },
    { port: 80, attemptDelay: -1 },
    { port: 80, timeout: Number.NaN },
    { port: 80, localAddress: 'localhost' },
    { port: 80, tls: { handshakeTimeout: -1 } },
    { path: '' },
    { path: 'a\0b' },
  ]
  for (const options of wrong as readonly { port: number }[]) {
    await assert.rejects(
      openConnection({ lookup: lookupOf('127.0.0.1'), ...options }),
      (error) => error instanceof TypeError || error instanceof RangeError,
    )
  }
  assert.ok(sockets() <= before)
})

test('openConnection connects from localAddress', onLinux, async (t) => {
  const listener = await listening(t)
  const socket = await connected(t, listener, { localAddress: '127.0.0.9' })
  assert.equal('host' in socket.local && socket.local.host, '127.0.0.9')
  const accepted = await listener.accept()
  assert.deepEqual(accepted.remote, socket.local)
  await fails(
    openConnection({ port: portOf(listener), host: '127.0.0.1', localAddress: '192.0.2.1' }),
    'address-unavailable',
  )
})

test('openConnection’s signal means nothing once it is connected', async (t) => {
  const listener = await listening(t)
  const controller = new AbortController()
  const socket = await connected(t, listener, { signal: controller.signal, timeout: 60_000 })
  const accepted = await listener.accept()
  controller.abort()
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  await accepted.send('still here')
  assert.equal(String(await socket.recvExactly(10)), 'still here')
})

test('openConnection to a peer that closes at once gives a socket that has ended', async (t) => {
  const listener = await listening(t)
  const accepting = listener.accept().then((socket) => socket.close())
  const socket = await connected(t, listener)
  assert.equal(await socket.recv(), null)
  await Promise.all([socket.close(), accepting])
})

test('openConnection to a peer that resets at once is reset, at the latest in the first receive', async (t) => {
  const listener = await listening(t)
  const accepting = listener.accept().then((socket) => socket.abort())
  await fails(
    connected(t, listener).then((socket) => socket.recv()),
    'reset',
  )
  await accepting
})

test('openConnection to a path where nobody made a socket, or nobody listens any more, is refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'socket')
  const error = await fails(TcpSocket.connect({ path }), 'refused')
  assert.equal(error.message, `${path}: nothing is listening there`)
  assert.equal(error.errno, 'ENOENT')
  assert.equal(error.attempts?.length, 1)
  await fails(TcpSocket.connect({ path, signal: AbortSignal.abort() }), 'aborted')
  const listener = await listening(t, { path })
  await listener.close()
  await fails(TcpSocket.connect({ path }), 'refused')
})

test('interleave takes the families in turns, beginning with the first, and keeps the order in each', () => {
  const address = (name: string): InetAddress => ({
    host: name,
    port: 1,
    family: name.startsWith('4') ? 4 : 6,
  })
  const order = (...names: readonly string[]): string[] =>
    interleave(names.map(address)).map(({ host }) => host)
  assert.deepEqual(order(), [])
  assert.deepEqual(order('4a'), ['4a'])
  assert.deepEqual(order('6a', '6b', '6c', '4a', '4b'), ['6a', '4a', '6b', '4b', '6c'])
  assert.deepEqual(order('4a', '6a', '6b', '6c'), ['4a', '6a', '6b', '6c'])
  assert.deepEqual(order('4a', '4b', '4c', '6a'), ['4a', '6a', '4b', '4c'])
  assert.deepEqual(order('6a', '4a', '6b', '4b'), ['6a', '4a', '6b', '4b'])
})

test('SocketError of a failed connect can be told by code and read by people', async (t) => {
  const port = deadPort(t)
  await assert.rejects(TcpSocket.connect(port, '127.0.0.1'), (error) => {
    assert.ok(SocketError.is(error, 'refused'))
    assert.equal(error.op, 'connect')
    assert.equal(error.message, `127.0.0.1:${port}: nothing is listening there`)
    assert.deepEqual(error.remote, { host: '127.0.0.1', port, family: 4 })
    return true
  })
})
