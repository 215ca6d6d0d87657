/** Many clients at once on one listener: each has its handler, and whatever goes wrong in one stays there. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type Address,
  type CloseInfo,
  formatAddress,
  SocketError,
  type TcpListener,
  type Telemetry,
} from '@partyline/sockets'
import { type Client, type Clients, reasonOf } from './clients.ts'

/** How long clients may take to end when the listener is closed, in milliseconds. */
const DRAIN_MS = 2000
/** How long a closed connection waits for the other side's end, in milliseconds: at the end a person waits for it. */
const LINGER_MS = 250

/** Plays one client to its end; then the connection is closed. `signal` fires when the listener is being closed. */
export type ClientHandler = (client: Client, signal: AbortSignal) => Promise<void>

export interface ServeClientsOptions {
  readonly clients: Clients
  /** Gets a sentence about who was not let in. */
  readonly note: (words: string) => void
  /** A client has come. */
  readonly onEnter?: (() => void) | undefined
  /** A client has gone, and how. */
  readonly onLeave?: ((client: Client, info: CloseInfo) => void) | undefined
  /** Ends it: no more clients, and those that are here are closed in order, what is queued is sent. */
  readonly signal: AbortSignal
}

/** Resolves when the listener is closed and every client gone; rejects with what a handler threw that was a bug. */
export async function serveClients(
  listener: TcpListener,
  handle: ClientHandler,
  { clients, note, onEnter, onLeave, signal }: ServeClientsOptions,
): Promise<void> {
  const stop = (): void => void listener.close({ drain: DRAIN_MS })
  const unwatch = watchRefusals(listener, note)
  const bugs: unknown[] = []
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    if (listener.status === 'closed') return
    await listener.serve(async (socket, context) => {
      const client = clients.enter(socket)
      onEnter?.()
      try {
        await handle(client, context.signal)
      } catch (error) {
        if (!SocketError.is(error)) {
          bugs.push(error)
          stop()
        }
      }
      void socket.close({ linger: LINGER_MS })
      const info = await socket.closed
      clients.leave(client, info)
      onLeave?.(client, info)
    })
  } finally {
    unwatch()
    signal.removeEventListener('abort', stop)
  }
  if (bugs.length > 0) throw bugs[0]
}

/** Says who was refused by a limit, and whose TLS handshake failed. */
function watchRefusals(listener: TcpListener, note: (words: string) => void): () => void {
  const onRefused = (message: unknown): void => {
    if (isAbout<Telemetry['refused']>(listener, message)) {
      const { remote, reason } = message
      const words = reason === 'full' ? 'as many as may be are here already' : reason
      note(`${nameOf(remote)} was refused: ${words}`)
    }
  }
  const onHandshake = (message: unknown): void => {
    if (isAbout<Telemetry['handshakeFailed']>(listener, message)) {
      const { remote, error } = message
      note(`${nameOf(remote)} could not come in: ${SocketError.is(error) ? reasonOf(error) : String(error)}`)
    }
  }
  subscribe('partyline.sockets.refused', onRefused)
  subscribe('partyline.sockets.handshake-failed', onHandshake)
  return () => {
    unsubscribe('partyline.sockets.refused', onRefused)
    unsubscribe('partyline.sockets.handshake-failed', onHandshake)
  }
}

function isAbout<T>(listener: TcpListener, message: unknown): message is T {
  return (
    typeof message === 'object' && message !== null && 'listener' in message && message.listener === listener
  )
}

function nameOf(remote: Address): string {
  return formatAddress(remote) || 'a client'
}
