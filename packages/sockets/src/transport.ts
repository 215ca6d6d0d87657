/**
 * What a QueuedStream stands on: the least that a socket, a TLS connection or a piece of memory must be able to do.
 */

/** Calls go down; the stream's `TransportEvents` are called back, never during one of these calls. */
export interface Transport {
  /**
   * Takes bytes for sending, in order; `onWritten` follows when they are out of our memory. Bytes that were
   * passed on at once are not counted in `queued` when this returns.
   */
  write(bytes: Uint8Array): void
  /** Bytes taken and not yet passed on. */
  readonly queued: number
  /** False when nothing is left to send, so that an end would go out at once. */
  readonly mayStall: boolean
  /** True when a close before the other side's end may destroy what it has not read yet, as TCP's does. */
  readonly closeIsLossy: boolean
  /** Between these two, writes are kept together and passed on at once. */
  cork(): void
  uncork(): void
  /** Ends our side after what was written. `onFinish` follows. */
  end(): void
  /** Closes. What was not passed on is lost, so it comes after `onFinish`. `onClose` follows. */
  destroy(): void
  /** Closes at once, with a reset where there is such a thing. `onClose` follows. */
  reset(): void
  pause(): void
  resume(): void
  /** Calls `onIdle` after so many ms without a byte moving in either direction; 0 = never. */
  setIdle(ms: number): void
}

/** What a transport tells the stream. */
export interface TransportEvents {
  onData(chunk: Buffer): void
  /** The other side has ended. */
  onEnd(): void
  /** One write has been passed on; once for each, in their order. */
  onWritten(): void
  /** Our end has been sent. */
  onFinish(): void
  /** The connection failed; `onClose` follows. */
  onError(error: unknown): void
  /** Everything is released. The last event. */
  onClose(): void
  onIdle(): void
}
