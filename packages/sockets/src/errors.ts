/**
 * Every way a socket fails, in words. All rejections that the network causes are a `SocketError` with one of
 * the codes below; a wrong argument is a `TypeError` or `RangeError` instead. Node's own errors are translated
 * here and nowhere else, and stay readable as `cause`.
 */
import { type Address, formatAddress } from './address.ts'

/** What each code means, as the end of a sentence that begins with the address. */
export const SOCKET_ERRORS = {
  timeout: 'no answer in time',
  aborted: 'the call was cancelled',
  closed: 'the socket is closed',
  busy: 'another receive is already waiting on this socket',
  reset: 'the other side reset the connection',
  'broken-pipe': 'the other side no longer receives',
  refused: 'nothing is listening there',
  unreachable: 'there is no way to that address',
  'not-found': 'no address found for that name',
  'address-in-use': 'another program already listens there',
  'address-unavailable': 'that address is not one of this machine',
  permission: 'not permitted',
  'too-many-files': 'too many open files and sockets',
  incomplete: 'the other side ended before all the bytes came',
  limit: 'more bytes came than the limit allows',
  'send-queue-full': 'the other side takes bytes too slowly, the send queue is full',
  tls: 'the TLS handshake failed',
  system: 'the operating system reported an error',
} as const

/** The closed set of codes. Code can switch over it without a default branch. */
export type SocketErrorCode = keyof typeof SOCKET_ERRORS

/** The call that failed: `connect`, `recv`, `send` and so on. */
export type SocketOp =
  | 'connect'
  | 'resolve'
  | 'listen'
  | 'bind'
  | 'accept'
  | 'recv'
  | 'send'
  | 'flush'
  | 'shutdown'
  | 'close'
  | 'option'

/** What is known about a failure besides its code. */
export interface SocketErrorDetails {
  /** The call that failed. */
  readonly op: SocketOp
  /** Where it happened, for the sentence; the remote address when there is one. */
  readonly where?: string | undefined
  /** Replaces the table's words, when more is known than the code says. */
  readonly words?: string | undefined
  /** The error of the system or of the caller behind it. */
  readonly cause?: unknown
  /** Our end. */
  readonly local?: Address | undefined
  /** The other end. */
  readonly remote?: Address | undefined
  /** For `connect`: the error of each attempt. */
  readonly attempts?: readonly SocketError[] | undefined
  /** For `incomplete` and `limit`: the bytes that did come. */
  readonly partial?: Buffer | undefined
  /** For `incomplete`: how many bytes were asked for. */
  readonly expected?: number | undefined
}

/**
 * What the network did. `code` is for programs, `message` for people ("localhost:5000: nothing is listening
 * there"), `cause` is the system's own error where there is one.
 */
export class SocketError extends Error {
  override readonly name = 'SocketError'
  /** What happened, for programs. */
  readonly code: SocketErrorCode
  /** The call that failed. */
  readonly op: SocketOp
  /** The system's name for it, like `ECONNREFUSED`, where there is one. */
  declare readonly errno: string | undefined
  /** Our end, where it is known. */
  declare readonly local: Address | undefined
  /** The other end, where it is known. */
  declare readonly remote: Address | undefined
  /** For `connect`: one error per address that was tried, in the order of the attempts. */
  declare readonly attempts: readonly SocketError[] | undefined
  /** For `incomplete` and `limit`: the bytes that did come. They are consumed. */
  declare readonly partial: Buffer | undefined
  /** For `incomplete`: how many bytes were asked for, where a number was asked for. */
  declare readonly expected: number | undefined

  constructor(code: SocketErrorCode, details: SocketErrorDetails) {
    const { op, cause, local, remote, attempts, partial, expected } = details
    const where = details.where ?? (remote === undefined ? undefined : formatAddress(remote))
    const words = details.words ?? SOCKET_ERRORS[code]
    super(where === undefined ? words : `${where}: ${words}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.op = op
    // Only what is known becomes a property: a printed error should not be a list of what is not.
    const known = Object.entries({ errno: systemCode(cause), local, remote, attempts, partial, expected })
    Object.assign(this, Object.fromEntries(known.filter(([, value]) => value !== undefined)))
  }

  /**
   * True for a SocketError, and with codes given only for one of those. Works across copies of this package,
   * where `instanceof` does not.
   */
  static is(error: unknown, ...codes: readonly SocketErrorCode[]): error is SocketError {
    if (!(error instanceof Error) || error.name !== 'SocketError' || !('code' in error)) return false
    const { code } = error
    if (typeof code !== 'string' || !Object.hasOwn(SOCKET_ERRORS, code)) return false
    return codes.length === 0 || codes.some((wanted) => wanted === code)
  }
}

/** What can say of itself what its errors should: its addresses. One object for many queues, not a closure for each. */
export interface Described {
  errorDetails(op: SocketOp): SocketErrorDetails
}

const SYSTEM_CODES: ReadonlyMap<string, SocketErrorCode> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ENOENT', 'refused'], // a Unix socket's path that nobody made: nobody listens there
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'broken-pipe'],
  ['ETIMEDOUT', 'timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['ENOTFOUND', 'not-found'],
  ['EAI_AGAIN', 'not-found'],
  ['EAI_NODATA', 'not-found'],
  ['EAI_NONAME', 'not-found'],
  ['EADDRINUSE', 'address-in-use'],
  ['EADDRNOTAVAIL', 'address-unavailable'],
  ['EAFNOSUPPORT', 'address-unavailable'],
  ['EACCES', 'permission'],
  ['EPERM', 'permission'],
  ['EMFILE', 'too-many-files'],
  ['ENFILE', 'too-many-files'],
  ['EMSGSIZE', 'limit'],
])

/** Turns an error of Node or the system into a SocketError; one that is a SocketError already stays as it is. */
export function translateError(error: unknown, details: SocketErrorDetails): SocketError {
  if (SocketError.is(error)) return error
  const errno = systemCode(error)
  const known = errno === undefined ? undefined : SYSTEM_CODES.get(errno)
  if (known !== undefined) return new SocketError(known, { ...details, cause: error })
  const message = error instanceof Error ? error.message : String(error)
  const code = errno !== undefined && isTlsErrno(errno) ? 'tls' : 'system'
  return new SocketError(code, {
    ...details,
    cause: error,
    words: details.words ?? `${SOCKET_ERRORS[code]} (${message})`,
  })
}

function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

// OpenSSL's own codes, Node's ERR_TLS_* and ERR_SSL_*, and the names of certificate checks.
function isTlsErrno(errno: string): boolean {
  return (
    errno.startsWith('ERR_SSL_') ||
    errno.startsWith('ERR_TLS_') ||
    errno.startsWith('CERT_') ||
    errno.startsWith('UNABLE_TO_') ||
    errno === 'DEPTH_ZERO_SELF_SIGNED_CERT' ||
    errno === 'SELF_SIGNED_CERT_IN_CHAIN' ||
    errno === 'EPROTO'
  )
}
