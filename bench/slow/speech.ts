/** What one person says at an even pace, and how long it takes to everybody who reads. Every byte is compared. */
import type { Heard, Talk } from './questions.ts'

export interface SpeechRoom {
  readonly readers: number
  /** The name of the one who talks. */
  readonly speaker: string
  /** What the speaker's connection is given. */
  say(line: string): void
  /** Whether this is what the others hear when a sleeper goes. */
  isFarewell(line: string): boolean
}

export class Speech {
  /** Resolves when every reader has heard everything; rejects when one of them hears something else. */
  readonly ended: Promise<Heard>
  readonly #outcome: PromiseWithResolvers<Heard> = Promise.withResolvers()
  readonly #room: SpeechRoom
  readonly #talk: Talk
  readonly #lines: Buffer[] = []
  readonly #sentAt: number[] = []
  /** How many messages each reader has heard. */
  readonly #heard: Int32Array
  readonly #took: Float64Array
  #deliveries = 0
  readonly #goneAfter: number[] = []

  constructor(room: SpeechRoom, talk: Talk) {
    this.#room = room
    this.#talk = talk
    this.#heard = new Int32Array(room.readers)
    this.#took = new Float64Array(room.readers * talk.messages)
    this.ended = this.#outcome.promise
  }

  begin(): void {
    this.#keepPace(performance.now())
  }

  /** A line without its ending. Its bytes are not kept. */
  hear(reader: number, line: Buffer): void {
    const message = this.#heard[reader] ?? 0
    const now = performance.now()
    if (this.#lines[message]?.equals(line) === true) {
      this.#heard[reader] = message + 1
      this.#took[this.#deliveries] = now - (this.#sentAt[message] ?? now)
      this.#deliveries += 1
      if (this.#deliveries === this.#took.length) this.#end()
      return
    }
    const text = line.toString('latin1', 0, 100)
    if (!this.#room.isFarewell(text)) this.fail(new Error(`a reader heard ${JSON.stringify(text)}`))
    else if (reader === 0) this.#goneAfter.push((now - (this.#sentAt[0] ?? now)) / 1000)
  }

  fail(error: Error): void {
    this.#outcome.reject(error)
  }

  // What is late because the load generator was busy is said as soon as possible: the number of messages is kept.
  #keepPace(start: number): void {
    const { messages, perSecond, textBytes } = this.#talk
    const now = performance.now()
    const due = Math.min(messages, Math.floor(((now - start) * perSecond) / 1000) + 1)
    while (this.#lines.length < due) {
      const text = `${this.#lines.length} `.padEnd(textBytes, FILLER)
      this.#lines.push(Buffer.from(`${this.#room.speaker}::${text}`))
      this.#sentAt.push(now)
      this.#room.say(`${text}\n`)
    }
    if (due < messages) setTimeout(() => this.#keepPace(start), start + (due * 1000) / perSecond - now)
  }

  #end(): void {
    const took = this.#took.sort()
    const atMost = (part: number): number => took[Math.ceil(took.length * part) - 1] ?? 0
    const offered = this.#lines.reduce((sum, line) => sum + line.length + 1, 0)
    this.#outcome.resolve({ p50: atMost(0.5), p99: atMost(0.99), offered, goneAfter: this.#goneAfter })
  }
}

const FILLER = 'the quick brown fox jumps over the lazy dog and runs away, '
