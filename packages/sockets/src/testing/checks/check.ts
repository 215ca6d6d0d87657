/**
 * What a check of the conformance suite is, and the few words in which all of them are written.
 *
 * No check waits for time to pass: `turn` gives everything that is ready its say, `until` waits for something that
 * has to happen, and a check that hangs is ended from outside by its guard, which aborts both ends.
 */
import { AssertionError, equal, ok } from 'node:assert/strict'
import type { ByteStream } from '../../byte-stream.ts'
import { SocketError, type SocketErrorCode } from '../../errors.ts'

/**
 * What not every stream can do. `half-close`: shutdown ends one direction only. `reset`: abort is seen by the
 * other side as the error `reset`, not as an end. `clogged`: there is a maker of pairs whose next send waits until
 * the other side reads.
 */
export type StreamTrait = 'half-close' | 'reset' | 'clogged'

/** One requirement. */
export interface StreamCheck {
  /** Short and stable, to name it in a report or to leave it out. */
  readonly id: string
  /** The requirement as a sentence. */
  readonly name: string
  /** The streams it applies to. */
  readonly needs: 'every' | StreamTrait
  /** Rejects when the requirement is not met. `near` is the stream on trial, `far` its other end. */
  readonly run: (near: ByteStream, far: ByteStream) => Promise<void>
}

/** One turn of the event loop: what is ready now happens before it resolves. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn()
}

/** Resolves when `condition` holds; rejects when `stream` closes before, so that no broken stream makes it spin for ever. */
export async function until(stream: ByteStream, condition: () => boolean): Promise<void> {
  while (!condition()) {
    ok(stream.state !== 'closed', 'the stream closed before what was waited for came')
    await turn()
  }
}

/** Lets a call run beside the check. When the check fails for another reason, nobody has to look at this one too. */
export function aside<T>(call: Promise<T>): Promise<T> {
  call.catch(() => {})
  return call
}

/** `stream` closes, so that its other end sees the end. Nobody waits until that one has closed too. */
export function leave(stream: ByteStream): void {
  void aside(stream.close())
}

/** Resolves when `count` bytes have come to `stream`, and leaves them there. */
export async function arrived(stream: ByteStream, count: number): Promise<void> {
  stream.unread(await next(stream, count))
}

/** The next `count` bytes, which may be none. */
export async function next(stream: ByteStream, count: number): Promise<Buffer> {
  return count === 0 ? Buffer.alloc(0) : stream.recvExactly(count)
}

/** Expects that `call` rejects with a SocketError of one of these codes, and returns it. */
export async function fails(
  call: Promise<unknown>,
  ...codes: readonly SocketErrorCode[]
): Promise<SocketError> {
  const outcome: unknown = await mayFail(call, ...codes)
  if (SocketError.is(outcome)) return outcome
  const got = outcome instanceof Uint8Array ? `${outcome.length} bytes` : JSON.stringify(outcome)
  throw new AssertionError({ message: `the call should fail with ${codes.join(' or ')}, but gave ${got}` })
}

/** What `call` gives, or the SocketError it rejects with when that is one of these codes. */
export async function mayFail<T>(
  call: Promise<T>,
  ...codes: readonly SocketErrorCode[]
): Promise<T | SocketError> {
  try {
    return await call
  } catch (error) {
    if (SocketError.is(error, ...codes)) return error
    throw error
  }
}

/** Expects that `call` throws, or rejects with, a TypeError or RangeError. */
export async function refuses(words: string, call: () => unknown): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return
    throw error
  }
  throw new AssertionError({ message: `${words} should be a TypeError or RangeError` })
}

/** That every receive and every send of `stream` is closed. */
export async function allClosed(stream: ByteStream): Promise<void> {
  await fails(stream.recv(), 'closed')
  await fails(stream.recvInto(Buffer.alloc(4)), 'closed')
  await fails(stream.recvExactly(1), 'closed')
  await fails(stream.recvUntil('\n', { max: 10 }), 'closed')
  await fails(stream.readLine(), 'closed')
  await fails(stream.lines().next(), 'closed')
  await fails(stream[Symbol.asyncIterator]().next(), 'closed')
  await fails(stream.send('x'), 'closed')
  await fails(stream.send(''), 'closed')
  equal(stream.trySend('x'), false)
}

/** Everything up to the other side's end. */
export async function readToEnd(stream: ByteStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = await stream.recv()
    if (chunk === null) return Buffer.concat(chunks)
    ok(chunk.length > 0, 'recv gave an empty buffer')
    chunks.push(chunk)
  }
}

/** Compares bytes; names the first difference, because two dumps of a megabyte help nobody. */
export function sameBytes(actual: Uint8Array | null, expected: Uint8Array): void {
  ok(actual !== null, `the stream ended where ${expected.length} bytes should come`)
  if (Buffer.compare(actual, expected) === 0) return
  if (expected.length <= 64 && actual.length <= 64) equal(escaped(actual), escaped(expected))
  const length = Math.min(actual.length, expected.length)
  let at = 0
  while (at < length && actual[at] === expected[at]) at++
  throw new AssertionError({
    message: `${actual.length} bytes came where ${expected.length} were sent; they differ from byte ${at} on`,
  })
}

/** That both directions still work, byte for byte. */
export async function roundTrip(near: ByteStream, far: ByteStream): Promise<void> {
  await near.send('there')
  equal(String(await far.recvExactly(5)), 'there')
  await far.send('back')
  equal(String(await near.recvExactly(4)), 'back')
}

/** Whole numbers from 0 to below `limit`, the same ones for the same seed (Marsaglia's xorshift32). */
export function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

/** Bytes in which a lost, doubled or moved one shows: the same ones for the same seed. */
export function pattern(length: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4))
  const random = numbers(seed)
  for (let i = 0; i < words.length; i++) words[i] = random(2 ** 32)
  return Buffer.from(words.buffer, 0, length)
}

/** Whether `call` is still waiting after some turns of the event loop. It must be handled elsewhere. */
export async function stillWaits(call: Promise<unknown>): Promise<boolean> {
  let waits = true
  const settled = call
    .catch(() => {})
    .finally(() => {
      waits = false
    })
  for (let i = 0; i < 20 && waits; i++) await Promise.race([settled, turn()])
  return waits
}

function escaped(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1'))
}
