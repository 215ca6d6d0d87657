/**
 * What one of several peers sends, as lines for a terminal: whole characters only, harmless ones only. It knows no
 * clock: its owner calls `pause` when the peer has been silent inside a line.
 */
import { PeerText } from '../terminal/peer-text.ts'

/** A line longer than this, in UTF-16 units, is broken where a receive ended. */
const MAX_LINE = 4096

export class ShownText {
  readonly #text = new PeerText()
  #line = ''

  /** True when a part of a line waits for the rest. */
  get isWaiting(): boolean {
    return this.#line !== ''
  }

  /** The lines that these bytes end. Of a line without an end no more than `MAX_LINE` and one receive are kept. */
  feed(bytes: Uint8Array): string[] {
    const lines = (this.#line + this.#text.feed(bytes)).split('\n')
    this.#line = lines.pop() ?? ''
    return this.#line.length > MAX_LINE ? [...lines, ...this.pause()] : lines
  }

  /** The part of a line that is there. Bytes of an unfinished character still wait. */
  pause(): string[] {
    const line = this.#line
    this.#line = ''
    return line === '' ? [] : [line]
  }

  /** The peer has ended: whatever is left. */
  end(): string[] {
    this.#line += this.#text.end()
    return this.pause()
  }
}
