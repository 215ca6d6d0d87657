/**
 * What is said in a room while it is measured, and who has heard it: every byte of every delivery is compared. The
 * person who is first to hear something writes it into the record, where each line must be one that was said; what
 * the others hear must be the same bytes in the same order.
 */
import type { Talk } from './scenarios.ts'

const DIGITS = 7
/** With the digits before it the text of a message: 64 characters. */
const FILLER = ' the quick brown fox jumps over the lazy dog, and runs away...'.slice(0, 64 - DIGITS)

/** What a conversation was like. */
export interface Heard {
  /** From the first message to the last delivery. */
  readonly seconds: number
  /** Lines that somebody heard. */
  readonly deliveries: number
  /** Milliseconds from sending a message until everybody in the room has it: the median, and 99 of 100. */
  readonly p50: number
  readonly p99: number
}

/** Who takes part, and what time it is. */
export interface Room {
  /** All of one length. */
  readonly names: readonly string[]
  /** Sends a line. */
  say(person: number, line: string): void
  /** Milliseconds since any start. */
  now(): number
  /** Runs something after so many milliseconds. */
  after(ms: number, run: () => void): void
}

export class Conversation {
  /** Resolves when everybody has heard everything; rejects when somebody hears something else. */
  readonly ended: Promise<Heard>
  readonly #outcome: PromiseWithResolvers<Heard> = Promise.withResolvers()
  readonly #room: Room
  readonly #talk: Talk
  readonly #lineLength: number
  /** What the room heard, and how much of it is written yet. */
  readonly #record: Buffer
  #written = 0
  /** The message in each line of the record, and how many people have heard it. */
  readonly #messages: number[] = []
  readonly #listeners: Int32Array
  /** How many bytes each person has heard. */
  readonly #heard: Int32Array
  /** Of each message: who said it, when, whether it is in the record, and how long it took to the last person. */
  readonly #senders: number[] = []
  readonly #sentAt: number[] = []
  readonly #isWritten: Uint8Array
  readonly #took: number[] = []
  #deliveries = 0

  constructor(room: Room, talk: Talk) {
    this.#room = room
    this.#talk = talk
    this.#lineLength = this.#line(0, 0).length
    this.#record = Buffer.alloc(talk.messages * this.#lineLength)
    this.#listeners = new Int32Array(talk.messages)
    this.#heard = new Int32Array(room.names.length)
    this.#isWritten = new Uint8Array(talk.messages)
    this.ended = this.#outcome.promise
  }

  /** Every sender says something, and goes on when everybody has heard it; or all take turns at a fixed pace. */
  begin(): void {
    const { perSecond, senders } = this.#talk
    if (perSecond !== undefined) this.#keepPace(this.#room.now(), 1000 / perSecond)
    else for (let sender = 0; sender < senders; sender++) this.#say(sender)
  }

  hear(person: number, bytes: Buffer): void {
    const before = this.#heard[person] ?? 0
    const after = before + bytes.length
    const known = Math.min(after, this.#written)
    const isRight =
      after <= this.#record.length &&
      this.#record.compare(bytes, 0, known - before, before, known) === 0 &&
      (known === after || this.#write(bytes.subarray(known - before)))
    if (!isRight) {
      const came = bytes.toString('latin1', 0, 200)
      this.fail(new Error(`${this.#room.names[person]} heard something else: ${JSON.stringify(came)}`))
      return
    }
    this.#heard[person] = after
    const now = this.#room.now()
    const lines = Math.floor(after / this.#lineLength)
    for (let line = Math.floor(before / this.#lineLength); line < lines; line++) this.#delivered(line, now)
  }

  fail(error: Error): void {
    this.#outcome.reject(error)
  }

  #say(sender: number): void {
    const message = this.#sentAt.length
    if (message >= this.#talk.messages) return
    this.#senders.push(sender)
    this.#sentAt.push(this.#room.now())
    this.#room.say(sender, `${text(message)}\n`)
  }

  // What is late because the load generator was busy is sent as soon as possible: the number of messages is kept.
  #keepPace(start: number, interval: number): void {
    const { messages, senders } = this.#talk
    const due = Math.min(messages, Math.floor((this.#room.now() - start) / interval) + 1)
    while (this.#sentAt.length < due) this.#say(this.#sentAt.length % senders)
    if (due === messages) return
    const wait = start + due * interval - this.#room.now()
    this.#room.after(Math.max(0, wait), () => this.#keepPace(start, interval))
  }

  /** Adds to the record. False when that makes a line that nobody said, or that is there already. */
  #write(bytes: Buffer): boolean {
    bytes.copy(this.#record, this.#written)
    this.#written += bytes.length
    while ((this.#messages.length + 1) * this.#lineLength <= this.#written) {
      const start = this.#messages.length * this.#lineLength
      const line = this.#record.toString('latin1', start, start + this.#lineLength)
      const at = line.indexOf('::') + 2
      const message = Number(line.slice(at, at + DIGITS))
      const sender = this.#senders[message]
      if (sender === undefined || line !== this.#line(sender, message)) return false
      if (this.#isWritten[message] === 1) return false
      this.#isWritten[message] = 1
      this.#messages.push(message)
    }
    return true
  }

  #delivered(line: number, now: number): void {
    this.#deliveries += 1
    const listeners = (this.#listeners[line] ?? 0) + 1
    this.#listeners[line] = listeners
    if (listeners < this.#heard.length) return
    const message = this.#messages[line] ?? 0
    this.#took.push(now - (this.#sentAt[message] ?? now))
    if (this.#took.length === this.#talk.messages) this.#end(now)
    else if (this.#talk.perSecond === undefined) this.#say(this.#senders[message] ?? 0)
  }

  #end(now: number): void {
    const took = this.#took.toSorted((a, b) => a - b)
    const atMost = (part: number): number => took[Math.ceil(took.length * part) - 1] ?? 0
    this.#outcome.resolve({
      seconds: (now - (this.#sentAt[0] ?? now)) / 1000,
      deliveries: this.#deliveries,
      p50: atMost(0.5),
      p99: atMost(0.99),
    })
  }

  #line(sender: number, message: number): string {
    return `${this.#room.names[sender]}::${text(message)}\n`
  }
}

function text(message: number): string {
  return `${String(message).padStart(DIGITS, '0')}${FILLER}`
}
