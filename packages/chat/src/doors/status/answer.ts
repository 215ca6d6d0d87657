/**
 * What the status door answers: `/healthz` and `/metrics`, to programs on this machine and nobody else. Requests come
 * in as values, so this knows no sockets.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isLoopbackHost } from '@partyline/sockets'

/** What the status door tells of. */
export interface StatusSources {
  /** Undefined while all is well, else what is wrong, in words. */
  readonly health: () => string | undefined
  readonly metrics: () => Promise<MetricsText>
}

/** The metrics, in the form that their type says. */
export interface MetricsText {
  readonly contentType: string
  readonly text: string
}

/** What is asked, and by whom. */
export interface StatusRequest {
  readonly method: string
  /** As it came: the path, and possibly a query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** The address at the other end of the connection. */
  readonly peer: string
}

export interface StatusAnswer {
  readonly status: 200 | 404 | 405 | 503
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const PLAIN = 'text/plain; charset=utf-8'

/** Rejects only when the metrics cannot be made. */
export async function answerStatus(request: StatusRequest, sources: StatusSources): Promise<StatusAnswer> {
  const path = request.target.split('?', 1)[0]
  if ((path !== '/healthz' && path !== '/metrics') || !isOfThisMachine(request)) {
    return answer(404, 'not found\n')
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answer(405, 'only GET and HEAD\n', { Allow: 'GET, HEAD' })
  }
  if (path === '/metrics') {
    const { contentType, text } = await sources.metrics()
    return answer(200, text, { 'Content-Type': contentType })
  }
  const reason = sources.health()
  return reason === undefined ? answer(200, 'ok\n') : answer(503, `${reason}\n`)
}

function answer(
  status: StatusAnswer['status'],
  body: string,
  headers: Readonly<Record<string, string>> = {},
): StatusAnswer {
  return { status, body, headers: { 'Content-Type': PLAIN, 'Cache-Control': 'no-store', ...headers } }
}

// Two ways to ask from elsewhere although the connection comes from this machine: a proxy that runs here hands it on,
// and says so; a web page has its own name mean 127.0.0.1 (DNS rebinding), and that name is in `Host`.
function isOfThisMachine({ peer, headers }: StatusRequest): boolean {
  if (!isLoopbackHost(peer)) return false
  if (HANDED_ON.some((name) => headers[name] !== undefined)) return false
  const host = /^(.*?)(?::\d*)?$/.exec(headers.host ?? '')?.[1]?.replace(/^\[(.*)\]$/, '$1') ?? ''
  return host === '' || host.toLowerCase() === 'localhost' || isLoopbackHost(host)
}

const HANDED_ON = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']
