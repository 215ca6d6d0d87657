/** An HTTP request as its client makes it: the URL that was typed, taken apart, and the bytes to send. */
import type { HttpField } from './http-head.ts'

/** Where a request goes, out of a URL. */
export interface HttpUrl {
  readonly scheme: 'http' | 'https'
  /** A name or a numeric address, without brackets; names beyond ASCII are in their DNS form. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
  /** Host and port as the Host header has them: without the port that the scheme implies. */
  readonly authority: string
  /** Path and query, percent-encoded; it begins with a slash. */
  readonly target: string
  /** The whole URL as understood, without a fragment. */
  readonly href: string
}

/** A URL or header that cannot be meant. The message is a sentence for the person who typed it. */
export class HttpRequestError extends Error {
  override readonly name = 'HttpRequestError'
}

const PORTS = { http: 80, https: 443 } as const

/**
 * Reads a URL as people type it: `http://` and `https://` URLs, and without a scheme `HOST`, `HOST:PORT`, `[::1]:PORT`
 * with or without a path, which are http; `:8000` is this machine. What a path cannot hold is percent-encoded, what
 * is encoded stays as it is (WHATWG URL Standard); a fragment is not sent. Throws an HttpRequestError.
 */
export function parseHttpUrl(typed: string): HttpUrl {
  if (typed === '') throw new HttpRequestError('the URL is empty.')
  // The URL parser would silently leave these out, wherever they stand.
  if (/\p{Cc}/u.test(typed)) {
    throw new HttpRequestError('the URL has a line break or a control character in it.')
  }
  const [, scheme, rest = typed] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(typed) ?? []
  const lowerCase = (scheme ?? 'http').toLowerCase()
  if (lowerCase !== 'http' && lowerCase !== 'https') {
    throw new HttpRequestError(`${lowerCase}:// is not HTTP: only http:// and https:// are understood.`)
  }
  const [, given = ''] = /^(?:\/\/)?([^/?#\\]*)/.exec(rest) ?? []
  if (given.includes('@')) throw new HttpRequestError(NO_USERINFO)
  if (/^\d+$/.test(given)) {
    throw new HttpRequestError(`${given} is not a host. A port of this machine is written :${given}`)
  }
  if (given === '') throw notUrl(typed)
  const local = scheme === undefined && given.startsWith(':') ? 'localhost' : ''
  return taken(lowerCase, `${lowerCase}://${local}${rest.replace(/^\/\//, '')}`, typed)
}

const NO_USERINFO =
  'a name or password in a URL is not sent. Say it in a header: -H "Authorization: Basic ..."'

function taken(scheme: 'http' | 'https', url: string, typed: string): HttpUrl {
  const parsed = URL.parse(url)
  if (parsed === null || parsed.hostname === '' || parsed.port === '0') throw notUrl(typed)
  const target = parsed.pathname + parsed.search
  return {
    scheme,
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? PORTS[scheme] : Number(parsed.port),
    authority: parsed.host,
    target,
    href: `${parsed.origin}${target}`,
  }
}

function notUrl(typed: string): HttpRequestError {
  return new HttpRequestError(`${typed} is not a URL. Say http://HOST:PORT/PATH, or HOST:PORT/PATH.`)
}

/**
 * Reads a header as people type it, `Name: value`. The name is a token, the value has no control characters but tabs
 * (RFC 9110 section 5.5), so that it cannot become another header or another request. Throws an HttpRequestError.
 */
export function parseHeaderLine(typed: string): HttpField {
  const [, name, value = ''] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/su.exec(typed) ?? []
  if (name === undefined) {
    throw new HttpRequestError(`${typed} is not a header. Say "Name: value".`)
  }
  if (/[^\t\P{Cc}]/u.test(value)) {
    throw new HttpRequestError(`the header ${name} has a line break or a control character in it.`)
  }
  return [name, value.trim()]
}

/**
 * The bytes of a request without a body. Headers of `own` take the place of those of `usual` with the same name; an
 * `own` header without a value removes the usual one, and is not sent.
 */
export function formatHttpRequest(
  method: string,
  target: string,
  usual: readonly HttpField[],
  own: readonly HttpField[] = [],
): string {
  const named = new Set(own.map(([name]) => name.toLowerCase()))
  const fields = [
    ...usual.filter(([name]) => !named.has(name.toLowerCase())),
    ...own.filter(([, value]) => value !== ''),
  ]
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`
}
