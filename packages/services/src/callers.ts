/**
 * How many connections one caller may have, so that a stranger cannot take them all. A class of thirty may sit
 * behind one private address, and on this machine everybody is the same caller.
 */
import { isLoopbackHost, isPrivateHost } from '@partyline/sockets'

export const CALLER_LIMITS = {
  /** At once from one private or link-local address. From this machine: only the limit for all. */
  privateAtOnce: 256,
  /** At once from one public address. */
  publicAtOnce: 16,
} as const

/** The connections that are open now, by address. */
export class Callers {
  readonly #open = new Map<string, number>()

  /** Counts a connection in, and `leave` must be called when it ends; or false when there are too many. */
  enter(host: string): boolean {
    const open = this.#open.get(host) ?? 0
    if (open >= mostFrom(host)) return false
    this.#open.set(host, open + 1)
    return true
  }

  leave(host: string): void {
    const left = (this.#open.get(host) ?? 1) - 1
    if (left === 0) this.#open.delete(host)
    else this.#open.set(host, left)
  }
}

function mostFrom(host: string): number {
  if (isLoopbackHost(host)) return Number.POSITIVE_INFINITY
  return isPrivateHost(host) ? CALLER_LIMITS.privateAtOnce : CALLER_LIMITS.publicAtOnce
}
