/** Checks of timeout and signal: a call that is cancelled has taken nothing, wherever in the bytes it was. */
import { equal, ok } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { ByteStream, Op } from '../../byte-stream.ts'
import {
  arrived,
  aside,
  fails,
  leave,
  mayFail,
  next,
  refuses,
  roundTrip,
  type StreamCheck,
  sameBytes,
  turns,
  until,
} from './check.ts'

/** Three sorts of bytes that must not be torn apart: characters, CR LF, and a delimiter. */
const MESSAGE = Buffer.from('é漢😀; ok\r\n')

/** A way to receive the whole of MESSAGE, or for recv and recvInto, which never wait for more, what is there. */
interface Reading {
  readonly name: string
  readonly whole: boolean
  readonly read: (stream: ByteStream, op?: Op) => Promise<Buffer | null>
}

const READINGS: readonly Reading[] = [
  { name: 'recv', whole: false, read: (stream, op) => stream.recv(100, op) },
  {
    name: 'recvInto',
    whole: false,
    read: async (stream, op) => {
      const memory = Buffer.alloc(100)
      return memory.subarray(0, await stream.recvInto(memory, op))
    },
  },
  { name: 'recvExactly', whole: true, read: (stream, op) => stream.recvExactly(MESSAGE.length, op) },
  {
    name: 'recvUntil',
    whole: true,
    read: (stream, op) => stream.recvUntil('\r\n', { ...op, max: 100, keep: true }),
  },
  {
    name: 'readLine',
    whole: true,
    read: async (stream, op) => Buffer.from(`${await stream.readLine(op)}\r\n`),
  },
  {
    name: 'lines',
    whole: true,
    read: async (stream, op) => {
      const lines = stream.lines(op)
      const { value } = await lines.next()
      await lines.return?.()
      return Buffer.from(`${value}\r\n`)
    },
  },
]

export const CANCELLING_CHECKS: readonly StreamCheck[] = [
  ...READINGS.flatMap((reading): StreamCheck[] => [
    {
      id: `abort-${reading.name}`,
      name: `${reading.name} that is aborted at any byte has taken nothing`,
      needs: 'every',
      run: (near, far) => abortEverywhere(near, far, reading),
    },
    {
      id: `timeout-${reading.name}`,
      name: `${reading.name} that times out at any byte has taken nothing`,
      needs: 'every',
      run: (near, far) => timeOutEverywhere(near, far, reading),
    },
    {
      id: `race-${reading.name}`,
      name: `${reading.name} that is aborted just as bytes come either gives them or leaves them`,
      needs: 'every',
      run: (near, far) => raceEverywhere(near, far, reading),
    },
  ]),
  {
    id: 'aborted-before',
    name: 'a signal that has fired already aborts every call, takes nothing and sends nothing',
    needs: 'every',
    run: abortedBefore,
  },
  {
    id: 'abort-late',
    name: 'a signal that fires after the call does nothing, and no listener stays on it',
    needs: 'every',
    run: noListeners,
  },
  {
    id: 'abort-cause',
    name: 'an aborted call says which call it was and has the signal’s reason as cause',
    needs: 'every',
    run: async (near) => {
      const stop = new AbortController()
      const reason = new Error('enough')
      const waiting = aside(fails(near.recv(1, { signal: stop.signal, timeout: 60_000 }), 'aborted'))
      stop.abort(reason)
      const error = await waiting
      equal(error.cause, reason)
      equal(error.op, 'recv')
      equal(getEventListeners(stop.signal, 'abort').length, 0)
    },
  },
  {
    id: 'timeout-now',
    name: 'a timeout of 0 gives what is there and does not wait',
    needs: 'every',
    run: async (near, far) => {
      equal((await fails(near.recv(1, { timeout: 0 }), 'timeout')).op, 'recv')
      await far.send('line\n')
      await arrived(near, 5)
      equal(await near.readLine({ timeout: 0 }), 'line')
      await far.send('ab')
      await arrived(near, 2)
      await fails(near.recvExactly(3, { timeout: 0 }), 'timeout')
      equal(String(await near.recvExactly(2, { timeout: 0 })), 'ab')
      leave(far)
      equal(await near.recv(), null)
      equal(await near.recv(1, { timeout: 0 }), null)
    },
  },
  {
    id: 'timeout-then-none',
    name: 'after a call in good time, its timeout does not end the next call',
    needs: 'every',
    run: async (near, far) => {
      for (const word of ['a', 'b']) {
        const timed = aside(near.recv(1, { timeout: 2 }))
        await far.send(word)
        // On a machine that stands still for so long, it comes too late: then nothing was taken.
        if (!((await mayFail(timed, 'timeout')) instanceof Uint8Array)) await near.recvExactly(1)
      }
      const waiting = aside(near.recv(4))
      // Time passes on the same stream's other side: these two take longer than what is left of the first timeout.
      await fails(far.recv(1, { timeout: 3 }), 'timeout')
      await fails(far.recv(1, { timeout: 3 }), 'timeout')
      await far.send('c')
      ok(
        (await mayFail(waiting, 'timeout')) instanceof Uint8Array,
        'a timeout of an earlier call ended this one',
      )
    },
  },
  {
    id: 'close-after-cancel',
    name: 'after cancelled calls a stream closes cleanly',
    needs: 'every',
    run: async (near, far) => {
      await fails(near.recv(1, { timeout: 1 }), 'timeout')
      await fails(near.readLine({ timeout: 0 }), 'timeout')
      await roundTrip(near, far)
      await near.send('bye')
      const closing = aside(near.close())
      equal(String(await far.recvExactly(3)), 'bye')
      equal(await far.recv(), null)
      leave(far)
      await closing
      equal((await near.closed).by, 'us')
    },
  },
]

