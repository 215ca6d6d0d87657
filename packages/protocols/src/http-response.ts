/**
 * An HTTP/1.x response as its client reads it (RFC 9112): bytes in, a head, pieces of the body and an end out. It
 * knows where the body ends by section 6.3, and never takes a body that was cut short for a whole one.
 *
 *     head ──1xx──▶ head                         counted ──length reached──▶ complete
 *     head ──no body──▶ complete                 until-close ──end of the stream──▶ complete
 *     head ──▶ counted | chunk-size | until-close
 *     chunk-size ──▶ chunk-data ──▶ chunk-end ──▶ chunk-size        chunk-size ──0──▶ trailers ──▶ complete
 *     anything ──what HTTP does not allow, or an end too early──▶ failed
 */
import {
  cannotBeHttp,
  type HttpField,
  HttpResponseError,
  type HttpStatusLine,
  listOf,
  parseField,
  parseStatusLine,
  withoutEnding,
} from './http-head.ts'
import { LineBuffer } from './line-buffer.ts'

/** The limits of a response. Beyond one of them it has failed. */
export const HTTP_RESPONSE_LIMITS = {
  /** Bytes of a head, and of the trailers. */
  headBytes: 65_536,
  /** Headers of a head, and trailers. */
  fields: 256,
  /** Interim responses (1xx) before the response proper. */
  interim: 16,
  /** Bytes of a chunk's first line, extensions included. */
  chunkLineBytes: 4096,
} as const

/** Status line and headers. */
export interface HttpResponseHead extends HttpStatusLine {
  /** In the order in which they came. Values are not safe for a terminal. */
  readonly fields: readonly HttpField[]
  /** All of it as it came, the empty line at its end too. */
  readonly bytes: Uint8Array
  /** True for 1xx except 101: the response proper still comes (RFC 9110 section 15.2). */
  readonly interim: boolean
}

/**
 * What came: heads (interim ones first, then one that is not), pieces of the body, which are views of what was fed,
 * and at last `end`, or `failed` at any point. Nothing comes after those two.
 */
export type HttpResponseEvent =
  | { readonly kind: 'head'; readonly head: HttpResponseHead }
  | { readonly kind: 'body'; readonly data: Uint8Array }
  | { readonly kind: 'end'; readonly trailers: readonly HttpField[] }
  | { readonly kind: 'failed'; readonly error: HttpResponseError }

/** How the end of a body is found. */
export type BodyEnd = 'no body' | 'length' | 'last chunk' | 'end of the stream'

type State =
  | { readonly at: 'head' | 'until-close' | 'chunk-size' | 'chunk-end' | 'trailers' | 'complete' | 'failed' }
  | { readonly at: 'counted' | 'chunk-data'; readonly left: number }

/** Reads one response. */
export class HttpResponseDecoder {
  readonly #isHead: boolean
  #state: State = { at: 'head' }
  #lines = new LineBuffer(HTTP_RESPONSE_LIMITS.headBytes)
  #status: HttpStatusLine | undefined
  #fields: HttpField[] = []
  #interim = 0
  #received = 0
  #expected: number | undefined
  #endsBy: BodyEnd | undefined

  /** @param options.method - of the request. A response to HEAD has no body, whatever its headers say. */
  constructor({ method = 'GET' }: { readonly method?: string | undefined } = {}) {
    this.#isHead = method === 'HEAD'
  }

  /** Takes what one receive gave. Bytes after the end of the response are ignored. */
  feed(data: Uint8Array): HttpResponseEvent[] {
    const events: HttpResponseEvent[] = []
    try {
      let at = 0
      while (at < data.length && !this.isOver) at = this.#take(data, at, events)
    } catch (error) {
      this.#fail(error, events)
    }
    return events
  }

  /** The stream has ended. That completes a body without a length; anywhere else the response is incomplete. */
  end(): HttpResponseEvent[] {
    const events: HttpResponseEvent[] = []
    if (this.#state.at === 'until-close') this.#complete(events)
    else if (!this.isOver) this.#fail(new HttpResponseError('incomplete', this.#wordsForEarlyEnd()), events)
    return events
  }

  /** True after `end` and `failed`. */
  get isOver(): boolean {
    return this.#state.at === 'complete' || this.#state.at === 'failed'
  }

  /** Bytes of the body that have come. */
  get received(): number {
    return this.#received
  }

  /** How long the body will be, in bytes; undefined when that is not known (yet). */
  get expected(): number | undefined {
    return this.#expected
  }

  /** How the end of the body is found; undefined until the head is there. */
  get endsBy(): BodyEnd | undefined {
    return this.#endsBy
  }

  #take(data: Uint8Array, from: number, events: HttpResponseEvent[]): number {
    const state = this.#state
    if ('left' in state) {
      const piece = this.#body(data.subarray(from, from + state.left), events)
      const left = state.left - piece.length
      if (left > 0) this.#state = { at: state.at, left }
      else if (state.at === 'counted') this.#complete(events)
      else this.#expectLines('chunk-end', 2)
      return from + piece.length
    }
    if (state.at === 'until-close') return from + this.#body(data.subarray(from), events).length
    return this.#takeLine(data, from, events)
  }

