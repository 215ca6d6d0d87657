/**
 * TLS over a connected socket, for both roles: TLS 1.2 and 1.3 with authenticated encryption and forward secrecy
 * only (RFC 9325), no renegotiation, and a limit on how long a handshake may take.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { constants } from 'node:crypto'
import { isIP, type Socket as NodeSocket } from 'node:net'
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  type PeerCertificate,
  type SecureContextOptions,
  type TLSSocket,
  Server as TlsServer,
} from 'node:tls'
import type { Op } from './byte-stream.ts'
import { SocketError, type SocketErrorDetails, translateError } from './errors.ts'
import { checkTimeout, MAX_TIMEOUT, watchOp } from './op.ts'

/** Options of a TLS connection; certificates and keys (`ca`, `cert`, `key`, `pfx` …) as in node:tls. */
export interface TlsOptions extends SecureContextOptions {
  /** Client: the name the certificate must have and that is sent as SNI. Default: the host connected to. */
  readonly servername?: string | undefined
  /** Application protocols, best first (ALPN, RFC 7301). A server answers with its first that the client knows. */
  readonly alpn?: readonly string[] | undefined
  /** Client: refuse certificates that cannot be verified. Server with `requestCert`: the same. Default true. */
  readonly rejectUnauthorized?: boolean | undefined
  /** Server: ask the client for a certificate. Default false. */
  readonly requestCert?: boolean | undefined
  /** Server: other certificates by the name the client asks for (SNI, RFC 6066 section 3); lower case. */
  readonly sni?: Readonly<Record<string, SecureContextOptions>> | undefined
  /** Milliseconds until an unfinished handshake is given up. Default 10,000. */
  readonly handshakeTimeout?: number | undefined
}

/** What the handshake agreed on. */
export interface TlsInfo {
  /** `TLSv1.3` or `TLSv1.2`. */
  readonly protocol: string
  /** The suite's standard name. */
  readonly cipher: string
  /** The application protocol agreed on (ALPN). */
  readonly alpn: string | undefined
  /** The name asked for by the client (SNI). */
  readonly servername: string | undefined
  /** The other side's certificate, if it sent one. */
  readonly peer: PeerCertificate | undefined
}

const HANDSHAKE_TIMEOUT = 10_000

const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

const HARDENED: SecureContextOptions = {
  ciphers: CIPHERS,
  minVersion: 'TLSv1.2',
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
}

/** A secured connection: the TLS socket and what was agreed on. */
export interface Secured {
  readonly node: TLSSocket
  readonly tls: TlsInfo
}

/** A server's certificates, read once. */
export interface ServerIdentity {
  readonly options: TlsOptions
  /** Never listens: it is handed connections. A TLSSocket by itself neither checks clients nor tells all its errors. */
  readonly server: TlsServer
}

/** A handshake under way. */
interface Handshake {
  readonly done: (node: TLSSocket) => void
  readonly failed: (error: unknown) => void
}

// A TlsServer's events do not say which connection they are about; the asynchronous context they come in does.
const handshakes = new AsyncLocalStorage<Handshake>()

/** Throws for options that cannot be meant. */
export function checkTlsOptions(options: TlsOptions): void {
  checkTimeout('handshakeTimeout', options.handshakeTimeout)
}

/** Reads certificates and keys. Throws a `tls` SocketError for those that cannot be used. */
export function serverIdentity(options: TlsOptions): ServerIdentity {
  checkTlsOptions(options)
  const { alpn, sni = {}, servername: _, requestCert = false, rejectUnauthorized = true, ...rest } = options
  try {
    const named = new Map(
      Object.entries(sni).map(([name, own]) => [
        name.toLowerCase(),
        createSecureContext({ ...HARDENED, ...own }),
      ]),
    )
    const server = new TlsServer({
      ...HARDENED,
      ...rest,
      requestCert,
      rejectUnauthorized,
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
      SNICallback: (name, done) => done(null, named.get(name.toLowerCase())),
      handshakeTimeout: MAX_TIMEOUT, // the time is ours to watch
    })
    server.on('secureConnection', (node) => handshakes.getStore()?.done(node))
    server.on('tlsClientError', (error) => handshakes.getStore()?.failed(error))
    return { options, server }
  } catch (error) {
    throw unusable(error, { op: 'listen' })
  }
}

