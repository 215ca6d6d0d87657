/**
 * Whom a UDP service may answer. The sender of a datagram is what the datagram says, and a lie costs nothing: an
 * echo server that answers everybody can be made to flood a third machine, or to talk for ever with another one.
 */
import { BlockList } from 'node:net'
import type { InetAddress } from '@partyline/sockets'
import { SERVICES } from './table.ts'
import { TokenBucket } from './token-bucket.ts'

export const ECHO_LIMITS = {
  /** Answers to one address in a second, whatever its ports. A loop between two servers ends here at the latest. */
  perAddress: 100,
  /** Answers in a second to all. */
  inAll: 1000,
  /** Addresses whose answers are counted. With more, the one that was heard longest ago is forgotten. */
  addresses: 4096,
} as const

// The services of a system live below 1024 (RFC 6335 section 6) and NFS at 2049: no client sends from there, and
// some answer whatever they get. Two servers of ours would answer each other.
const SYSTEM_PORTS = 1024
const SERVERS: ReadonlySet<number> = new Set([
  2049,
  ...SERVICES.filter(({ transport }) => transport === 'udp').map(({ port }) => port),
])

const NOBODY = new BlockList()
NOBODY.addSubnet('0.0.0.0', 8, 'ipv4') // "this network", RFC 1122
NOBODY.addSubnet('224.0.0.0', 3, 'ipv4') // multicast, reserved and broadcast, RFC 1112
NOBODY.addAddress('::', 'ipv6')
NOBODY.addSubnet('ff00::', 8, 'ipv6') // multicast, RFC 4291

export class ReflectionGuard {
  readonly #ownPort: number
  readonly #now: () => number
  readonly #all: TokenBucket
  /** By address; the one that was heard longest ago first. */
  readonly #buckets = new Map<string, TokenBucket>()

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(ownPort: number, now: () => number) {
    this.#ownPort = ownPort
    this.#now = now
    this.#all = new TokenBucket(ECHO_LIMITS.inAll, now())
  }

  /** Whether a datagram that says it comes from there may be answered now. Counts the answer. */
  mayAnswer({ host, port, family }: InetAddress): boolean {
    if (port < SYSTEM_PORTS || port === this.#ownPort || SERVERS.has(port)) return false
    if (NOBODY.check(host.split('%', 1)[0] ?? host, family === 4 ? 'ipv4' : 'ipv6')) return false
    const now = this.#now()
    return this.#bucketOf(host, now).take(now) && this.#all.take(now)
  }

  #bucketOf(host: string, now: number): TokenBucket {
    const bucket = this.#buckets.get(host) ?? new TokenBucket(ECHO_LIMITS.perAddress, now)
    this.#buckets.delete(host) // and in again at the end
    this.#buckets.set(host, bucket)
    if (this.#buckets.size > ECHO_LIMITS.addresses) {
      const [oldest] = this.#buckets.keys()
      if (oldest !== undefined) this.#buckets.delete(oldest)
    }
    return bucket
  }
}
