/**
 * What the chat asks of the place where things are kept. Every implementation passes the contract test in
 * stores/store-contract.ts. All of it is asynchronous, because a database is.
 */
import type { KeptMessage, Message } from './events.ts'

export interface Store {
  /**
   * Keeps all of the batch or, when it rejects, nothing of it. Gives each message its place in its room: `seq`
   * and `time` never equal, never backwards. The result has one message for each given one, in that order; for
   * one that this person has sent before under the same `clientId` it is the earlier message, with its own id.
   */
  append(batch: readonly Message[]): Promise<readonly KeptMessage[]>
  /** The newest messages of a room, at most `count` of them, oldest first. */
  latest(room: string, count: number): Promise<readonly KeptMessage[]>
  /** How many messages of a room are kept. */
  count(room: string): Promise<number>
  /**
   * Claims every key of a name for `holder`, or none: false when any of them is another's. All chats that share
   * a store share these claims.
   */
  claimName(keys: readonly string[], holder: string): Promise<boolean>
  /** Gives back everything that `holder` has claimed. Nothing claimed is fine. */
  releaseName(holder: string): Promise<void>
  /** Nothing may be called afterwards. */
  close(): Promise<void>
}
