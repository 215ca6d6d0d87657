/**
 * One conversation between the checker and somebody's program: sends in exactly the packets it says, expects with a
 * time limit, and keeps what happened. A peer under test may do anything, so everything here has an end: so many
 * bytes, so many milliseconds.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type ByteStream, type Data, SocketError, type TcpSocket } from '@partyline/sockets'
import { type ConnectionLog, packet, seconds } from './evidence.ts'
import { isTaken } from './taken.ts'

/** Bytes of an answer that we look at before we call it endless. */
const MOST_OF_AN_ANSWER = 64 * 1024
/** After an answer matches, its end is waited for so long, in milliseconds: a newline or a further packet. */
const SETTLE_MS = 60
/** After a failure, what is on its way is waited for so long, in milliseconds: the end, above all. */
const LAST_WORDS_MS = 500
/** Looks whether a program has read a packet before the next one comes: 0.6 s, once only. */
const UNREAD_LOOKS = 8

/** How patient a conversation is. */
export interface Pace {
  /** How long an answer may take, in milliseconds. */
  readonly waitMs: number
  /** The pause between packets that must arrive as packets, in milliseconds. */
  readonly gapMs: number
  /** Stops everything. */
  readonly signal: AbortSignal
}

/** The program under test did not do what the point expects. What was seen is in the point's evidence. */
export class Fault extends Error {
  override readonly name = 'Fault'
}

type Came = Buffer | 'ended' | 'reset' | 'silent'

export class Talk {
  readonly #stream: ByteStream
  readonly #log: ConnectionLog
  readonly #pace: Pace
  /** What came and was not yet asked about. */
  #pending: Buffer = Buffer.alloc(0)
  #over: 'ended' | 'reset' | undefined
  #heard = false
  /** How long the expectation of this moment may take. */
  #waitedMs = 0
  /** We have ended it: what happens to it is no longer evidence. */
  #left = false
  /** The program takes nothing: it is not waited for again. */
  #isDeaf = false

  constructor(stream: ByteStream, log: ConnectionLog, pace: Pace) {
    this.#stream = stream
    this.#log = log
    this.#pace = pace
  }

