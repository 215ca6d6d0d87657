/**
 * Connecting by name, quickly and patiently: the addresses are tried as a staggered race (RFC 8305). A new attempt
 * starts each 250 ms or as soon as one fails, and those before it go on: a slow route that works still wins over
 * a fast one that does not. The first to connect is taken.
 */
import { type BoundSocket, Socket as NodeSocket } from 'node:net'
import { type Address, familyOf, formatHostPort, type InetAddress } from './address.ts'
import type { Op } from './byte-stream.ts'
import { SocketError, type SocketErrorCode, type SocketErrorDetails, translateError } from './errors.ts'
import { checkInteger, checkOp, checkTimeout, watchOp } from './op.ts'
import { type Lookup, resolve } from './resolve.ts'
import type { SocketOptions } from './socket-options.ts'
import { publish } from './telemetry.ts'
import { checkTlsOptions, secureClient, type TlsInfo, type TlsOptions } from './tls.ts'

/** Where to and how. Either `port` (and `host`) or `path`. */
export interface ConnectOptions extends Op, SocketOptions {
  /** A name or a numeric address. Default `localhost`. */
  readonly host?: string | undefined
  /** 1 to 65535. */
  readonly port?: number | undefined
  /** The path of a Unix-domain socket, instead of host and port. */
  readonly path?: string | undefined
  /** Only addresses of this family. Default: both. */
  readonly family?: 4 | 6 | undefined
  /** Our own address, where it matters. */
  readonly localAddress?: string | undefined
  /** A socket that is bound already (Node 26) to connect with; only the first address is tried then. */
  readonly bound?: BoundSocket | undefined
  /** Milliseconds after which the next address is tried too. Default 250 (RFC 8305 section 5). */
  readonly attemptDelay?: number | undefined
  /** Replaces the system's resolver. */
  readonly lookup?: Lookup | undefined
  /** Speak TLS; `true` verifies the certificate against the host and the system's authorities. */
  readonly tls?: true | TlsOptions | undefined
}

/** A connection of node:net, and the TLS over it if there is any. */
export interface Connection {
  readonly node: NodeSocket
  /** Under TLS, the connection itself. */
  readonly raw: NodeSocket
  readonly tls: TlsInfo | undefined
  readonly remote: Address
}

const ATTEMPT_DELAY = 250
/** More addresses than this are not tried: a name with hundreds of them must not make hundreds of attempts. */
const MOST_ATTEMPTS = 16

/** Opens a connection. The op's timeout and signal end with it: they mean nothing to the socket afterwards. */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const deadline = options.timeout === undefined ? undefined : performance.now() + options.timeout
  const details: SocketErrorDetails = { op: 'connect', where: nameOf(options) }
  checkOp(options, () => details)
  checkTimeout('attemptDelay', options.attemptDelay)
  if (options.path !== undefined && (options.port !== undefined || options.host !== undefined)) {
    throw new TypeError('connect takes either a path or a host and port')
  }
  const tls = options.tls === true ? {} : options.tls
  if (tls !== undefined) checkTlsOptions(tls)
  const left = (): Op => ({
    signal: options.signal,
    timeout: deadline === undefined ? undefined : Math.max(0, deadline - performance.now()),
  })
  const [raw, remote] =
    options.path === undefined
      ? await overNetwork(options, left, details)
      : await toPath(options.path, left(), details)
  if (tls === undefined) return { node: raw, raw, tls: undefined, remote }
  const secured = await secureClient(raw, options.host ?? 'localhost', tls, left(), { ...details, remote })
  return { ...secured, raw, remote }
}

async function overNetwork(
  options: ConnectOptions,
  left: () => Op,
  details: SocketErrorDetails,
): Promise<[NodeSocket, Address]> {
  const { host = 'localhost', port, family, lookup, localAddress } = options
  checkInteger('port', port, 1, 65_535)
  if (localAddress !== undefined && familyOf(localAddress) === undefined)
    throw new TypeError(`localAddress must be a numeric address, not ${localAddress}`)
  const addresses = interleave(await resolve(host, { ...left(), port, family, lookup }))
  return new Race(addresses.slice(0, options.bound === undefined ? MOST_ATTEMPTS : 1), options, details).run(
    left(),
  )
}

