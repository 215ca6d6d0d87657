/** What the server asks of a door, whatever comes through it. */
import type { InetAddress } from '@partyline/sockets'
import type { DoorStats } from './door-stats.ts'

export interface Door {
  /** What it listens on. */
  readonly addresses: readonly InetAddress[]
  /** What it holds and has done, as of now. */
  stats(): DoorStats
  /** Lets nobody in any more; who is inside stays. Idempotent. */
  stop(): void
  /**
   * Says goodbye to everybody inside, sends what is still to be sent, and closes. Resolves when all connections
   * are closed; those that take nothing are cut off after 9 s, counted from `stop`. Never rejects.
   */
  close(): Promise<void>
}