  /**
   * Sends each piece as a packet of its own, with a gap between them. A peer that does not take them is no failure
   * here: the next expectation tells.
   */
  async send(...pieces: readonly Data[]): Promise<void> {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await this.gap()
      this.#log.sent.add(Buffer.from(piece))
      await this.#ignoringLoss(async () => {
        await this.#stream.send(piece, this.#op(this.#pace.waitMs))
        await this.#stream.flush(this.#op(this.#pace.waitMs))
      })
    }
  }

  /** Sends each byte as a packet of its own. */
  sendBytewise(data: Data): Promise<void> {
    return this.send(...Array.from(Buffer.from(data), (byte) => Uint8Array.of(byte)))
  }

  /** Sends it and ends our side at once, without a moment in which the peer could think that more comes. */
  async sendLast(data: Data): Promise<void> {
    this.#log.sent.add(Buffer.from(data))
    void this.#stream.send(data)
    await this.shutdown()
  }

  /** Ends our side (SHUT_WR): we have nothing more to say, and listen on. */
  async shutdown(): Promise<void> {
    this.#log.sent.mark('FIN')
    await this.#ignoringLoss(() => this.#stream.shutdown(this.#op(this.#pace.waitMs)))
  }

  /** Ends the connection with a reset. */
  async reset(): Promise<void> {
    this.#log.sent.mark('RST')
    this.#left = true
    this.#stream.abort()
    await this.#stream.closed
  }

  /**
   * Ends it without a trace in the evidence: with our end, as a polite client does. Where the peer has ended first,
   * with a reset, which nobody feels any more, and which spares the peer's port the minute of TIME_WAIT that would
   * keep its program from being started again (RFC 9293 section 3.6.1).
   */
  async drop(): Promise<void> {
    if (this.#left) return
    const isOver = await this.isOver()
    this.#left = true
    if (isOver || this.#stream.queued > 0) this.#stream.abort()
    else await this.#stream.close()
  }

  /** Ends it with a reset, without a trace in the evidence: for a program that is about to be ended too. */
  cut(): void {
    this.#left = true
    this.#stream.abort()
  }

  /** Time passes. What comes meanwhile waits. */
  async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#pace.signal })
  }

  /**
   * The pause after a packet: what is sent next is a packet of its own. Where the system tells, it is as long as the
   * program needs to take the one before.
   */
  async gap(): Promise<void> {
    await this.pause(this.#pace.gapMs)
    const stream = this.#stream
    if (this.#isDeaf || !isTcp(stream)) return
    this.#isDeaf = !(await isTaken(stream, UNREAD_LOOKS, this.#pace.signal))
  }

  /** Exactly these bytes, next. */
  async expectBytes(bytes: Data): Promise<void> {
    let wanted = Buffer.from(bytes)
    this.#log.expect(packet(wanted))
    const until = this.#until()
    for (;;) {
      const here = Math.min(this.#pending.length, wanted.length)
      if (this.#pending.compare(wanted, 0, here, 0, here) !== 0) await this.#fail()
      this.#pending = this.#pending.subarray(here)
      wanted = wanted.subarray(here)
      if (wanted.length === 0) return
      await this.#more(until)
    }
  }

  /**
   * An answer that matches, `words` say what it looks like. Returns all of the answer's text: what has come until
   * it matches, and what still comes right after. With `unless`, an answer that matches that one is a fault.
   */
  async expectAnswer(
    pattern: RegExp,
    words: string,
    unless?: RegExp,
    waitMs: number = this.#pace.waitMs,
  ): Promise<string> {
    this.#log.expect(words)
    const until = this.#until(waitMs)
    while (!pattern.test(String(this.#pending))) await this.#more(until)
    const text = await this.#settle(until)
    if (!pattern.test(text) || unless?.test(text) === true) await this.#fail()
    return text
  }

  /** The end of the peer's stream, and nothing before it. */
  async expectEnd(): Promise<void> {
    this.#log.expect('FIN')
    if (this.#pending.length > 0) await this.#fail()
    const came = this.#over ?? (await this.#next(this.#until()))
    if (came !== 'ended') await this.#fail(came)
  }

  /** The end of the peer's stream after whatever else it says. Returns the text. */
  async expectEndAfterAnything(words = 'FIN'): Promise<string> {
    this.#log.expect(words)
    const until = this.#until()
    for (;;) {
      const came = this.#over ?? (await this.#next(until))
      if (came === 'ended') return this.#take()
      if (typeof came === 'string') await this.#fail(came)
      if (this.#pending.length > MOST_OF_AN_ANSWER) await this.#fail('endless')
    }
  }

  /** The first thing that comes and what comes right after; empty when nothing does. Never a fault. */
  async answerIfAny(waitMs: number = this.#pace.waitMs): Promise<string> {
    const until = this.#until(waitMs)
    while (this.#pending.length === 0) {
      if (typeof (this.#over ?? (await this.#next(until))) === 'string') return ''
    }
    return this.#settle(until)
  }

  /** Throws away what has come until now, like a prompt. */
  async discard(): Promise<void> {
    await this.#takeWhatIsHere()
    this.#pending = Buffer.alloc(0)
  }

  /** True when the peer has ended or ends within a moment. */
  async isOver(): Promise<boolean> {
    const until = performance.now() + SETTLE_MS
    while (this.#over === undefined && this.#pending.length <= MOST_OF_AN_ANSWER) {
      if ((await this.#next(until)) === 'silent') break
    }
    return this.#over !== undefined
  }

  /** Waits for the peer to end, in whatever way and after whatever words; a fault when it does not. */
  async expectLeaving(words: string): Promise<'ended' | 'reset'> {
    this.#log.expect(words)
    const until = this.#until()
    for (;;) {
      const came = this.#over ?? (await this.#next(until))
      if (came === 'ended' || came === 'reset') return came
      if (came === 'silent') await this.#fail(came)
      if (performance.now() > until) await this.#fail('endless')
      this.#pending = Buffer.alloc(0)
    }
  }

  /** True when the peer no longer takes what we send. Looks, does not wait. */
  async hasBroken(): Promise<boolean> {
    await this.#takeWhatIsHere()
    if (this.#stream.state === 'closed' && this.#over !== 'reset') this.#end('reset', 'RST') // after its end
    return this.#over === 'reset'
  }

  /** Adds a sentence to what came, and fails. */
  fault(words: string): never {
    this.#log.came.mark(words)
    throw new Fault(words)
  }

  /** Says what is expected, where the expectation is more than bytes. */
  expecting(words: string): void {
    this.#log.expect(words)
  }

  async #takeWhatIsHere(): Promise<void> {
    while (this.#over === undefined && this.#pending.length <= MOST_OF_AN_ANSWER) {
      if (typeof (await this.#next(performance.now())) === 'string') return
    }
  }

  #take(): string {
    const text = String(this.#pending)
    this.#pending = Buffer.alloc(0)
    return text
  }

  /** After a match: the rest of the line, or of what comes at once. */
  async #settle(until: number): Promise<string> {
    while (!this.#pending.includes(0x0a) && this.#pending.length <= MOST_OF_AN_ANSWER) {
      const came = this.#over ?? (await this.#next(Math.min(until, performance.now() + SETTLE_MS)))
      if (typeof came === 'string') break
    }
    return this.#take()
  }

  async #more(until: number): Promise<void> {
    if (this.#pending.length > MOST_OF_AN_ANSWER) await this.#fail('endless')
    const came = this.#over ?? (await this.#next(until))
    if (typeof came === 'string') await this.#fail(came)
  }

  async #next(until: number): Promise<Came> {
    try {
      const chunk = await this.#stream.recv(undefined, this.#op(Math.max(0, until - performance.now())))
      if (chunk === null) return this.#end('ended', 'FIN')
      this.#heard = true
      this.#log.came.add(chunk)
      this.#pending = Buffer.concat([this.#pending, chunk])
      return chunk
    } catch (error) {
      if (!SocketError.is(error) || error.code === 'aborted') throw error
      return error.code === 'timeout' ? 'silent' : this.#end('reset', 'RST')
    }
  }

  #end(how: 'ended' | 'reset', word: string): 'ended' | 'reset' {
    this.#over = how
    this.#log.came.mark(word)
    return how
  }

  async #fail(why?: Came | 'endless'): Promise<never> {
    if (why === 'silent') {
      const time = seconds(this.#waitedMs)
      this.#log.came.mark(this.#heard ? `then nothing for ${time}` : `nothing within ${time}`)
    }
    if (why === 'endless') this.#log.came.mark('and no end of it')
    // What is on its way belongs to the picture: the end that follows wrong bytes says more than the bytes alone.
    if (why === undefined && this.#over === undefined) {
      await this.#next(performance.now() + Math.min(this.#pace.waitMs, LAST_WORDS_MS))
    }
    throw new Fault('not what was expected')
  }

  async #ignoringLoss(call: () => Promise<void>): Promise<void> {
    try {
      await call()
    } catch (error) {
      if (!SocketError.is(error) || error.code === 'aborted') throw error
      if (error.code !== 'timeout') this.#end('reset', 'RST')
    }
  }

  #until(waitMs: number = this.#pace.waitMs): number {
    this.#waitedMs = waitMs
    return performance.now() + waitMs
  }

  #op(timeout: number): { timeout: number; signal: AbortSignal } {
    return { timeout, signal: this.#pace.signal }
  }
}

function isTcp(stream: ByteStream): stream is TcpSocket {
  return 'local' in stream && 'remote' in stream
}

/** A pattern that matches this text and nothing else. */
export function asPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
