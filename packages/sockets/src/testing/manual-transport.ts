/** A transport that does only what a test tells it to, and keeps a record of what it was asked for. For this package's own tests. */
import type { Transport, TransportEvents } from '../transport.ts'

export class ManualTransport implements Transport {
  /** Who is told; set it to the stream. */
  events: TransportEvents | undefined
  /** The calls in their order: `cork`, `uncork`, `end`, `destroy`, `reset`, `pause`, `resume`, `idle 10000`. */
  readonly calls: string[] = []
  /** What was written and not yet passed on, as it lies in the caller's memory. */
  readonly pending: Uint8Array[] = []
  /** What was passed on. */
  readonly passed: Buffer[] = []
  /** Passes every write on at once, as a kernel with room does. */
  eager = false
  closeIsLossy = true
  readonly mayStall = true

  write(bytes: Uint8Array): void {
    this.calls.push(`write ${bytes.length}`)
    if (this.eager) {
      this.passed.push(Buffer.from(bytes))
      queueMicrotask(() => this.events?.onWritten())
    } else this.pending.push(bytes)
  }

  /** Passes on the oldest `count` writes. */
  pass(count: number): void {
    for (const bytes of this.pending.splice(0, count)) {
      this.passed.push(Buffer.from(bytes))
      this.events?.onWritten()
    }
  }

  get queued(): number {
    return this.pending.reduce((sum, bytes) => sum + bytes.length, 0)
  }

  /** Everything that was passed on, as text. */
  get text(): string {
    return Buffer.concat(this.passed).toString('latin1')
  }

  cork(): void {
    this.calls.push('cork')
  }

  uncork(): void {
    this.calls.push('uncork')
  }

  end(): void {
    this.calls.push('end')
  }

  destroy(): void {
    this.calls.push('destroy')
  }

  reset(): void {
    this.calls.push('reset')
  }

  pause(): void {
    this.calls.push('pause')
  }

  resume(): void {
    this.calls.push('resume')
  }

  setIdle(ms: number): void {
    this.calls.push(`idle ${ms}`)
  }
}
