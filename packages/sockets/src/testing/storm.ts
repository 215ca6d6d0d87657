/**
 * Bad weather over real sockets, for tests: connections that are reset at any moment, and connections by the
 * thousand. What they must not do is crash the process or leave anything behind.
 */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { SocketError } from '../errors.ts'
import { TcpListener } from '../tcp-listener.ts'
import { TcpSocket } from '../tcp-socket.ts'
import { numbers as randomNumbers, turns } from './checks/check.ts'
import { until } from './local-pair.ts'

type Random = (limit: number) => number

/** Connections at the same time. */
const AT_ONCE = 20

/**
 * Makes `count` connections to a server; at a random moment in the life of each, one of the two sides resets it.
 * Rejects when anything is left unhandled, a stream is not closed, or the server no longer serves.
 */
export async function randomResets(count: number, seed: number): Promise<void> {
  const random = randomNumbers(seed)
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown): unknown => unhandled.push(error)
  process.on('unhandledRejection', onUnhandled)
  process.on('uncaughtExceptionMonitor', onUnhandled)
  const listener = await TcpListener.listen({ maxSendQueue: 64 * 1024 })
  const serving = listener.serve((socket) => badServer(socket, random), { onError: () => {} })
  try {
    for (let made = 0; made < count; made += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => badClient(listener, random)))
    }
    await stillServes(listener)
    await turns(10)
  } finally {
    await listener.close({ drain: 0 })
    await serving
    process.off('unhandledRejection', onUnhandled)
    process.off('uncaughtExceptionMonitor', onUnhandled)
  }
  assert.deepEqual(unhandled, [])
  assert.equal(listener.connections.size, 0)
}

/** An echo server that sometimes throws, resets, sends more than anybody takes, or forgets to await. */
async function badServer(socket: TcpSocket, random: Random): Promise<void> {
  const mood = random(6)
  if (mood === 0) socket.abort()
  if (mood === 1) throw new Error('a handler that fails')
  for await (const chunk of socket) {
    const isTest = chunk.includes('still')
    if (mood === 2 && !isTest) void socket.send(Buffer.alloc(1 + random(200_000)))
    else if (mood === 3 && !isTest) socket.trySend(chunk)
    else await socket.send(chunk)
    if (mood === 4 && !isTest) await socket.close({ linger: random(2) })
  }
}

/** A client that writes and reads a little, or waits, and is gone. */
async function badClient(listener: TcpListener, random: Random): Promise<void> {
  const connected = await connectTo(listener).catch(networkOnly)
  if (connected === undefined) return
  const waiting = [connected.recv(), connected.closed]
  for (const call of waiting) call.catch(networkOnly)
  for (let i = random(4); i > 0; i--) {
    void connected.send(Buffer.alloc(1 + random(50_000)))
    await turns(random(4))
  }
  if (random(3) === 0) await connected.shutdown({ timeout: 1000 }).catch(networkOnly)
  if (random(4) === 0) await connected.flush({ timeout: 1000 }).catch(networkOnly)
  await turns(random(4))
  connected.abort()
  await connected.closed
}

function networkOnly(error: unknown): undefined {
  if (!SocketError.is(error)) throw error
}

async function stillServes(listener: TcpListener): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    // The server is in a bad mood for some; a reset may come before the connection is noticed here.
    const socket = await connectTo(listener).catch(networkOnly)
    if (socket === undefined) continue
    const answer = await ask(socket).catch(networkOnly)
    socket.abort()
    await socket.closed
    if (answer === 'still there?') return
  }
  assert.fail('the server answers nobody any more')
}

async function ask(socket: TcpSocket): Promise<string> {
  await socket.send('still there?')
  return String(await socket.recvExactly(12))
}

/**
 * Connects, talks and closes `count` times. Rejects when a descriptor, a timer or another resource of the event loop,
 * or a listener on the signal that every call was given, is left afterwards.
 */
export async function connectAndClose(count: number): Promise<void> {
  const listener = await TcpListener.listen(0)
  const { signal } = new AbortController()
  const op = { signal, timeout: 3_600_000 } // an hour: a timer that is left is still there when we look
  const serving = listener.serve(async (socket) => {
    for await (const chunk of socket) await socket.send(chunk, op)
  })
  const once = async (): Promise<void> => {
    await using socket = await connectTo(listener, op)
    await socket.send('hello', op)
    assert.equal(String(await socket.recvExactly(5, op)), 'hello')
  }
  for (let i = 0; i < 2 * AT_ONCE; i++) await once() // what is made once is made now
  await until(() => listener.connections.size === 0)
  await turns(10)
  const before = held()
  for (let made = 0; made < count; made += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, once))
  }
  await until(() => listener.connections.size === 0)
  // The last client may learn a little later than the server that both sides have ended.
  await until(
    () => leftOver(before).length === 0,
    () => leftOver(before).join(', '),
  )
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  await listener.close()
  await serving
}

function connectTo(listener: TcpListener, op = {}): Promise<TcpSocket> {
  return TcpSocket.connect({ ...listener.address, ...op })
}

/** What the process holds more of than before, in words. */
function leftOver(before: ReadonlyMap<string, number>): string[] {
  return [...held()].flatMap(([what, number]) => {
    const allowed = before.get(what) ?? 0
    return number <= allowed ? [] : [`${number} ${what} are left, there were ${allowed} before`]
  })
}

/** What the process holds, by kind. */
function held(): ReadonlyMap<string, number> {
  const numbers = new Map([['descriptors', descriptors()]])
  for (const kind of process.getActiveResourcesInfo()) numbers.set(kind, (numbers.get(kind) ?? 0) + 1)
  for (const event of process.eventNames())
    numbers.set(`listeners on ${String(event)}`, process.listenerCount(event))
  return numbers
}

/** Open descriptors, where the system tells. */
function descriptors(): number {
  return existsSync('/dev/fd') ? readdirSync('/dev/fd').length : 0
}
