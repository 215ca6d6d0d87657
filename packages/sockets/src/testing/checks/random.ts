/** Checks by calls in every order and at every moment: the same ones each time, from a seed. */
import { equal } from 'node:assert/strict'
import type { ByteStream, Op } from '../../byte-stream.ts'
import {
  aside,
  leave,
  mayFail,
  numbers,
  pattern,
  type StreamCheck,
  sameBytes,
  turn,
  turns,
  until,
} from './check.ts'

export const RANDOM_CHECKS: readonly StreamCheck[] = [
  {
    id: 'many-readers',
    name: 'ten tasks that receive with short timeouts from a stream that rests now and then lose no byte',
    needs: 'every',
    run: manyReaders,
  },
  {
    id: 'random-calls',
    name: 'whatever calls come in whatever order, cancelled or not, the bytes are those that were sent',
    needs: 'every',
    run: randomCalls,
  },
]

async function manyReaders(near: ByteStream, far: ByteStream): Promise<void> {
  const sent = pattern(200_000, 67)
  const chunks: Buffer[] = []
  let ended = false
  let timeouts = 0
  const task = async (): Promise<void> => {
    while (!ended) {
      const outcome = await mayFail(near.recv(1000, { timeout: 1 }), 'busy', 'timeout')
      if (outcome === null) ended = true
      else if (outcome instanceof Uint8Array) chunks.push(outcome)
      else if (outcome.code === 'timeout') timeouts++
      await turn()
    }
  }
  const tasks = Array.from({ length: 10 }, () => aside(task()))
  for (let at = 0; at < sent.length; at += 997) {
    await far.send(sent.subarray(at, at + 997))
    if (at % 7 === 0) await turn()
    // A fast stream would never let anybody's time run out.
    const before = timeouts
    if (at % (20 * 997) === 0) await until(near, () => timeouts > before)
  }
  leave(far)
  await Promise.all(tasks)
  sameBytes(Buffer.concat(chunks), sent)
}

async function randomCalls(near: ByteStream, far: ByteStream): Promise<void> {
  const random = numbers(71)
  // Many line endings, so that the calls which look for one find them.
  const sent = pattern(60_000, 73).map((byte) => (byte < 16 ? 10 : byte))
  const sending = aside(sendSlowly(far, sent))
  let got = 0
  const took = (bytes: Uint8Array): void => {
    sameBytes(bytes, sent.subarray(got, got + bytes.length))
    got += bytes.length
  }
  while (got < sent.length) {
    const op = randomOp(random)
    const calls: readonly (() => Promise<Uint8Array | null>)[] = [
      () => near.recv(undefined, op),
      () => near.recv(1 + random(500), op),
      () => near.recvExactly(1 + random(Math.min(500, sent.length - got)), op),
      () => near.recvUntil('\n', { ...op, max: 200, keep: true }),
      async () => Buffer.from(`${await near.readLine({ ...op, encoding: 'latin1' })}\n`, 'latin1'),
      async () => near.tryRecv(1 + random(50)) ?? null,
    ]
    const outcome = await mayFail(
      (calls[random(calls.length)] ?? (() => near.recv()))(),
      'timeout',
      'aborted',
      'limit',
      'incomplete',
    )
    const bytes = outcome instanceof Uint8Array ? outcome : outcome === null ? null : outcome.partial
    if (bytes === null || bytes === undefined) await turn()
    else if (random(4) > 0) took(bytes)
    else near.unread(Buffer.from(bytes))
  }
  await sending
  equal(near.buffered, 0)
}

/** A call without limits, with no time, or with a signal that fires now or within a turn or two. */
function randomOp(random: (limit: number) => number): Op | undefined {
  const kind = random(5)
  if (kind === 0) return undefined
  if (kind === 1) return { timeout: 0 }
  if (kind === 2) return { timeout: 1 }
  const stop = new AbortController()
  if (kind === 3) queueMicrotask(() => stop.abort())
  else setImmediate(() => stop.abort())
  return { signal: stop.signal }
}

async function sendSlowly(stream: ByteStream, data: Uint8Array): Promise<void> {
  const random = numbers(79)
  for (let at = 0; at < data.length; ) {
    const size = 1 + random(700)
    await stream.send(data.subarray(at, at + size))
    at += size
    await turns(random(3))
  }
}
