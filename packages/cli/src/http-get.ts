/**
 * One HTTP request over our own socket, in the steps of the tutorials: resolve, connect, send, shut down our side
 * if that is wanted, receive until the answer is complete, close. It reports each step, and prints nothing.
 */
import { lookup as systemLookup } from 'node:dns/promises'
import {
  type BodyEnd,
  formatHttpRequest,
  type HttpField,
  HttpResponseDecoder,
  type HttpResponseError,
  type HttpResponseEvent,
  type HttpResponseHead,
  type HttpUrl,
  visibleBytes,
} from '@partyline/protocols'
import { formatAddress, type Lookup, SocketError, TcpSocket, type TlsOptions } from '@partyline/sockets'
import { CommandError, type Facts } from './failure.ts'
import { connectFailure, isNoTls } from './network-sentences.ts'

export interface HttpGetOptions {
  readonly url: HttpUrl
  /** HEAD asks for the head of the answer only. */
  readonly method: 'GET' | 'HEAD'
  /** `partyline/` and this. */
  readonly version: string
  /** Headers instead of the usual ones, or besides. */
  readonly headers: readonly HttpField[]
  /** Shut down our side after the request. */
  readonly halfClose: boolean
  /** Milliseconds for the connection, and then without a byte. */
  readonly waitMs: number
  readonly family: 4 | 6 | undefined
  /** For https only. */
  readonly tls: TlsOptions
  readonly signal: AbortSignal
}

/** Who hears of each step. What `head` and `body` reject with ends the request. */
export interface HttpGetListener {
  /** Not for a numeric host: nobody is asked. */
  resolved(host: string, addresses: readonly string[], ms: number): void
  connected(socket: TcpSocket, ms: number): void
  requested(request: string): void
  /** Interim responses come here too. */
  head(head: HttpResponseHead): Promise<void>
  /** The next bytes come when this resolves. */
  body(data: Uint8Array): Promise<void>
}

/** A whole answer. */
export interface HttpAnswer {
  readonly head: HttpResponseHead
  /** Headers after the body. */
  readonly trailers: readonly HttpField[]
  /** Of the body, without chunk sizes. */
  readonly bytes: number
  readonly endsBy: BodyEnd
  /** Who answered, like `127.0.0.1:80`. */
  readonly address: string
  /** Milliseconds, from the first step on. */
  readonly ms: number
}

/** Bytes of an answer that is no HTTP which are quoted in the sentence about it. */
const QUOTED_BYTES = 40

/**
 * Fetches a URL. Rejects with a CommandError: as `connectFailure` says for the connection, 5 when nothing comes for
 * too long, 6 when the answer breaks off, 1 when it is not HTTP; with the SocketError `aborted` when the signal says so.
 */
export async function httpGet(options: HttpGetOptions, listener: HttpGetListener): Promise<HttpAnswer> {
  const began = performance.now()
  const socket = await connect(options, listener)
  listener.connected(socket, performance.now() - began)
  try {
    // Neither is waited for: a server may answer, and even close, before it has read everything. When sending fails,
    // receiving says why no answer comes.
    void socket.send(requestOf(options, listener))
    if (options.halfClose) void socket.shutdown()
    const answer = await new Exchange(socket, options, listener).run()
    await socket.close()
    return { ...answer, address: formatAddress(socket.remote), ms: performance.now() - began }
  } catch (error) {
    socket.abort(error)
    throw error
  }
}

async function connect(options: HttpGetOptions, listener: HttpGetListener): Promise<TcpSocket> {
  const { url, family, signal, waitMs, tls } = options
  const { host, port, scheme } = url
  const lookup: Lookup = async (name, wanted) => {
    const asked = performance.now()
    const found = await systemLookup(name, { all: true, order: 'verbatim', family: wanted })
    const addresses = [...new Set(found.map(({ address }) => address))]
    listener.resolved(name, addresses, performance.now() - asked)
    return found
  }
  try {
    const secure = scheme === 'https' ? { tls: { alpn: ['http/1.1'], ...tls } } : {}
    return await TcpSocket.connect({ host, port, family, lookup, signal, timeout: waitMs, ...secure })
  } catch (error) {
    if (SocketError.is(error, 'aborted')) throw error
    const failure = connectFailure(error, { host, port })
    throw isNoTls(error) ? notTls(url, error, failure.facts) : failure
  }
}

function notTls({ host, port, authority, target }: HttpUrl, error: unknown, facts: Facts): CommandError {
  const hint = `If it speaks HTTP:  http://${authority}${target}`
  return new CommandError(8, `${host} port ${port} does not speak TLS.`, [hint], error, facts)
}

