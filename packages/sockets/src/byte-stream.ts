/**
 * The one interface that TCP, Unix-domain, TLS, in-memory and scripted streams all are. Protocol code that
 * takes a `ByteStream` runs over each of them, and in tests without a network.
 *
 * Rules that hold for every method and every implementation (`checkStream` in ./testing proves them):
 * - the end of the other side's stream is `null`, never an empty buffer and never an exception;
 * - a call that is cancelled or times out consumes no byte: the next call finds everything;
 * - sends are queued in call order; of receives one may wait at a time, a second one rejects with `busy`;
 * - every waiting call rejects with `timeout` or `aborted` as its Op says, with `closed` after our close or abort, and
 *   with `reset`, `broken-pipe`, `timeout` or `system` when the connection fails; what came before is still received;
 * - a rejection that nobody awaits is not an unhandled one: unawaited sends are ordinary, and must not end the program;
 * - wrong arguments are a TypeError or RangeError, all that the network does is a `SocketError`;
 * - nothing is ever emitted or rejected where nobody looks: errors appear in the call that is awaited, and in `closed`.
 */
import type { SocketError } from './errors.ts'

/** What can be sent. Text is sent as UTF-8. */
export type Data = Uint8Array | string

/** How long one call may take. Both may be given; neither is the default: wait for ever. */
export interface Op {
  /** Milliseconds, 0 to 2,147,483,647; then the call rejects with `timeout` and has consumed nothing. 0 = what can be done now. */
  readonly timeout?: number | undefined
  /** Cancels the call: it rejects with `aborted` (the signal's reason as `cause`) and has consumed nothing. */
  readonly signal?: AbortSignal | undefined
}

/** How `readLine` and `lines` read. */
export interface LineOptions extends Op {
  /** The longest line, in bytes without its line ending. Default 8192. */
  readonly max?: number | undefined
  /** How bytes become text. `utf8` (the default) shows invalid sequences as U+FFFD; `latin1` maps each byte to one character. */
  readonly encoding?: 'utf8' | 'latin1' | undefined
  /**
   * What happens to a line longer than `max`: `throw` (the default) rejects with `limit`, its first bytes as
   * `.partial`; `discard` drops it and reads the next; `truncate` returns its beginning. In each case the rest
   * of that line is skipped as it arrives, so the next line is read right and memory stays bounded.
   */
  readonly tooLong?: 'throw' | 'discard' | 'truncate' | undefined
  /** A last line without an ending: `return` it (the default), or `throw` with `incomplete`, its bytes as `.partial`. */
  readonly atEnd?: 'return' | 'throw' | undefined
}

/** How a stream ended. */
export interface CloseInfo {
  /** Who ended it: `us` (close, abort, or shutdown before their end), `peer` (their end came first), `error`, or `timeout` (idleTimeout, or a close that made no progress). */
  readonly by: 'us' | 'peer' | 'error' | 'timeout'
  /** Why, when it was an error or a timeout, or the reason given to `abort`. */
  readonly error?: SocketError | undefined
  /** Bytes received, those that nobody took among them. */
  readonly bytesIn: number
  /** Bytes accepted for sending. */
  readonly bytesOut: number
  /** Milliseconds from opening to closing. */
  readonly ms: number
}

/** `send-ended`: we have shut our side down. `recv-ended`: the other side has, and everything it sent was taken. */
export type StreamState = 'open' | 'send-ended' | 'recv-ended' | 'closing' | 'closed'

/** A two-way stream of bytes. */
export interface ByteStream extends AsyncIterable<Buffer>, AsyncDisposable {
  /**
   * Receives 1 to `max` bytes as soon as there are any; `null` when the other side has ended. Without `max` it
   * hands over the oldest chunk as it came (at most 64 KiB over TCP), without a copy.
   */
  recv(max?: number, op?: Op): Promise<Buffer | null>
  /** Like `recv(into.length)`, but copies into the given memory; returns how many bytes, 0 = the other side has ended. */
  recvInto(into: Uint8Array, op?: Op): Promise<number>
  /** Receives exactly `n` bytes, else rejects with `incomplete` and the bytes that came as `.partial`. Keeps up to `n` bytes in memory. */
  recvExactly(n: number, op?: Op): Promise<Buffer>
  /**
   * Receives up to and including `delimiter` and returns what stands before it (with `keep`, the delimiter too).
   * More than `max` bytes before the delimiter reject with `limit` (the first `max` of them as `.partial`), an
   * end before it with `incomplete`.
   */
  recvUntil(
    delimiter: Data,
    op: Op & { readonly max: number; readonly keep?: boolean | undefined },
  ): Promise<Buffer>
  /** Reads a line that ends with LF or CR LF and returns it without; `null` when the other side has ended. */
  readLine(options?: LineOptions): Promise<string | null>
  /** Every line to the end. Leaving the loop early closes nothing and loses nothing: the untaken lines are still there. */
  lines(options?: LineOptions): AsyncIterableIterator<string>
  /** What is there now: up to `max` bytes, `null` when the other side has ended, `undefined` when nothing has come yet. */
  tryRecv(max?: number): Buffer | null | undefined
  /** Puts bytes back in front: the next receive finds them first. */
  unread(data: Data): void
  /** Bytes that have come and are not yet taken. */
  readonly buffered: number

  /**
   * Sends all of it, in call order. Resolves when the memory is the caller's again and the unsent bytes are
   * below `sendHighWater`; that is not a sign of delivery. Until then the bytes must not be changed. Rejects
   * with `send-queue-full` when more than `maxSendQueue` bytes were waiting already (nothing is queued then).
   * After `timeout` and `aborted` while waiting, the bytes stay queued and are sent.
   */
  send(data: Data | readonly Data[], op?: Op): Promise<void>
  /** The tutorials' name for `send`, which already sends all of it. */
  sendAll(data: Data | readonly Data[], op?: Op): Promise<void>
  /**
   * Queues without waiting: true when queued, false when nothing was because the queue is full or the stream is
   * not open for sending. Made for broadcasts: the memory is shared, not copied, and must never be changed afterwards.
   */
  trySend(data: Data): boolean
  /** Resolves when the operating system has taken every byte. */
  flush(op?: Op): Promise<void>
  /** Bytes accepted by `send` and `trySend` that the operating system has not taken yet. */
  readonly queued: number

  /** Sends what is queued and then the end of our stream (SHUT_WR); receiving still works. Calling it again is fine. */
  shutdown(op?: Op): Promise<void>
  /**
   * Sends what is queued, ends our side, and closes; resolves when our end is sent. Bytes that still come are thrown
   * away. The descriptor is kept until the other side has ended too, `linger` ms (default 1000) at the most: bytes
   * that come for a closed one make the kernel reset the connection, and the other side loses what it has not read
   * yet. `close` does not wait for that, `closed` does. Without progress for 10 s it gives up and aborts. Idempotent;
   * never rejects. Waiting receives reject with `closed`.
   */
  close(options?: { readonly linger?: number | undefined }): Promise<void>
  /** Ends it now: a reset over TCP. What is queued is thrown away, waiting calls reject with `closed`. */
  abort(reason?: unknown): void
  /** Resolves when the stream is closed, whoever did it. Never rejects. */
  readonly closed: Promise<CloseInfo>
  /** Where it is between open and closed. */
  readonly state: StreamState
}
