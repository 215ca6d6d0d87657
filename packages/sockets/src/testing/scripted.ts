/**
 * A stream that plays a script, for tests of protocol code: it says what the other side says, and insists on what
 * the program under test must send. No time passes in it, and no network is needed.
 */
import { AssertionError } from 'node:assert/strict'
import type { ByteStream, Data } from '../byte-stream.ts'
import { SOCKET_ERRORS, SocketError, type SocketErrorCode } from '../errors.ts'
import { QueuedStream } from '../queued-stream.ts'
import type { Transport, TransportEvents } from '../transport.ts'

/**
 * One step of a script: bytes that come from the other side; bytes that the program has to send, in one send or in
 * many; the other side's end; a connection that fails.
 */
export type ScriptStep =
  | { readonly recv: Data }
  | { readonly expect: Data }
  | { readonly end: true }
  | { readonly fail: SocketErrorCode }

/** The program's end of a scripted connection. */
export interface ScriptedStream extends ByteStream {
  /**
   * Throws an AssertionError unless every step was played: says which one was not, or shows what was sent instead of
   * the bytes expected. Played means that the other side's bytes were handed over, not that they were read.
   */
  finished(): void
}

/**
 * Plays `steps` in order: each one as soon as those before it are done. A send that the script does not expect
 * rejects with an AssertionError that shows both as text and in hexadecimal, and the stream fails. A script without
 * `end` or `fail` leaves the stream open, so that a receive after its last step waits.
 *
 *     const stream = scripted([{ recv: 'name? ' }, { expect: 'ann\n' }, { recv: 'Hi ann\n' }, { end: true }])
 *     await greet(stream)
 *     stream.finished()
 *
 * Throws TypeError for steps that are none, and for steps that can never be played.
 */
export function scripted(steps: readonly ScriptStep[]): ScriptedStream {
  const script = new Script(steps)
  const stream = new PlayedStream(script)
  script.start(stream)
  return stream
}

class PlayedStream extends QueuedStream implements ScriptedStream {
  readonly #script: Script

  constructor(script: Script) {
    super(script)
    this.#script = script
  }

  finished(): void {
    this.#script.finished()
  }
}

type Step =
  | { readonly kind: 'recv'; readonly bytes: Buffer }
  | { readonly kind: 'expect'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'fail'; readonly code: SocketErrorCode }

/** The other side: a transport whose peer is a list of steps. */
class Script implements Transport {
  readonly queued = 0
  readonly closeIsLossy = false
  readonly mayStall = true
  readonly #steps: readonly Step[]
  #events: TransportEvents | undefined
  #next = 0
  /** What was sent for the step that is next. */
  #sent: Buffer = Buffer.alloc(0)
  #wrong: AssertionError | undefined
  #peerEnded = false
  #weEnded = false
  #gone = false