/** The client's half of a handshake over a connected socket. On failure the socket is destroyed. */
export function secureClient(
  raw: NodeSocket,
  host: string,
  options: TlsOptions,
  op: Op,
  details: SocketErrorDetails,
): Promise<Secured> {
  const {
    alpn,
    servername = isIP(host) === 0 ? host : undefined,
    handshakeTimeout: _,
    sni: __,
    ...rest
  } = options
  const request: ConnectionOptions & { allowHalfOpen: boolean } = {
    ...HARDENED,
    ...rest,
    socket: raw,
    host,
    ...(servername === undefined ? {} : { servername }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    rejectUnauthorized: options.rejectUnauthorized ?? true,
    allowHalfOpen: true,
  }
  return handshake(raw, options, op, details, (events) => {
    const node = connect(request)
    node.once('error', events.failed)
    node.once('secureConnect', () => {
      node.off('error', events.failed)
      events.done(node)
    })
  })
}

/** The server's half of a handshake over an accepted socket. On failure the socket is destroyed. */
export function secureServer(
  raw: NodeSocket,
  identity: ServerIdentity,
  details: SocketErrorDetails,
): Promise<Secured> {
  raw.allowHalfOpen = false // a client that ends before the handshake is done has gone
  return handshake(raw, identity.options, {}, details, (events) => {
    handshakes.run(events, () => identity.server.emit('connection', raw))
  })
}

function handshake(
  raw: NodeSocket,
  options: TlsOptions,
  op: Op,
  details: SocketErrorDetails,
  begin: (events: Handshake) => void,
): Promise<Secured> {
  const timeout = Math.min(op.timeout ?? Infinity, options.handshakeTimeout ?? HANDSHAKE_TIMEOUT)
  return new Promise((resolve, reject) => {
    const stop = watchOp({ timeout, signal: op.signal }, () => details, late)
    const onClose = (): void =>
      fail(new SocketError('tls', { ...details, words: 'the connection ended during the TLS handshake' }))
    raw.once('close', onClose)
    raw.on('error', () => {}) // its errors are those of the TLS socket over it
    function fail(error: SocketError): void {
      stop()
      raw.off('close', onClose)
      raw.destroy()
      reject(error)
    }
    // A connection there was: that is worth knowing, for whoever thinks of a firewall.
    function late(error: SocketError): void {
      const words = 'the TLS handshake was not finished in time'
      fail(error.code === 'timeout' ? new SocketError('timeout', { ...details, words }) : error)
    }
    try {
      begin({
        done: (node) => {
          stop()
          raw.off('close', onClose)
          const tls = infoOf(node)
          node.allowHalfOpen = true
          node.on('error', destroyWith)
          // OpenSSL is still at work below this call: whoever destroyed the socket now would crash the process.
          setImmediate(() => resolve({ node, tls }))
        },
        failed: (error) => fail(tlsError(error, details)),
      })
    } catch (error) {
      fail(unusable(error, details))
    }
  })
}

// Some errors after the handshake are only told, and leave the connection hanging.
function destroyWith(this: TLSSocket, error: Error): void {
  this.destroy(error)
}

function unusable(error: unknown, details: SocketErrorDetails): SocketError {
  const words = `the certificate or key cannot be used (${error instanceof Error ? error.message : String(error)})`
  return new SocketError('tls', { ...details, cause: error, words })
}

function tlsError(error: unknown, details: SocketErrorDetails): SocketError {
  const translated = translateError(error, details)
  if (translated.code !== 'system' && translated.code !== 'tls') return translated
  const message = error instanceof Error ? error.message : String(error)
  return new SocketError('tls', {
    ...details,
    cause: error,
    words: `the TLS handshake failed (${message.trim()})`,
  })
}

function infoOf(node: TLSSocket): TlsInfo {
  const peer = node.getPeerCertificate()
  const { servername } = node as { servername?: string | false | null }
  return {
    protocol: node.getProtocol() ?? 'unknown',
    cipher: node.getCipher().standardName,
    alpn: typeof node.alpnProtocol === 'string' ? node.alpnProtocol : undefined,
    servername: typeof servername === 'string' ? servername : undefined,
    peer: Object.keys(peer).length === 0 ? undefined : peer,
  }
}