async function toPath(path: string, op: Op, details: SocketErrorDetails): Promise<[NodeSocket, Address]> {
  if (path === '' || path.includes('\0')) throw new TypeError('path must be the path of a socket')
  const address = { path }
  const race = new Race([address], {}, details)
  return race.run(op)
}

/** Families in turns, beginning with that of the best address (RFC 8305 section 4). */
export function interleave(addresses: readonly InetAddress[]): InetAddress[] {
  const firstFamily = addresses[0]?.family
  const ones = addresses.filter((address) => address.family === firstFamily)
  const others = addresses.filter((address) => address.family !== firstFamily)
  return ones.flatMap((one, i) => [one, ...others.slice(i, i + 1)]).concat(others.slice(ones.length))
}

/** One race: attempts under way, and those that failed. */
class Race {
  readonly #addresses: readonly Address[]
  readonly #options: ConnectOptions
  readonly #details: SocketErrorDetails
  readonly #failures: (SocketError | undefined)[] = []
  readonly #running = new Set<NodeSocket>()
  #next = 0
  #timer: NodeJS.Timeout | undefined

  constructor(addresses: readonly Address[], options: ConnectOptions, details: SocketErrorDetails) {
    this.#addresses = addresses
    this.#options = options
    this.#details = details
  }

  run(op: Op): Promise<[NodeSocket, Address]> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        stop()
        clearTimeout(this.#timer)
        for (const loser of this.#running) loser.destroy()
        this.#running.clear() // what they still report is of no interest, and must not start another attempt
      }
      const stop = watchOp(
        op,
        () => ({ ...this.#details, attempts: this.#attempts() }),
        (error) => {
          finish()
          reject(error)
        },
      )
      this.#start(
        (winner, address) => {
          this.#running.delete(winner)
          finish()
          resolve([winner, address])
        },
        () => {
          finish()
          reject(this.#summary())
        },
      )
    })
  }

  #start(won: (node: NodeSocket, address: Address) => void, lost: () => void): void {
    clearTimeout(this.#timer)
    const index = this.#next++
    const address = this.#addresses[index]
    if (address === undefined) return
    publish('attempt', { remote: address })
    const node = this.#dial(address)
    this.#running.add(node)
    const onError = (cause: unknown): void => {
      if (!this.#running.delete(node)) return
      const error = translateError(cause, { op: 'connect', remote: address })
      this.#failures[index] = error
      publish('attemptFailed', { remote: address, error })
      if (this.#next < this.#addresses.length) this.#start(won, lost)
      else if (this.#running.size === 0) lost()
    }
    node.on('error', onError)
    node.once('connect', () => {
      if (!this.#running.has(node)) return
      node.off('error', onError)
      node.on('error', ignore) // until its owner listens; that finds the error in `errored`
      won(node, address)
    })
    if (this.#next < this.#addresses.length) {
      this.#timer = setTimeout(() => this.#start(won, lost), this.#options.attemptDelay ?? ATTEMPT_DELAY)
    }
  }

  #dial(address: Address): NodeSocket {
    const { localAddress, bound } = this.#options
    const node = new NodeSocket({ allowHalfOpen: true, ...(bound === undefined ? {} : { handle: bound }) })
    if ('path' in address) node.connect({ path: address.path })
    else {
      const { host, port, family } = address
      node.connect({ host, port, family, ...(localAddress === undefined ? {} : { localAddress }) })
    }
    return node
  }

  #attempts(): SocketError[] {
    return this.#failures.filter((failure) => failure !== undefined)
  }

  /** What to say when every address failed: what is closest to an answer. */
  #summary(): SocketError {
    const attempts = this.#attempts()
    const best = CLOSEST_FIRST.map((code) => attempts.find((attempt) => attempt.code === code)).find(Boolean)
    const shown = best ?? attempts[0]
    return new SocketError(shown?.code ?? 'unreachable', {
      ...this.#details,
      cause: shown?.cause,
      attempts,
      remote: shown?.remote,
    })
  }
}

// A refusal means that the machine is there, a time-out that it may be; the rest is about the way to it.
const CLOSEST_FIRST: readonly SocketErrorCode[] = ['refused', 'reset', 'permission', 'timeout', 'unreachable']

function ignore(): void {}

function nameOf({ path, host = 'localhost', port }: ConnectOptions): string {
  return path ?? formatHostPort(host, port ?? 0)
}
