/**
 * The status door: HTTP for programs on this machine that watch the server. The connections are those of our own
 * listener, with its limits and its drain; node:http is given each of them and does the rest.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import type { InetAddress, TcpListener, TcpSocket } from '@partyline/sockets'
import { faultLines } from '../fault-lines.ts'
import { listenOnAll } from '../listen-on-all.ts'
import type { Log } from '../log.ts'
import { answerStatus, type StatusSources } from './answer.ts'

/** How long a client may take, in milliseconds, and how much it may send. */
export interface StatusLimits {
  /** Until the headers are here. */
  readonly headers: number
  /** Until the request is, and for the whole connection: it carries one request. */
  readonly request: number
  /** How often the two are looked at. */
  readonly check: number
  /** Bytes of headers. */
  readonly headerBytes: number
  /** Connections at once. A further one is reset. */
  readonly connections: number
  /** Until everything is answered, once the door closes. */
  readonly drain: number
}

export const STATUS_LIMITS: StatusLimits = {
  headers: 10_000,
  request: 15_000,
  check: 1000,
  headerBytes: 8192,
  connections: 32,
  drain: 1000,
}

export interface StatusDoorOptions extends StatusSources {
  /** 0: a free one. */
  readonly port: number
  readonly log: Log
  /** Default: `STATUS_LIMITS`. */
  readonly limits?: StatusLimits | undefined
}

/** An open status door. */
export interface StatusDoor {
  /** What it listens on: loopback addresses. */
  readonly addresses: readonly InetAddress[]
  /**
   * Begins to answer; until then callers wait. Not part of opening, because loading node:http takes time that a
   * server has not when it starts. Called once.
   */
  start(): Promise<void>
  /** Answers what is being asked, and closes, within `drain`. Idempotent; never rejects. */
  close(): Promise<void>
}

const HOSTS = ['127.0.0.1', '::1']

/** Opens the door. Rejects with a `SocketError` when it cannot listen. */
export async function openStatusDoor(options: StatusDoorOptions): Promise<StatusDoor> {
  const { port, log, limits = STATUS_LIMITS } = options
  const listeners = await listenOnAll({
    hosts: HOSTS,
    port,
    log,
    options: { maxConnections: limits.connections },
  })
  let started: Promise<HttpServer> | undefined
  return {
    addresses: listeners.map(({ address }) => address).filter((address) => 'host' in address),
    async start() {
      started ??= httpServer(options, limits)
      const http = await started
      for (const listener of listeners) if (listener.status !== 'closed') void serve(listener, http, limits)
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close({ drain: limits.drain })))
      const http = await started
      http?.close()
    },
  }
}

function serve(listener: TcpListener, http: HttpServer, { request }: StatusLimits): Promise<void> {
  // From here on the socket is node:http's, which has read nothing of it yet. It outlives no limit, whatever it does.
  const handOver = async (socket: TcpSocket): Promise<void> => {
    http.emit('connection', socket.node)
    await socket.closed
  }
  return listener.serve(handOver, { timeout: request })
}

async function httpServer(options: StatusDoorOptions, limits: StatusLimits): Promise<HttpServer> {
  const { createServer } = await import('node:http')
  const http = createServer({
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    connectionsCheckingInterval: limits.check,
    maxHeaderSize: limits.headerBytes,
  })
  http.on(
    'request',
    (request: IncomingMessage, response: ServerResponse) => void respond(request, response, options),
  )
  // node:http looks after slow clients from the moment it listens, and this one never does.
  http.emit('listening')
  return http
}

async function respond(
  { method = '', url: target = '', headers, socket }: IncomingMessage,
  response: ServerResponse,
  options: StatusDoorOptions,
): Promise<void> {
  response.shouldKeepAlive = false
  try {
    const peer = socket.remoteAddress ?? ''
    const { status, headers: fields, body } = await answerStatus({ method, target, headers, peer }, options)
    response.writeHead(status, { ...fields, 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
  } catch (error) {
    for (const line of faultLines('a question about the status could not be answered', error)) {
      options.log(line, 'error')
    }
    response.destroy()
  }
}
