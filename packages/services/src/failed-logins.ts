/**
 * Who has guessed too often. Each connection has three tries, but nobody is kept from making another connection: so
 * wrong logins count against the address that they come from. On this machine nobody is counted.
 */
import { isLoopbackHost } from '@partyline/sockets'
import type { Verify } from './login.ts'

export const GUESS_LIMITS = {
  /** Wrong logins from one address in `window` milliseconds; one more try is answered with `busy`. */
  wrong: 30,
  window: 600_000,
  /** Addresses that are remembered. With more, the one that guessed longest ago is forgotten. */
  addresses: 4096,
} as const

export class FailedLogins {
  readonly #now: () => number
  /** When the latest wrong logins of each address came, oldest first; and the addresses in that order too. */
  readonly #wrong = new Map<string, readonly number[]>()

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** The same check for callers from one address, with their wrong logins counted. */
  counted(host: string, verify: Verify): Verify {
    if (isLoopbackHost(host)) return verify
    return async (name, password) => {
      if (this.#recent(host).length >= GUESS_LIMITS.wrong) return 'busy'
      const verdict = await verify(name, password)
      if (verdict === false) this.#count(host)
      return verdict
    }
  }

  #recent(host: string): readonly number[] {
    const since = this.#now() - GUESS_LIMITS.window
    return (this.#wrong.get(host) ?? []).filter((time) => time > since)
  }

  #count(host: string): void {
    const times = [...this.#recent(host), this.#now()].slice(-GUESS_LIMITS.wrong)
    this.#wrong.delete(host) // and in again at the end
    this.#wrong.set(host, times)
    if (this.#wrong.size > GUESS_LIMITS.addresses) {
      const [oldest] = this.#wrong.keys()
      if (oldest !== undefined) this.#wrong.delete(oldest)
    }
  }
}
