/**
 * The way out to one client, which is all that a session knows of its connection. A TCP stream, a WebSocket and a
 * test each provide one.
 */
export interface Outlet {
  /**
   * Queues bytes without waiting. False when nothing was queued: the client takes its bytes far too slowly, or the
   * connection is ending. The memory may be shared with other outlets and must never be changed.
   */
  trySend(data: Uint8Array): boolean
  /** Bytes that the connection has not taken yet. */
  readonly queued: number
  /** Sends what is queued, then ends the connection. */
  close(): void
  /** Ends the connection now; what is queued is lost. `why` is for the log. */
  cut(why: string): void
}