  constructor(steps: readonly ScriptStep[]) {
    this.#steps = steps.map(parseStep)
    const last = this.#steps.findIndex(({ kind }) => kind === 'fail')
    const end = this.#steps.findIndex(({ kind }) => kind === 'end')
    if (last !== -1 && last < this.#steps.length - 1)
      throw new TypeError(`nothing can come after step ${last + 1}, fail`)
    if (end !== -1 && this.#steps.some(({ kind }, i) => i > end && (kind === 'recv' || kind === 'end'))) {
      throw new TypeError(`nothing can be received after step ${end + 1}, end`)
    }
  }

  start(events: TransportEvents): void {
    this.#events = events
    this.#play()
  }

  finished(): void {
    if (this.#wrong !== undefined) throw this.#wrong
    const step = this.#steps[this.#next]
    if (step === undefined) return
    const words = `step ${this.#next + 1} of ${this.#steps.length} was not played`
    if (step.kind !== 'expect') throw new AssertionError({ message: `${words}: ${step.kind}` })
    throw this.#mismatch(`${words}: the program should send`, step.bytes, this.#sent)
  }

  write(bytes: Uint8Array): void {
    if (this.#wrong !== undefined) throw this.#wrong
    for (let rest: Buffer = Buffer.from(bytes); rest.length > 0; ) rest = this.#compare(rest)
    this.#later(() => this.#events?.onWritten())
    this.#play()
  }

  cork(): void {}
  uncork(): void {}
  pause(): void {} // the whole script is in memory anyway
  resume(): void {}
  setIdle(): void {}

  end(): void {
    this.#weEnded = true
    this.#later(() => {
      this.#events?.onFinish()
      if (this.#peerEnded) this.destroy()
    })
  }

  destroy(): void {
    if (this.#gone) return
    this.#later(() => this.#events?.onClose())
    this.#gone = true
  }

  reset(): void {
    this.destroy()
  }

  /** Takes from `rest` what the next step expects; returns what is left for the step after it. */
  #compare(rest: Buffer): Buffer {
    this.#play()
    const step = this.#steps[this.#next]
    if (step?.kind !== 'expect')
      throw this.#fail('the script expects nothing more to be sent', Buffer.alloc(0), rest)
    const missing = step.bytes.subarray(this.#sent.length)
    const part = rest.subarray(0, missing.length)
    const sent = Buffer.concat([this.#sent, part])
    if (!missing.subarray(0, part.length).equals(part)) {
      throw this.#fail(
        `step ${this.#next + 1}: the program should send`,
        step.bytes,
        Buffer.concat([this.#sent, rest]),
      )
    }
    this.#sent = sent
    if (sent.length === step.bytes.length) this.#advance()
    return rest.subarray(part.length)
  }

  /** Plays everything up to the next bytes that the program has to send. */
  #play(): void {
    for (
      let step = this.#steps[this.#next];
      step !== undefined && !this.#gone;
      step = this.#steps[this.#next]
    ) {
      if (step.kind === 'expect') return
      this.#advance()
      if (step.kind === 'recv') this.#hand(step.bytes)
      else if (step.kind === 'end') this.#endPeer()
      else this.#break(new SocketError(step.code, { op: 'recv' }))
    }
  }

  #advance(): void {
    this.#next++
    this.#sent = Buffer.alloc(0)
  }

  #hand(bytes: Buffer): void {
    this.#later(() => this.#events?.onData(bytes))
  }

  #endPeer(): void {
    this.#later(() => {
      this.#peerEnded = true
      this.#events?.onEnd()
      if (this.#weEnded) this.destroy()
    })
  }

  #fail(words: string, expected: Buffer, sent: Buffer): AssertionError {
    this.#wrong = this.#mismatch(words, expected, sent)
    // Whoever waits for an answer must not wait for ever.
    this.#break(new SocketError('system', { op: 'send', words: this.#wrong.message, cause: this.#wrong }))
    return this.#wrong
  }

  #break(error: SocketError): void {
    this.#later(() => this.#events?.onError(error))
    this.destroy()
  }

  #mismatch(words: string, expected: Buffer, sent: Buffer): AssertionError {
    const message = `${words}\n  ${shown(expected)}\nbut it sent\n  ${shown(sent)}`
    return new AssertionError({
      message,
      actual: String(sent),
      expected: String(expected),
      operator: 'scripted',
    })
  }

  /** A transport never calls back during a call. */
  #later(event: () => void): void {
    const wasOpen = !this.#gone
    queueMicrotask(() => {
      if (wasOpen) event()
    })
  }
}

const MOST_SHOWN = 256

function shown(bytes: Buffer): string {
  if (bytes.length === 0) return 'nothing'
  const part = bytes.subarray(0, MOST_SHOWN)
  const more = bytes.length > MOST_SHOWN ? ` … (${bytes.length} bytes)` : ''
  return `${JSON.stringify(String(part))}  ${part.toString('hex').replace(/..(?=.)/g, '$& ')}${more}`
}

function parseStep(step: ScriptStep, index: number): Step {
  if ('recv' in step) return { kind: 'recv', bytes: someBytes(step.recv, index) }
  if ('expect' in step) return { kind: 'expect', bytes: someBytes(step.expect, index) }
  if ('end' in step) return { kind: 'end' }
  if ('fail' in step && Object.hasOwn(SOCKET_ERRORS, step.fail)) return { kind: 'fail', code: step.fail }
  throw new TypeError(`step ${index + 1} is neither recv, expect, end nor fail with a known code`)
}

function someBytes(data: Data, index: number): Buffer {
  const bytes = Buffer.from(data)
  if (bytes.length === 0) throw new TypeError(`step ${index + 1} has no bytes`)
  return bytes
}
