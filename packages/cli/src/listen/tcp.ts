/** The ways to listen on a stream socket: many clients at once, or the old way, one client and no more. */
import { type CloseInfo, formatAddress, SocketError, type TcpListener } from '@partyline/sockets'
import { exchange } from '../exchange.ts'
import { CommandError, type ExitCode, exitCodeOf } from '../failure.ts'
import type { Io } from '../io.ts'
import { type Client, Clients, farewell, labelOf } from './clients.ts'
import { type ClientHandler, serveClients } from './serve-clients.ts'
import type { Leaving } from './talk-to-all.ts'

export interface ManyOptions {
  readonly note: (words: string) => void
  /** One client only; it is over with that one. */
  readonly once: boolean
  /** The wish of the system to stop. */
  readonly signal: AbortSignal
  /** Makes what plays each client. */
  readonly handler: (clients: Clients, leaving: Leaving) => ClientHandler
}

/**
 * Serves until the person or the system wants it to end, which is how a server ends: 0. With `once` until the
 * client has gone; then being stopped is 130 or 143, and rejects with a CommandError 6 when the connection broke.
 */
export async function listenToMany(listener: TcpListener, options: ManyOptions): Promise<ExitCode> {
  const { note, once, signal } = options
  const stop = new AbortController()
  const clients = new Clients({ note })
  let [code, isLeaving]: [ExitCode, boolean] = [0, false]
  const failures: unknown[] = []
  const end = (leftWith: ExitCode): void => {
    if (once) code = leftWith
    stop.abort()
  }
  const fail = (error: unknown): void => {
    failures.push(error)
    stop.abort()
  }
  const onSignal = (): void => end(exitCodeOf(signal.reason))
  signal.addEventListener('abort', onSignal)
  if (signal.aborted) onSignal()
  const handle = options.handler(clients, {
    leave: end,
    fail,
    whenAlone() {
      isLeaving = true
      listener.suspend()
      if (clients.count === 0) stop.abort()
      else note(`no more clients; over when everybody has left (${clients.count} here), Ctrl-C does not wait`)
    },
  })
  try {
    await serveClients(listener, handle, {
      clients,
      note,
      signal: stop.signal,
      onEnter: () => {
        if (once) listener.suspend()
      },
      onLeave: (client, info) => {
        if (once && info.error !== undefined && !stop.signal.aborted) fail(broken(client, info))
        if (once || (isLeaving && clients.count === 0)) stop.abort()
      },
    })
  } finally {
    signal.removeEventListener('abort', onSignal)
  }
  if (failures.length > 0) throw failures[0]
  return code
}

function broken({ label }: Client, info: CloseInfo): CommandError {
  const exitCode = info.by === 'timeout' ? 5 : 6
  return new CommandError(exitCode, `${farewell(label, info)}.`, [], info.error)
}

export interface OnceOptions {
  readonly note: (words: string) => void
  readonly crlf: boolean
  readonly halfClose: boolean
  readonly quitAfterMs: number | undefined
  readonly idleMs: number | undefined
  readonly raw: boolean
  readonly silent: boolean
}

/** Takes one client, stops listening, and carries bytes both ways until it is over. */
export async function listenOnce(listener: TcpListener, io: Io, options: OnceOptions): Promise<ExitCode> {
  const { note } = options
  const socket = await listener.accept({ signal: io.signal }).catch((error: unknown) => {
    if (SocketError.is(error, 'aborted')) return undefined
    throw error
  })
  await listener.close({ drain: 0 })
  if (socket === undefined) return exitCodeOf(io.signal.reason)
  const peer = labelOf(socket.remote) ?? 'the client'
  note(`${peer} connected`)
  const { code, info } = await exchange(socket, io, { ...options, peer })
  note(farewell(peer, info))
  return code
}

/** `127.0.0.1:5000`, with what is not plain TCP about it. */
export function placeOf({ address }: TcpListener, isTls: boolean): string {
  return `${formatAddress(address)}${isTls ? ' (TLS)' : ''}`
}
