/**
 * Who may connect. A class of thirty sits behind one private address, so those may have many connections at once
 * and as many new ones as they like; a public address may not, and all together may not use up the server.
 */
import type { Clock } from '../core/clock.ts'

export const CONNECTION_LIMITS = {
  /** At once from one loopback, private or link-local address. */
  privateAtOnce: 256,
  /** At once from one public address; an IPv6 network of 64 bits counts as one. */
  publicAtOnce: 16,
  /** New ones from one public address in `publicWindow` milliseconds. */
  publicNew: 32,
  publicWindow: 600_000,
  /** Public addresses whose new connections are counted. With more the one that came first is forgotten. */
  addresses: 10_000,
} as const

/** Connections refused, by the reason: no room for more, too many at once from one address, too many new ones. */
export type Refusals = Readonly<Record<'full' | 'many-at-once' | 'many-new', number>>

/** Where somebody connects from. */
export interface Caller {
  readonly host: string
  /** Whether that address is loopback, private or link-local. */
  readonly isPrivate: boolean
}

export class ConnectionLimits {
  readonly #refused = { full: 0, 'many-at-once': 0, 'many-new': 0 }
  readonly #clock: Clock
  readonly #total: number
  #open = 0
  readonly #openFrom = new Map<string, number>()
  /** When the latest connections of each public address came, oldest first. */
  readonly #recent = new Map<string, number[]>()

  /** `total`: connections in all. */
  constructor(clock: Clock, total: number) {
    this.#clock = clock
    this.#total = total
  }

  get refused(): Refusals {
    return this.#refused
  }

  /** True while nobody more is let in, wherever from. */
  get isFull(): boolean {
    return this.#open >= this.#total
  }

  /** Counts a connection in: undefined, and `leave` must be called when it ends; or a sentence why not. */
  enter({ host, isPrivate }: Caller): string | undefined {
    if (this.isFull) {
      this.#refused.full += 1
      return 'this server is full; try again later'
    }
    const key = addressKey(host)
    const open = this.#openFrom.get(key) ?? 0
    const most = isPrivate ? CONNECTION_LIMITS.privateAtOnce : CONNECTION_LIMITS.publicAtOnce
    if (open >= most) {
      this.#refused['many-at-once'] += 1
      return `${open} connections from your address are open already; close one first`
    }
    if (!isPrivate && !this.#countNew(key)) {
      this.#refused['many-new'] += 1
      return 'too many new connections from your address; try again in ten minutes'
    }
    this.#open += 1
    this.#openFrom.set(key, open + 1)
    return undefined
  }

  leave({ host }: Caller): void {
    const key = addressKey(host)
    const open = (this.#openFrom.get(key) ?? 0) - 1
    this.#open -= 1
    if (open > 0) this.#openFrom.set(key, open)
    else this.#openFrom.delete(key)
  }

  #countNew(key: string): boolean {
    const now = this.#clock.ticks()
    const times = (this.#recent.get(key) ?? []).filter((time) => now - time < CONNECTION_LIMITS.publicWindow)
    const allowed = times.length < CONNECTION_LIMITS.publicNew
    if (allowed) times.push(now)
    this.#recent.delete(key) // and in again at the end: the first in the map is the one that came longest ago
    this.#recent.set(key, times)
    if (this.#recent.size > CONNECTION_LIMITS.addresses) {
      const [oldest] = this.#recent.keys()
      if (oldest !== undefined) this.#recent.delete(oldest)
    }
    return allowed
  }
}

// One customer usually has a whole IPv6 /64 (RFC 6177), the address in it is theirs to choose.
function addressKey(host: string): string {
  if (!host.includes(':')) return host
  const [head = '', tail] = (host.split('%', 1)[0] ?? host).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
