/** What a door holds and what it has done since it opened, for whoever watches the server. */
import type { Refusals } from './connection-limits.ts'

export interface DoorStats {
  /** Connections inside, those without a name among them. */
  readonly sessions: number
  /** Whether a further connection would be refused, wherever from, because of the limit in all. */
  readonly isFull: boolean
  /** Connections let in. */
  readonly accepted: number
  /** Connections refused, by the reason. */
  readonly refused: Refusals
  /** Events handed to sessions: one message in a room of ten is ten deliveries. */
  readonly deliveries: number
  /** Bytes that clients have not taken yet. The system's own buffers are not counted. */
  readonly queuedBytes: number
  /** Connections cut off because they took their bytes too slowly. */
  readonly slowReadersCut: number
  /** Connections ended by a fault of the server. */
  readonly faults: number
}