function requestOf({ url, method, version, headers }: HttpGetOptions, listener: HttpGetListener): string {
  const usual = [
    ['Host', url.authority],
    ['User-Agent', `partyline/${version}`],
    ['Accept', '*/*'],
    ['Connection', 'close'],
  ] as const
  const request = formatHttpRequest(method, url.target, usual, headers)
  listener.requested(request)
  return request
}

/** The part between the request and the end of the answer. */
class Exchange {
  readonly #socket: TcpSocket
  readonly #options: HttpGetOptions
  readonly #listener: HttpGetListener
  readonly #decoder: HttpResponseDecoder
  #head: HttpResponseHead | undefined
  #trailers: readonly HttpField[] = []

  constructor(socket: TcpSocket, options: HttpGetOptions, listener: HttpGetListener) {
    this.#socket = socket
    this.#options = options
    this.#listener = listener
    this.#decoder = new HttpResponseDecoder({ method: options.method })
  }

  async run(): Promise<Pick<HttpAnswer, 'head' | 'trailers' | 'bytes' | 'endsBy'>> {
    while (!this.#decoder.isOver) {
      const data = await this.#receive()
      const events = data === null ? this.#decoder.end() : this.#decoder.feed(data)
      for (const event of events) await this.#take(event, data)
    }
    const { received: bytes, endsBy } = this.#decoder
    if (this.#head === undefined || endsBy === undefined) throw new TypeError('an answer without a head')
    return { head: this.#head, trailers: this.#trailers, bytes, endsBy }
  }

  async #receive(): Promise<Buffer | null> {
    const { waitMs, signal } = this.#options
    try {
      return await this.#socket.recv(undefined, { timeout: waitMs, signal })
    } catch (error) {
      throw SocketError.is(error, 'aborted') ? error : this.#brokenOff(error)
    }
  }

  async #take(event: HttpResponseEvent, data: Buffer | null): Promise<void> {
    switch (event.kind) {
      case 'head':
        if (!event.head.interim) this.#head = event.head
        await this.#listener.head(event.head)
        return
      case 'body':
        await this.#listener.body(event.data)
        return
      case 'end':
        this.#trailers = event.trailers
        return
      case 'failed':
        throw this.#failed(event.error, data)
    }
  }

  /** The connection failed before the answer was complete. */
  #brokenOff(error: unknown): unknown {
    if (!SocketError.is(error)) return error
    const { host, port } = this.#options.url
    const where = `${host} port ${port}`
    const far = this.#progress()
    if (error.code === 'timeout') {
      const seconds = this.#options.waitMs / 1000
      const hint = 'To wait longer:  -w SECONDS'
      return this.#error(5, `nothing came from ${where} for ${seconds} s, ${far}.`, [hint], error)
    }
    const how = error.code === 'reset' ? 'reset the connection' : `failed (${error.message})`
    return this.#error(6, `${where} ${how}, ${far}.`, [], error)
  }

  /** What came is not an answer, or not all of it. */
  #failed(error: HttpResponseError, data: Buffer | null): CommandError {
    const { url } = this.#options
    const where = `${url.host} port ${url.port}`
    if (error.code === 'incomplete') {
      const hints = this.#options.halfClose
        ? ['Some servers leave when our side is shut down: try without --half-close.']
        : []
      const cause = new SocketError('incomplete', { op: 'recv', remote: this.#socket.remote, cause: error })
      return this.#error(6, `${where}: ${error.message}.`, hints, cause)
    }
    const isFirst = this.#head === undefined && data !== null
    if (error.code !== 'not-http' || !isFirst) return this.#error(1, `${where}: ${error.message}.`, [], error)
    // A record of TLS: an alert about our request, or its greeting (RFC 8446 section 5.1).
    const isTls = (data[0] === 0x15 || data[0] === 0x16) && data[1] === 0x03
    const hints = isTls
      ? [`It speaks TLS:  https://${url.authority}${url.target}`]
      : [`To talk to it:  partyline connect ${url.host} ${url.port}`]
    const begin = visibleBytes(data.subarray(0, QUOTED_BYTES))
    return this.#error(1, `${where}: ${error.message}: it begins with "${begin}".`, hints, error)
  }

  /** How far the answer came, as the end of a sentence. */
  #progress(): string {
    const { received, expected } = this.#decoder
    if (this.#head === undefined) return 'before it answered'
    const came = received.toLocaleString('en-US')
    return expected === undefined
      ? `after ${came} bytes of the answer`
      : `after ${came} of ${expected.toLocaleString('en-US')} bytes of the answer`
  }

  #error(exitCode: 1 | 5 | 6, sentence: string, hints: readonly string[], cause: unknown): CommandError {
    const facts = { url: this.#options.url.href, bytes: this.#decoder.received }
    const status = this.#head === undefined ? {} : { status: this.#head.status }
    return new CommandError(exitCode, sentence, hints, cause, { ...facts, ...status })
  }
}
