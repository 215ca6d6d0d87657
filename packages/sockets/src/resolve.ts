/**
 * From names to addresses: `resolve` is getaddrinfo as a promise. Hosts go to the system's resolver (so hosts
 * files, search domains and the order of RFC 6724 work as everywhere else), services to a small table of our own
 * and then to the system's services file. What is numeric already never asks anybody.
 */
import { lookup as systemLookup } from 'node:dns/promises'
import { familyOf, type InetAddress, inetAddress } from './address.ts'
import type { Op } from './byte-stream.ts'
import { SocketError, translateError } from './errors.ts'
import { type Protocol, portOf } from './services-file.ts'
import { publish } from './telemetry.ts'
import { within } from './within.ts'

/** Asks for the addresses of a name; 0 means both families. The default is the system's resolver. */
export type Lookup = (
  host: string,
  family: 0 | 4 | 6,
) => Promise<readonly { readonly address: string; readonly family: number }[]>

/** How `resolve` asks. */
export interface ResolveOptions extends Op {
  /** A port, 0 to 65535, or the name of a service (`http`, or digits). Default 0: no port. */
  readonly port?: number | string | undefined
  /** Only addresses of this family. Default: both. */
  readonly family?: 4 | 6 | undefined
  /** Which protocol's services a name is looked for in. Default `tcp`. */
  readonly type?: Protocol | undefined
  /** Replaces the system's resolver. */
  readonly lookup?: Lookup | undefined
}

// RFC 1035 section 2.3.4 allows 255 octets on the wire, which is 253 characters.
const LONGEST_NAME = 253

/**
 * The addresses of a host, best first (RFC 6724), each once and never none of them. A numeric host is returned
 * as it is, its IPv6 zone too, without asking the resolver.
 *
 * Rejects with `not-found` for a host without addresses (of that family) and for an unknown service, with
 * `timeout` and `aborted`; with a RangeError for a port that is none. The system's look-up cannot be cancelled:
 * after a timeout it still occupies one of Node's four worker threads until it ends.
 */
export async function resolve(host: string, options: ResolveOptions = {}): Promise<InetAddress[]> {
  if (typeof host !== 'string') throw new TypeError('host must be a string')
  const details = { op: 'resolve', where: host } as const
  return await within(options, details, async () => {
    const { port: service = 0, type = 'tcp' } = options
    const port = await portOf(service, type)
    if (port === undefined) {
      throw new SocketError('not-found', { ...details, words: `no ${type} service is called "${service}"` })
    }
    const began = performance.now()
    const addresses = (await addressesOf(host, options)).map((address) => inetAddress(address, port))
    if (familyOf(host) === undefined) publish('resolve', { host, addresses, ms: performance.now() - began })
    return addresses
  })
}

async function addressesOf(host: string, options: ResolveOptions): Promise<string[]> {
  const { family } = options
  const numeric = familyOf(host)
  if (numeric !== undefined && (family === undefined || family === numeric)) return [host]
  const details = { op: 'resolve', where: host } as const
  if (numeric !== undefined) {
    throw new SocketError('not-found', { ...details, words: `that is not an IPv${family} address` })
  }
  if (host === '') throw new SocketError('not-found', { op: 'resolve', words: 'no host was given' })
  if (host.length > LONGEST_NAME || host.includes('\0')) throw new SocketError('not-found', details)
  const found = await lookUp(host, options)
  const wanted = found.filter((entry) => family === undefined || familyOf(entry.address) === family)
  const addresses = [...new Set(wanted.map((entry) => entry.address))]
  if (addresses.length === 0) throw new SocketError('not-found', details)
  return addresses
}

async function lookUp(host: string, options: ResolveOptions): ReturnType<Lookup> {
  const lookup = options.lookup ?? lookUpInSystem
  try {
    return await lookup(host, options.family ?? 0)
  } catch (error) {
    throw translateError(error, { op: 'resolve', where: host })
  }
}

const lookUpInSystem: Lookup = (host, family) => systemLookup(host, { all: true, order: 'verbatim', family })
