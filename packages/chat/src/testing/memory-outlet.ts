/** An outlet that keeps what it is sent, for tests. */
import type { WatchedOutlet } from '../doors/slow-readers.ts'

export class MemoryOutlet implements WatchedOutlet {
  /** What each `trySend` gave, as text. */
  readonly writes: string[] = []
  /** What a slow client has not taken: tests set it. */
  queued = 0
  taken = 0
  /** Set to refuse what is sent. */
  full = false
  /** `closed` by the session, or why it was cut off. */
  ended: string | undefined
  #read = 0

  trySend(data: Uint8Array): boolean {
    if (this.full || this.ended !== undefined) return false
    this.writes.push(Buffer.from(data).toString())
    this.taken += data.length
    return true
  }

  close(): void {
    this.ended ??= 'closed'
  }

  cut(why: string): void {
    this.ended ??= why
  }

  /** All lines that came since the last call. */
  lines(): string[] {
    const text = this.writes.slice(this.#read).join('')
    this.#read = this.writes.length
    return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
  }
}
