/** What a text door sends to many: each batch is encoded once for all who see it in the same style. */
import type { Batch } from '../../core/events.ts'
import { CountedBroadcast } from '../counted-broadcast.ts'
import type { Outlet } from '../outlet.ts'
import { formatEvent } from './format.ts'
import { isPlain, PLAIN, type Style } from './style.ts'

export class TextBroadcast {
  readonly #plain = new CountedBroadcast(formatEvent)
  /** By what the style is: at most eight looks, in 113 zones, of which each remembers its latest batches only. */
  readonly #styled = new Map<string, CountedBroadcast>()

  /** Events handed to sessions. */
  get deliveries(): number {
    let sum = this.#plain.deliveries
    for (const { deliveries } of this.#styled.values()) sum += deliveries
    return sum
  }

  /** As `Broadcast.send`. */
  send(batch: Batch, outlet: Outlet, style: Style = PLAIN): boolean {
    return (isPlain(style) ? this.#plain : this.#in(style)).send(batch, outlet)
  }

  #in(style: Style): CountedBroadcast {
    const key = [style.names, style.times, style.colours, style.offset].join(' ')
    let broadcast = this.#styled.get(key)
    if (broadcast === undefined) {
      broadcast = new CountedBroadcast((event, reader) => formatEvent(event, reader, style))
      this.#styled.set(key, broadcast)
    }
    return broadcast
  }
}
