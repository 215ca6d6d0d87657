/**
 * What is to go out: small sends of one turn are put together, waiting sends are woken in order, and a limit keeps
 * a slow peer from filling our memory. The bytes themselves wait in the transport; here is who waits for them.
 */
import type { Data, Op } from './byte-stream.ts'
import { type Described, SocketError } from './errors.ts'
import { checkOp, ignore, rejected, watchOp } from './op.ts'
import type { Transport } from './transport.ts'

/** Up to this size bytes are copied: cheaper than waiting until the memory may be used again. */
const COPY_BELOW = 4096

const DONE: Promise<void> = Promise.resolve()

interface Waiter {
  /** Satisfied when this many writes are out of our memory … */
  readonly writes: number
  /** … or, when set, as soon as less than the high-water mark is queued. */
  readonly orRoom: boolean
  readonly resolve: () => void
  readonly reject: (error: SocketError) => void
}

export interface SendLimits {
  readonly highWater: number
  readonly maxQueue: number
  readonly autoCork: boolean
}

export class SendQueue {
  readonly #transport: Transport
  readonly #limits: SendLimits
  readonly #owner: Described
  #waiters: Waiter[] | undefined
  #accepted = 0
  #written = 0
  #corked = false
  #bytes = 0
  #failure: (() => SocketError) | undefined

  constructor(transport: Transport, limits: SendLimits, owner: Described) {
    this.#transport = transport
    this.#limits = limits
    this.#owner = owner
  }

  /** All bytes ever accepted. */
  get bytes(): number {
    return this.#bytes
  }

  send(data: Data | readonly Data[], op: Op | undefined): Promise<void> {
    try {
      if (op !== undefined) checkOp(op, () => this.#owner.errorDetails('send'))
      if (this.#failure !== undefined) throw this.#failure()
      if (this.#isFull()) throw new SocketError('send-queue-full', this.#owner.errorDetails('send'))
      return isList(data) ? this.#sendList(data, op) : this.#sendOne(data, op)
    } catch (error) {
      return rejected(error)
    }
  }

  trySend(data: Data): boolean {
    const bytes = toBuffer(data)
    if (this.#failure !== undefined || this.#isFull()) return false
    if (bytes.length === 0) return true
    this.#cork()
    this.#write(bytes)
    return true
  }

  /** Resolves when the transport has passed on everything. */
  flush(op: Op | undefined): Promise<void> {
    try {
      if (op !== undefined) checkOp(op, () => this.#owner.errorDetails('flush'))
      if (this.#failure !== undefined) throw this.#failure()
    } catch (error) {
      return rejected(error)
    }
    this.uncork()
    if (this.#written === this.#accepted) return DONE
    return this.#wait({ writes: this.#accepted, orRoom: false }, op, 'flush')
  }

  /** One write more is out of our memory. */
  wrote(): void {
    this.#written++
    if (this.#waiters !== undefined) this.#wake(this.#waiters)
  }

  uncork(): void {
    if (!this.#corked) return
    this.#corked = false
    this.#transport.uncork()
  }

  /** No more is accepted: sends reject with what `failure` makes. What is queued still goes out. */
  end(failure: () => SocketError): void {
    this.#failure ??= failure
    this.uncork()
  }

  /** What is queued will not go out: everybody who waits is told. */
  fail(failure: () => SocketError): void {
    this.#failure = failure
    const waiters = this.#waiters
    if (waiters === undefined) return
    this.#waiters = undefined
    const error = failure()
    for (const waiter of waiters) waiter.reject(error)
  }

  #isFull(): boolean {
    return this.#transport.queued >= this.#limits.maxQueue
  }

  #sendOne(data: Data, op: Op | undefined): Promise<void> {
    const isMine = typeof data === 'string' || data.length < COPY_BELOW
    const bytes = bytesOf(data, isMine)
    if (bytes.length === 0) return DONE
    // Large bytes go straight out when nothing waits to go with them: the kernel takes them now, or we wait for it.
    if (isMine || this.#corked) this.#cork()
    this.#write(bytes)
    return this.#settled(isMine, op)
  }

  #sendList(data: readonly Data[], op: Op | undefined): Promise<void> {
    const isMine = data.every((part) => typeof part === 'string' || part.length < COPY_BELOW)
    const parts = data.map((part) => bytesOf(part, isMine))
    this.#cork()
    for (const part of parts) if (part.length > 0) this.#write(part)
    return this.#settled(isMine, op)
  }

  /** Ready at once when the memory is the caller's again and there is room; else in due time. */
  #settled(isMine: boolean, op: Op | undefined): Promise<void> {
    const { queued } = this.#transport
    if (isMine ? queued < this.#limits.highWater : queued === 0) return DONE
    return this.#wait({ writes: this.#accepted, orRoom: isMine }, op, 'send')
  }

  #write(bytes: Buffer): void {
    this.#accepted++
    this.#bytes += bytes.length
    this.#transport.write(bytes)
  }

  #wake(waiters: Waiter[]): void {
    const hasRoom = this.#transport.queued < this.#limits.highWater
    let n = 0
    for (const waiter of waiters) {
      if (waiter.writes > this.#written && !(waiter.orRoom && hasRoom)) break
      waiter.resolve()
      n++
    }
    if (n === waiters.length) this.#waiters = undefined
    else if (n > 0) waiters.splice(0, n)
  }

  #wait(
    need: { writes: number; orRoom: boolean },
    op: Op | undefined,
    call: 'send' | 'flush',
  ): Promise<void> {
    if (op?.timeout === 0) return rejected(new SocketError('timeout', this.#owner.errorDetails(call)))
    const waiting = new Promise<void>((resolve, reject) => {
      const stop = watchOp(
        op,
        () => this.#owner.errorDetails(call),
        (error) => {
          this.#waiters = this.#waiters?.filter((other) => other !== waiter)
          reject(error)
        },
      )
      const waiter: Waiter = {
        ...need,
        resolve: () => {
          stop()
          resolve()
        },
        reject: (error) => {
          stop()
          reject(error)
        },
      }
      this.#waiters ??= []
      this.#waiters.push(waiter)
    })
    waiting.catch(ignore)
    return waiting
  }

  // Sends of one turn are kept together and go out at its end: one system call instead of many.
  #cork(): void {
    if (this.#corked || !this.#limits.autoCork) return
    this.#corked = true
    this.#transport.cork()
    process.nextTick(uncorkLater, this)
  }
}

function isList(data: Data | readonly Data[]): data is readonly Data[] {
  return Array.isArray(data)
}

function uncorkLater(queue: SendQueue): void {
  queue.uncork()
}

/** The bytes to send; a copy where the caller may change them before they are out. */
function bytesOf(data: Data, isMine: boolean): Buffer {
  const bytes = toBuffer(data)
  if (!isMine || typeof data === 'string') return bytes
  const copy = Buffer.allocUnsafe(bytes.length) // of Node's pool: cheaper than Buffer.from
  copy.set(bytes)
  return copy
}

/** A view of the same memory, or the text as UTF-8. */
function toBuffer(data: Data): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  if (Buffer.isBuffer(data)) return data
  if (!(data instanceof Uint8Array)) throw new TypeError('data must be a string or a Uint8Array')
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