/** Sends the first `count` bytes and, for a call that waits for nothing more once bytes are there, takes them. */
async function upTo(near: ByteStream, far: ByteStream, reading: Reading, count: number): Promise<void> {
  await far.send(MESSAGE.subarray(0, count))
  if (reading.whole) await arrived(near, count)
  else await next(near, count)
}

/** Sends the rest and expects all that was not taken before. */
async function theRest(near: ByteStream, far: ByteStream, reading: Reading, count: number): Promise<void> {
  await far.send(MESSAGE.subarray(count))
  const got = reading.whole ? await reading.read(near) : await next(near, MESSAGE.length - count)
  sameBytes(got, reading.whole ? MESSAGE : MESSAGE.subarray(count))
  equal(near.buffered, 0, `cancelled at byte ${count}`)
}

async function abortEverywhere(near: ByteStream, far: ByteStream, reading: Reading): Promise<void> {
  for (let count = 0; count < MESSAGE.length; count++) {
    const stop = new AbortController()
    await upTo(near, far, reading, count)
    const after = aside(fails(reading.read(near, { signal: stop.signal }), 'aborted'))
    stop.abort()
    await after
    await theRest(near, far, reading, count)
    if (!reading.whole) continue
    const during = new AbortController()
    const waiting = aside(fails(reading.read(near, { signal: during.signal }), 'aborted'))
    await far.send(MESSAGE.subarray(0, count))
    await until(near, () => near.buffered === count)
    during.abort()
    await waiting
    await theRest(near, far, reading, count)
  }
}

async function timeOutEverywhere(near: ByteStream, far: ByteStream, reading: Reading): Promise<void> {
  for (let count = 0; count < MESSAGE.length; count++) {
    await upTo(near, far, reading, count)
    await fails(reading.read(near, { timeout: 0 }), 'timeout')
    await fails(reading.read(near, { timeout: 1 }), 'timeout')
    await theRest(near, far, reading, count)
    if (!reading.whole) continue
    const waiting = aside(fails(reading.read(near, { timeout: 1 }), 'timeout'))
    await far.send(MESSAGE.subarray(0, count))
    await waiting
    await theRest(near, far, reading, count)
  }
}

async function raceEverywhere(near: ByteStream, far: ByteStream, reading: Reading): Promise<void> {
  for (let count = 0; count < MESSAGE.length; count += 3) {
    for (let lead = 0; lead < 4; lead++) {
      const stop = new AbortController()
      await upTo(near, far, reading, count)
      const racing = aside(mayFail(reading.read(near, { signal: stop.signal }), 'aborted'))
      await far.send(MESSAGE.subarray(count))
      await turns(lead)
      stop.abort()
      const outcome = await racing
      const taken = outcome instanceof Uint8Array ? outcome : Buffer.alloc(0)
      const expected = reading.whole ? MESSAGE : MESSAGE.subarray(count)
      const rest = await next(near, expected.length - taken.length)
      sameBytes(Buffer.concat([taken, rest]), expected)
      equal(near.buffered, 0)
    }
  }
}

async function abortedBefore(near: ByteStream, far: ByteStream): Promise<void> {
  const reason = new Error('enough')
  const op: Op = { signal: AbortSignal.abort(reason) }
  await far.send(MESSAGE)
  await arrived(near, MESSAGE.length)
  for (const { read } of READINGS) equal((await fails(read(near, op), 'aborted')).cause, reason)
  sameBytes(await near.recvExactly(MESSAGE.length), MESSAGE)
  await fails(near.send('never', op), 'aborted')
  await fails(near.sendAll(['never'], op), 'aborted')
  await fails(near.flush(op), 'aborted')
  await fails(near.shutdown(op), 'aborted')
  await refuses('a wrong argument with a signal that has fired', () => near.recv(-1, op))
  await roundTrip(near, far)
}

async function noListeners(near: ByteStream, far: ByteStream): Promise<void> {
  const stop = new AbortController()
  const op: Op = { signal: stop.signal, timeout: 60_000 }
  const listeners = (): number => getEventListeners(stop.signal, 'abort').length
  for (const { name, read } of READINGS) {
    await far.send(MESSAGE)
    await arrived(near, MESSAGE.length)
    sameBytes(await read(near, op), MESSAGE)
    const waiting = aside(read(near, op))
    await far.send(MESSAGE)
    const early = await waiting
    await next(near, MESSAGE.length - (early?.length ?? 0))
    equal(listeners(), 0, `${name} left a listener`)
    await fails(read(near, { ...op, timeout: 1 }), 'timeout')
    equal(listeners(), 0, `${name} left a listener after its timeout`)
  }
  await near.send('abc', op)
  await near.flush(op)
  await far.recvExactly(3)
  equal(listeners(), 0, 'send or flush left a listener')
  const ended = aside(near.recvExactly(5, op))
  await far.send('12')
  leave(far)
  await fails(ended, 'incomplete')
  equal(listeners(), 0, 'recvExactly left a listener at the end')
  await near.shutdown(op)
  equal(listeners(), 0, 'shutdown left a listener')
  stop.abort()
  equal(await near.recv(), null)
}
