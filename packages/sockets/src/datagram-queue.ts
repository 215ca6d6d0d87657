/**
 * Datagrams that have come and are not yet taken, oldest first. A datagram socket cannot make its peers wait, so
 * what a slow reader leaves here has two limits, and what goes over them is thrown away and counted.
 */
import type { InetAddress } from './address.ts'

/** One datagram, whole, and who sent it. */
export interface Datagram {
  /** Its bytes, the caller's own; empty when an empty datagram was sent. */
  readonly data: Buffer
  /** The sender; `sendTo(data, from.port, from.host)` answers it. */
  readonly from: InetAddress
}

/** What to throw away when the queue is full: what has waited longest, or what comes now. */
export type WhenFull = 'drop-oldest' | 'drop-newest'

/** The limits of a queue. At least one datagram is always kept, however large. */
export interface QueueLimits {
  readonly datagrams: number
  readonly bytes: number
  readonly whenFull: WhenFull
}

/** A first-in, first-out queue with limits. */
export class DatagramQueue {
  readonly #limits: QueueLimits
  // Taken from the front by moving `#head`; the array is cut only now and then, since shift() moves all the rest.
  #items: (Datagram | undefined)[] = []
  #head = 0
  #bytes = 0
  #dropped = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  /** How many datagrams are in it. */
  get length(): number {
    return this.#items.length - this.#head
  }

  /** How many were thrown away because it was full. */
  get dropped(): number {
    return this.#dropped
  }

  push(datagram: Datagram): void {
    while (this.#isFullFor(datagram)) {
      this.#dropped += 1
      if (this.#limits.whenFull === 'drop-newest') return
      this.shift()
    }
    this.#items.push(datagram)
    this.#bytes += datagram.data.length
  }

  /** Takes the oldest. */
  shift(): Datagram | undefined {
    const datagram = this.#items[this.#head]
    if (datagram === undefined) return undefined
    this.#items[this.#head] = undefined // else the array would hold its bytes until it is cut
    this.#head += 1
    this.#bytes -= datagram.data.length
    if (this.#head === this.#items.length) {
      this.#items = []
      this.#head = 0
    } else if (this.#head >= 1024) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return datagram
  }

  clear(): void {
    this.#items = []
    this.#head = 0
    this.#bytes = 0
  }

  #isFullFor(datagram: Datagram): boolean {
    if (this.length === 0) return false
    return this.length >= this.#limits.datagrams || this.#bytes + datagram.data.length > this.#limits.bytes
  }
}
