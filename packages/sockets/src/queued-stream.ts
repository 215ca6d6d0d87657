/**
 * A ByteStream over any transport: a receive queue, a send queue, and the states between open and closed. TCP,
 * Unix-domain, TLS, memory and scripted streams are this class with a transport of their own.
 *
 *   open ──shutdown──▶ send-ended ─┐
 *     │                            ├─both─▶ closed        close: flush, end, linger ─▶ closed
 *     └──peer's end──▶ recv-ended ─┘                      abort, error, idleTimeout ─▶ closed
 */
import type { ByteStream, CloseInfo, Data, LineOptions, Op, StreamState } from './byte-stream.ts'
import { ChunkIterator, takeChunk } from './chunk-iterator.ts'
import {
  type Described,
  SocketError,
  type SocketErrorDetails,
  type SocketOp,
  translateError,
} from './errors.ts'
import { LineReader } from './line-reader.ts'
import { checkInteger, checkOp, checkTimeout, quiet, watchOp } from './op.ts'
import { MORE, ReceiveQueue } from './receive-queue.ts'
import { SendQueue } from './send-queue.ts'
import { checkStreamOptions, HIGH_WATER, type StreamOptions, sendLimits } from './stream-options.ts'
import type { Transport, TransportEvents } from './transport.ts'

const LINGER = 1000
/** A close that makes no progress for this long (ms) becomes an abort. */
const CLOSE_PATIENCE = 10_000
/** While closing, bytes that still come are thrown away for this long (ms) at the most; then they count as no progress. */
const DISCARD_TIME = 30_000
const MAX_BYTES = 2 ** 31 - 1
const NOTHING = Buffer.alloc(0)

export class QueuedStream implements ByteStream, TransportEvents, Described {
  readonly #transport: Transport
  readonly #in: ReceiveQueue
  readonly #out: SendQueue
  readonly #opened = performance.now()
  #lines: LineReader | undefined
  #bytesIn = 0
  #sendEnded = false
  #finished = false
  #finishWaiters: (() => void)[] | undefined
  #discarding = false
  #peerHasEnded = false
  /** Runs while a closed stream waits for the other side's end. */
  #release: NodeJS.Timeout | undefined
  #endedBy: CloseInfo['by'] | undefined
  #error: SocketError | undefined
  #closing: Promise<void> | undefined
  #info: CloseInfo | undefined
  #closedPromise: Promise<CloseInfo> | undefined
  #resolveClosed: ((info: CloseInfo) => void) | undefined

  constructor(transport: Transport, options: StreamOptions = {}) {
    checkStreamOptions(options)
    this.#transport = transport
    this.#in = new ReceiveQueue(transport, this, options.recvHighWater ?? HIGH_WATER)
    this.#out = new SendQueue(transport, sendLimits(options), this)
    if (options.idleTimeout !== undefined && options.idleTimeout > 0) transport.setIdle(options.idleTimeout)
  }

  /** What an error of this stream says about it; a subclass adds its addresses. @internal */
  errorDetails(op: SocketOp): SocketErrorDetails {
    return { op }
  }

  // ── receiving ──────────────────────────────────────────────────────────────────────────────────────────────

  recv(max?: number, op?: Op): Promise<Buffer | null> {
    if (max !== undefined && !isCount(max)) return rejectCount('max', max, 1)
    if (max === undefined) return this.#in.receive(takeChunk, op)
    return this.#in.receive((queue) => (queue.first === undefined ? queue.atEnd() : queue.take(max)), op)
  }

