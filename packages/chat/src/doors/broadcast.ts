/**
 * Encodes each batch once per form and hands the same bytes to every session of that form, with one write each:
 * the number of writes is what a chat costs.
 */
import type { Batch, ChatEvent, PersonRef } from '../core/events.ts'
import type { Outlet } from './outlet.ts'

export class Broadcast {
  readonly #format: (event: ChatEvent, reader: PersonRef | undefined) => string
  /** Forgotten together with their batches. */
  readonly #encoded = new WeakMap<Batch, readonly Uint8Array[]>()

  /** `format` makes the form: all lines of an event with their endings, or nothing. */
  constructor(format: (event: ChatEvent, reader: PersonRef | undefined) => string) {
    this.#format = format
  }

  /**
   * Writes a batch. While the room is calm each event is a write of its own, for clients that take what one
   * receive gives as one message. False when the outlet takes no more.
   */
  send(batch: Batch, outlet: Outlet): boolean {
    let writes = this.#encoded.get(batch)
    if (writes === undefined) {
      writes = this.#encode(batch)
      this.#encoded.set(batch, writes)
    }
    return writes.every((bytes) => outlet.trySend(bytes))
  }

  #encode({ events, busy, reader }: Batch): readonly Uint8Array[] {
    const texts = events.map((event) => this.#format(event, reader)).filter((text) => text !== '')
    if (texts.length === 0) return []
    return (busy ? [texts.join('')] : texts).map((text) => Buffer.from(text))
  }
}
