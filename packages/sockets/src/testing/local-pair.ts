/** Two connected sockets on this machine and their listener, for this package's own tests. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import type { ConnectOptions } from '../connect.ts'
import type { ListenOptions } from '../listen-options.ts'
import { TcpListener } from '../tcp-listener.ts'
import { TcpSocket } from '../tcp-socket.ts'
import { turn } from './checks/check.ts'

/** A certificate for `localhost` that nobody else may trust, and its key. */
export const cert: Buffer = await readFile(new URL('fixtures/localhost.cert.pem', import.meta.url))
export const key: Buffer = await readFile(new URL('fixtures/localhost.key.pem', import.meta.url))

/** Listens until the test is over. */
export async function listening(t: TestContext, options: ListenOptions = {}): Promise<TcpListener> {
  const listener = await TcpListener.listen(options)
  t.after(async () => {
    for (const socket of listener.connections) socket.abort()
    await listener.close({ drain: 0 })
  })
  return listener
}

/** Connects until the test is over. */
export async function connected(
  t: TestContext,
  listener: TcpListener,
  options: ConnectOptions = {},
): Promise<TcpSocket> {
  const socket = await TcpSocket.connect({ ...listener.address, ...options })
  t.after(async () => {
    socket.abort()
    await socket.closed
  })
  return socket
}

/** A client, the socket that was accepted for it, and the listener. */
export async function localPair(
  t: TestContext,
  listen: ListenOptions = {},
  connect: ConnectOptions = {},
): Promise<[TcpSocket, TcpSocket, TcpListener]> {
  const listener = await listening(t, listen)
  const [client, server] = await Promise.all([connected(t, listener, connect), listener.accept()])
  return [client, server, listener]
}

/** The port of a listener that has one. */
export function portOf({ address }: TcpListener): number {
  assert.ok('port' in address)
  return address.port
}

/** Milliseconds in which what must happen has happened, even on a machine that is stopped again and again. */
const PATIENCE = 60_000

/** Goes on when `condition` holds, which must not need time to pass; fails when it does not come to hold. */
export async function until(
  condition: () => boolean,
  words: () => string = () => 'what the test waits for did not come',
): Promise<void> {
  const began = performance.now()
  while (!condition()) {
    if (performance.now() - began > PATIENCE) assert.fail(words())
    await turn()
  }
}