  #body(data: Uint8Array, events: HttpResponseEvent[]): Uint8Array {
    this.#received += data.length
    events.push({ kind: 'body', data })
    return data
  }

  #takeLine(data: Uint8Array, from: number, events: HttpResponseEvent[]): number {
    const taken = this.#lines.take(data, from)
    const isFirst = this.#state.at === 'head' && this.#status === undefined
    if (isFirst && cannotBeHttp(this.#lines.unfinished)) throw new HttpResponseError('not-http')
    const line = this.#lines.line()
    if (line !== undefined) this.#line(line, events)
    else if (this.#lines.isFull) throw this.#tooLong()
    return from + taken
  }

  #line(line: Uint8Array, events: HttpResponseEvent[]): void {
    const { at } = this.#state
    if (at === 'chunk-size') this.#beginChunk(line)
    else if (at === 'chunk-end') this.#endChunk(line)
    else if (at === 'head' && this.#status === undefined) this.#status = parseStatusLine(withoutEnding(line))
    else if (withoutEnding(line).length > 0) this.#field(line)
    else if (this.#status !== undefined) this.#endHead(this.#status, events)
    else this.#complete(events)
  }

  #field(line: Uint8Array): void {
    if (this.#fields.length === HTTP_RESPONSE_LIMITS.fields) throw this.#tooLong()
    this.#fields.push(parseField(withoutEnding(line)))
  }

  #endHead(status: HttpStatusLine, events: HttpResponseEvent[]): void {
    const isInterim = status.status < 200 && status.status !== 101
    if (isInterim && ++this.#interim > HTTP_RESPONSE_LIMITS.interim) {
      throw new HttpResponseError('too-many-interim')
    }
    const fields = this.#fields
    const head = { ...status, fields, bytes: this.#lines.all(), interim: isInterim }
    events.push({ kind: 'head', head })
    this.#status = undefined
    this.#fields = []
    if (isInterim) this.#expectLines('head', HTTP_RESPONSE_LIMITS.headBytes)
    else this.#beginBody(head, events)
  }

  #beginBody(head: HttpResponseHead, events: HttpResponseEvent[]): void {
    const [endsBy, length] = bodyEnd(head, this.#isHead)
    this.#endsBy = endsBy
    this.#expected = length
    if (endsBy === 'last chunk') this.#expectLines('chunk-size', HTTP_RESPONSE_LIMITS.chunkLineBytes)
    else if (length === undefined) this.#state = { at: 'until-close' }
    else if (length === 0) this.#complete(events)
    else this.#state = { at: 'counted', left: length }
  }

  #beginChunk(line: Uint8Array): void {
    const size = endsWithCrLf(line) ? chunkSize(withoutEnding(line)) : undefined
    if (size === undefined) throw new HttpResponseError('chunk')
    if (size > 0) this.#state = { at: 'chunk-data', left: size }
    else this.#expectLines('trailers', HTTP_RESPONSE_LIMITS.headBytes)
  }

  #endChunk(line: Uint8Array): void {
    if (!endsWithCrLf(line)) throw new HttpResponseError('chunk')
    this.#expectLines('chunk-size', HTTP_RESPONSE_LIMITS.chunkLineBytes)
  }

  #expectLines(at: 'head' | 'chunk-size' | 'chunk-end' | 'trailers', mostBytes: number): void {
    this.#state = { at }
    this.#lines = new LineBuffer(mostBytes)
  }

  #complete(events: HttpResponseEvent[]): void {
    this.#state = { at: 'complete' }
    events.push({ kind: 'end', trailers: this.#fields })
  }

  #fail(error: unknown, events: HttpResponseEvent[]): void {
    if (!(error instanceof HttpResponseError)) throw error
    this.#state = { at: 'failed' }
    events.push({ kind: 'failed', error })
  }

  #tooLong(): HttpResponseError {
    const inChunks = this.#state.at === 'chunk-size' || this.#state.at === 'chunk-end'
    return new HttpResponseError(inChunks ? 'chunk' : 'head-too-long')
  }

  #wordsForEarlyEnd(): string {
    if (this.#state.at === 'head') {
      const nothing = this.#interim === 0 && this.#lines.length === 0
      return nothing ? 'the connection ended before any answer' : 'the answer ended inside its head'
    }
    const came = this.#received.toLocaleString('en-US')
    if (this.#expected === undefined) return `the answer ended after ${came} bytes, before its last chunk`
    return `the answer ended after ${came} of ${this.#expected.toLocaleString('en-US')} bytes`
  }
}

/** RFC 9112 section 6.3; with the length in bytes where it is known beforehand. */
function bodyEnd({ status, fields }: HttpResponseHead, isHead: boolean): [BodyEnd, length?: number] {
  if (isHead || status < 200 || status === 204 || status === 304) return ['no body', 0]
  const codings = listOf(fields, 'transfer-encoding')
  if (codings.length === 0) {
    const length = contentLength(fields)
    return length === undefined ? ['end of the stream'] : ['length', length]
  }
  // Another coding would have to be undone first; a server must not use one that we did not offer.
  if (codings.join() !== 'chunked') throw new HttpResponseError('coding')
  return ['last chunk']
}

/** Several equal ones count as one; anything else cannot be trusted (RFC 9112 section 6.3, item 5). */
function contentLength(fields: readonly HttpField[]): number | undefined {
  const isStated = fields.some(([name]) => name.toLowerCase() === 'content-length')
  if (!isStated) return undefined
  const [length, ...others] = new Set(listOf(fields, 'content-length'))
  const bytes = length !== undefined && /^\d+$/.test(length) ? Number(length) : Number.NaN
  if (others.length > 0 || !Number.isSafeInteger(bytes)) throw new HttpResponseError('length')
  return bytes
}

// RFC 9112 section 7.1. Thirteen digits stay below 2^53; extensions mean nothing to us.
function chunkSize(line: Uint8Array): number | undefined {
  const [, digits] = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/is.exec(String.fromCharCode(...line)) ?? []
  return digits === undefined ? undefined : Number.parseInt(digits, 16)
}

// In a head a lone LF is good enough (RFC 9112 section 2.2), between chunks it is not (section 7.1).
function endsWithCrLf(line: Uint8Array): boolean {
  return line.length - withoutEnding(line).length === 2
}
