/** One served connection: run its handler, close it afterwards, and let nothing that goes wrong leave it. */

import { SocketError } from './errors.ts'
import type { TcpSocket } from './tcp-socket.ts'
import { publish } from './telemetry.ts'

/** What to do with a connection. The connection is closed when it returns, and reset when it throws. */
export type Handler = (socket: TcpSocket, context: HandlerContext) => unknown

/** What a handler is given besides the connection. */
export interface HandlerContext {
  /** Fires when the listener is being closed: say goodbye and return. */
  readonly signal: AbortSignal
}

/** What goes for each connection that is served. */
export interface ServeOptions {
  /**
   * Gets what a handler threw, network errors (a reset by the peer) among it. Default: such errors are published
   * on the channel `partyline.sockets.handler-failed` and end nothing but their connection.
   */
  readonly onError?: ((error: unknown, socket: TcpSocket) => unknown) | undefined
  /** Milliseconds that one connection may last; then it is aborted. Default: no limit. */
  readonly timeout?: number | undefined
}

/** Whoever counts the handlers that run. */
export interface HandlerOwner {
  done(socket: TcpSocket): void
}

/** Never rejects. Tells `owner` when the handler is done and the connection closed. */
export async function serveConnection(
  socket: TcpSocket,
  handler: Handler,
  context: HandlerContext,
  options: ServeOptions,
  owner: HandlerOwner,
): Promise<void> {
  const { timeout } = options
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(
          () => socket.abort(new SocketError('timeout', { op: 'accept', remote: socket.remote })),
          timeout,
        )
  try {
    await handler(socket, context)
    await socket.close()
  } catch (error) {
    void socket.flush() // what the handler did send goes out before the reset
    socket.abort(error)
    await report(error, socket, options)
  } finally {
    await socket.closed
    clearTimeout(timer)
    owner.done(socket)
  }
}

async function report(error: unknown, socket: TcpSocket, { onError }: ServeOptions): Promise<void> {
  try {
    if (onError !== undefined) await onError(error, socket)
    else publish('handlerFailed', { socket, error })
  } catch {
    // An error handler that throws has nobody left to be told.
  }
}