  recvInto(into: Uint8Array, op?: Op): Promise<number> {
    if (!(into instanceof Uint8Array)) return Promise.reject(new TypeError('recvInto needs a Uint8Array'))
    if (into.length === 0) return Promise.reject(new RangeError('recvInto needs at least one byte of room'))
    return this.#in.receive(() => {
      if (this.#in.first !== undefined) return this.#in.takeInto(into)
      const end = this.#in.atEnd()
      return end === null ? 0 : end
    }, op)
  }

  recvExactly(n: number, op?: Op): Promise<Buffer> {
    if (n !== 0 && !isCount(n)) return rejectCount('n', n, 0)
    return this.#in.receive(
      () => {
        if (n === 0) return NOTHING
        if (this.#in.size >= n) return this.#in.take(n)
        if (this.#in.atEnd() === MORE) return MORE
        throw this.#incomplete(n)
      },
      op,
      n,
    )
  }

  recvUntil(
    delimiter: Data,
    op: Op & { readonly max: number; readonly keep?: boolean | undefined },
  ): Promise<Buffer> {
    const end = Buffer.from(delimiter)
    if (end.length === 0) return Promise.reject(new RangeError('recvUntil needs a delimiter'))
    if (!isCount(op.max)) return rejectCount('max', op.max, 1)
    let scanned = 0
    let { epoch } = this.#in
    return this.#in.receive(
      () => {
        if (epoch !== this.#in.epoch) scanned = 0
        epoch = this.#in.epoch
        const found = this.#in.indexOf(end, scanned)
        if (found > op.max || (found === -1 && this.#in.size >= op.max + end.length))
          throw this.#overLimit(op.max)
        if (found !== -1) return this.#takeUntil(found, end.length, op.keep === true)
        scanned = Math.max(0, this.#in.size - end.length + 1)
        if (this.#in.atEnd() === MORE) return MORE
        throw this.#incomplete(undefined)
      },
      op,
      op.max + end.length,
    )
  }

  readLine(options?: LineOptions): Promise<string | null> {
    return this.#lineReader().readLine(options)
  }

  lines(options?: LineOptions): AsyncIterableIterator<string> {
    return this.#lineReader().lines(options)
  }

  tryRecv(max?: number): Buffer | null | undefined {
    if (max !== undefined) checkInteger('max', max, 1, MAX_BYTES)
    if (this.#in.waiting) throw new SocketError('busy', this.errorDetails('recv'))
    if (this.#in.size > 0) return this.#in.take(max)
    return this.#in.atEnd() === null ? null : undefined
  }

  unread(data: Data): void {
    if (this.#closing !== undefined || this.#info !== undefined) throw this.#closedError('recv')
    this.#in.unread(Buffer.from(data))
  }

  get buffered(): number {
    return this.#in.size
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return new ChunkIterator(this.#in)
  }

  // ── sending ────────────────────────────────────────────────────────────────────────────────────────────────

  send(data: Data | readonly Data[], op?: Op): Promise<void> {
    return this.#out.send(data, op)
  }

  sendAll(data: Data | readonly Data[], op?: Op): Promise<void> {
    return this.#out.send(data, op)
  }

  trySend(data: Data): boolean {
    return this.#out.trySend(data)
  }

  flush(op?: Op): Promise<void> {
    return this.#out.flush(op)
  }

  get queued(): number {
    return this.#transport.queued
  }

  shutdown(op?: Op): Promise<void> {
    return quiet(this.#shutdown(op))
  }

  async #shutdown(op: Op | undefined): Promise<void> {
    checkOp(op, () => this.errorDetails('shutdown'))
    if (this.#info !== undefined || this.#closing !== undefined) throw this.#closedError('shutdown')
    this.#endSending()
    if (this.#finished) return
    if (op?.timeout === 0) throw new SocketError('timeout', this.errorDetails('shutdown'))
    await new Promise<void>((resolve, reject) => {
      const stop = watchOp(op, () => this.errorDetails('shutdown'), reject)
      this.#onFinished(() => {
        stop()
        if (this.#finished) resolve()
        else reject(this.#error ?? this.#closedError('shutdown'))
      })
    })
  }

  // ── closing ────────────────────────────────────────────────────────────────────────────────────────────────

  close(options: { readonly linger?: number | undefined } = {}): Promise<void> {
    checkTimeout('linger', options.linger)
    this.#closing ??= this.#close(options.linger ?? LINGER)
    return this.#closing
  }

  abort(reason?: unknown): void {
    if (this.#info !== undefined) return
    this.#giveUp('us', new SocketError('closed', { ...this.errorDetails('close'), cause: reason }))
  }

  get closed(): Promise<CloseInfo> {
    if (this.#closedPromise === undefined) {
      this.#closedPromise =
        this.#info === undefined
          ? new Promise((resolve) => {
              this.#resolveClosed = resolve
            })
          : Promise.resolve(this.#info)
    }
    return this.#closedPromise
  }

  get state(): StreamState {
    if (this.#info !== undefined) return 'closed'
    if (this.#closing !== undefined) return 'closing'
    if (this.#sendEnded) return 'send-ended'
    return this.#in.ended && this.#in.size === 0 ? 'recv-ended' : 'open'
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Bytes received so far. */
  get bytesIn(): number {
    return this.#bytesIn
  }

  /** Bytes accepted for sending so far. */
  get bytesOut(): number {
    return this.#out.bytes
  }

  // ── what the transport tells ───────────────────────────────────────────────────────────────────────────────

  /** @internal */
  onData(chunk: Buffer): void {
    this.#bytesIn += chunk.length
    if (!this.#discarding) this.#in.push(chunk)
  }

  /** @internal */
  onEnd(): void {
    this.#in.end()
    this.#endedBy ??= 'peer'
    this.#peerHasEnded = true
    if (this.#release !== undefined) void this.#destroy()
  }

  /** @internal */
  onWritten(): void {
    this.#out.wrote()
  }

  /** @internal */
  onFinish(): void {
    this.#finished = true
    this.#wakeFinishers()
  }

  /** @internal */
  onError(cause: unknown): void {
    const error = translateError(cause, this.errorDetails('recv'))
    this.#fail('error', error)
  }

  /** @internal */
  onIdle(): void {
    const words = this.#closing === undefined ? 'nothing came or went for too long' : undefined
    this.#giveUp('timeout', new SocketError('timeout', { ...this.errorDetails('recv'), words }))
  }

  /** @internal */
  onClose(): void {
    if (this.#info !== undefined) return
    // Without an error before it, a close that came before both ends were sent is a connection that broke.
    if (this.#error === undefined && !(this.#in.ended && this.#finished) && this.#closing === undefined) {
      this.#fail('error', new SocketError('reset', this.errorDetails('recv')))
    }
    this.#info = {
      by: this.#endedBy ?? 'us',
      error: this.#endedBy === 'us' && this.#error?.cause === undefined ? undefined : this.#error,
      bytesIn: this.#bytesIn,
      bytesOut: this.#out.bytes,
      ms: Math.round(performance.now() - this.#opened),
    }
    this.#out.fail(() => this.#error ?? this.#closedError('send'))
    this.#wakeFinishers()
    clearTimeout(this.#release)
    this.#resolveClosed?.(this.#info)
    this.onClosed(this.#info)
  }

  /** How it ended, once it has. */
  protected get info(): CloseInfo | undefined {
    return this.#info
  }

  /** For a subclass that has something to do when the stream is closed. */
  protected onClosed(_info: CloseInfo): void {}

  // ── below ──────────────────────────────────────────────────────────────────────────────────────────────────

  #lineReader(): LineReader {
    this.#lines ??= new LineReader(this.#in, this)
    return this.#lines
  }

  #takeUntil(found: number, delimiterLength: number, keep: boolean): Buffer {
    const bytes = this.#in.take(found + delimiterLength)
    return keep ? bytes : bytes.subarray(0, found)
  }

  #incomplete(expected: number | undefined): SocketError {
    const partial = this.#in.size === 0 ? NOTHING : this.#in.take(this.#in.size)
    return new SocketError('incomplete', { ...this.errorDetails('recv'), partial, expected })
  }

  #overLimit(max: number): SocketError {
    return new SocketError('limit', { ...this.errorDetails('recv'), partial: this.#in.take(max) })
  }

  #closedError(op: SocketOp): SocketError {
    return new SocketError('closed', this.errorDetails(op))
  }

  #endSending(): void {
    if (this.#sendEnded) return
    this.#endedBy ??= 'us'
    this.#sendEnded = true
    this.#out.end(() => this.#closedError('send'))
    this.#transport.end()
  }

  async #close(linger: number): Promise<void> {
    if (this.#info !== undefined) return
    this.#endedBy ??= 'us'
    this.#discarding = true
    this.#in.close(() => this.#closedError('recv'))
    this.#transport.resume()
    const stopWatching = this.#transport.mayStall ? this.#watchProgress() : undefined
    this.#endSending()
    if (!this.#finished) await new Promise<void>((resolve) => this.#onFinished(resolve))
    stopWatching?.()
    if (this.#transport.closeIsLossy && linger > 0 && !this.#peerHasEnded && this.#info === undefined) {
      this.#release = setTimeout(() => this.#transport.destroy(), linger) // the caller need not wait for this
    } else await this.#destroy()
  }

  /** Lets the close fail when nothing moves; what still comes counts as moving for a while only. */
  #watchProgress(): () => void {
    this.#transport.setIdle(CLOSE_PATIENCE)
    const deaf = setTimeout(() => this.#transport.pause(), DISCARD_TIME)
    return () => clearTimeout(deaf)
  }

  async #destroy(): Promise<void> {
    if (this.#info !== undefined) return
    this.#transport.destroy()
    await this.closed
  }

  #giveUp(by: CloseInfo['by'], error: SocketError): void {
    this.#fail(by, error)
    if (by === 'us') this.#in.close(() => error)
    this.#transport.reset()
  }

  #fail(by: CloseInfo['by'], error: SocketError): void {
    if (this.#error !== undefined) return
    this.#error = error
    this.#endedBy = by
    this.#in.fail(error)
    this.#out.fail(() => error)
    this.#wakeFinishers()
  }

  /** Calls `wake` once our end is sent, or will never be. */
  #onFinished(wake: () => void): void {
    this.#finishWaiters ??= []
    this.#finishWaiters.push(wake)
  }

  #wakeFinishers(): void {
    const waiters = this.#finishWaiters
    this.#finishWaiters = undefined
    for (const wake of waiters ?? []) wake()
  }
}

function isCount(n: unknown): n is number {
  return typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= MAX_BYTES
}

function rejectCount(name: string, value: unknown, min: number): Promise<never> {
  try {
    checkInteger(name, value, min, MAX_BYTES)
  } catch (error) {
    return Promise.reject(error)
  }
  return Promise.reject(new RangeError(`${name} is out of range`))
}
