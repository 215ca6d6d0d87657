/**
 * A true bind for streams: an address that is taken although nobody listens there yet. Node has it from 26.4 on
 * (`net.BoundSocket`); before, an address is only noted here and `listen` takes it.
 */
import net, { type BoundSocket } from 'node:net'
import { formatHostPort } from '../address.ts'
import { SocketError, translateError } from '../errors.ts'
import type { SocketAddress } from './socket-address.ts'

/** What to hold: a numeric host and a port, or a path. */
export type HoldOptions =
  | { readonly host: string; readonly port: number; readonly ipv6Only: boolean; readonly reusePort: boolean }
  | { readonly path: string }

/** Node's class, as it can be called: a path is possible too, which its types do not say yet. */
type MakeBound = new (options: HoldOptions) => BoundSocket

const SYSTEM = (net.BoundSocket as MakeBound | undefined) ?? null

/** The addresses that this process holds without listening. */
const held = new Set<HeldAddress>()

/** An address that is held until it is used or let go. */
export class HeldAddress {
  readonly options: HoldOptions
  /** Its own port, not the 0 that was asked for. */
  readonly address: SocketAddress
  readonly #bound: BoundSocket | undefined

  /** Throws `address-in-use`, `address-unavailable`, `permission`. `make`, for tests: null is a Node without it. */
  constructor(options: HoldOptions, make: MakeBound | null = SYSTEM) {
    this.options = options
    this.address = 'path' in options ? options.path : [options.host, options.port]
    if (make === null) return
    const where = 'path' in options ? options.path : formatHostPort(options.host, options.port)
    // Linux lets two sockets with SO_REUSEADDR, which Node always sets, bind one port as long as none listens.
    if ([...held].some((other) => other.#excludes(options))) {
      throw new SocketError('address-in-use', { op: 'bind', where })
    }
    try {
      this.#bound = new make(options)
    } catch (error) {
      throw translateError(error, { op: 'bind', where })
    }
    if ('host' in options) this.address = [options.host, this.#bound.address().port]
    held.add(this)
  }

  /** Hands over what is held, once, to whoever listens or connects with it. Undefined: it was only noted. */
  take(): BoundSocket | undefined {
    held.delete(this)
    return this.#bound
  }

  /** For a connect on a Node that cannot hold: the host to connect from. Undefined when it was held, or is any host. */
  get localHost(): string | undefined {
    if (this.#bound !== undefined || 'path' in this.options || isAny(this.options.host)) return undefined
    return this.options.host
  }

  /** Lets the address go, if nobody has taken it. */
  release(): void {
    held.delete(this)
    this.#bound?.[Symbol.dispose]()
  }

  #excludes(options: HoldOptions): boolean {
    if ('path' in options || 'path' in this.options) return false // the file is there already: the system sees to it
    if (options.reusePort && this.options.reusePort) return false
    const [host, port] = this.address
    return port === options.port && (host === options.host || isAny(this.options.host) || isAny(options.host))
  }
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
