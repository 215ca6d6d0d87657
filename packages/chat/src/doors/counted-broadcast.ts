/** A broadcast that counts what it delivers. */
import type { Batch } from '../core/events.ts'
import { Broadcast } from './broadcast.ts'
import type { Outlet } from './outlet.ts'

export class CountedBroadcast extends Broadcast {
  /** Events handed to sessions. */
  deliveries = 0

  override send(batch: Batch, outlet: Outlet): boolean {
    this.deliveries += batch.events.length
    return super.send(batch, outlet)
  }
}
