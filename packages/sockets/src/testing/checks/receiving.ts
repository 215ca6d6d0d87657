/** Checks of recv, recvInto, tryRecv, unread, iteration, and what happens at the other side's end. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import type { ByteStream } from '../../byte-stream.ts'
import {
  arrived,
  aside,
  fails,
  leave,
  numbers,
  pattern,
  readToEnd,
  refuses,
  roundTrip,
  type StreamCheck,
  sameBytes,
  turns,
  until,
} from './check.ts'

export const RECEIVING_CHECKS: readonly StreamCheck[] = [
  {
    id: 'recv-data',
    name: 'recv gives what the other side sent, in both directions',
    needs: 'every',
    run: roundTrip,
  },
  {
    id: 'recv-order',
    name: 'recv keeps the order of a thousand little messages that go back and forth',
    needs: 'every',
    run: async (near, far) => {
      for (let i = 0; i < 500; i++) {
        const there = Buffer.alloc(8)
        there.writeUInt32BE(i, 4)
        await near.send(there)
        sameBytes(await far.recvExactly(8), there)
        await far.send(there)
        sameBytes(await near.recvExactly(8), there)
      }
    },
  },
  {
    id: 'recv-max',
    name: 'recv(max) gives 1 to max bytes and leaves the rest',
    needs: 'every',
    run: async (near, far) => {
      await far.send('abcdefgh')
      await arrived(near, 8)
      const first = await near.recv(3)
      ok(first !== null && first.length >= 1 && first.length <= 3)
      sameBytes(Buffer.concat([first, await near.recvExactly(8 - first.length)]), Buffer.from('abcdefgh'))
      const waiting = aside(near.recv(1))
      await far.send('ij')
      equal(String(await waiting), 'i')
      equal(String(await near.recv(1)), 'j')
    },
  },
  {
    id: 'recv-pieces',
    name: 'recv with any max gives pieces that together are what was sent',
    needs: 'every',
    run: recvPieces,
  },
  {
    id: 'recv-into',
    name: 'recvInto fills the given memory, and nothing beside it',
    needs: 'every',
    run: async (near, far) => {
      await far.send('abcdef')
      const memory = Buffer.from('..........')
      let count = 0
      while (count < 4) count += await near.recvInto(memory.subarray(2 + count, 6))
      equal(String(memory), '..abcd....')
      const rest = new Uint8Array(memory.buffer, memory.byteOffset + 6, 3)
      while (count < 6) count += await near.recvInto(rest.subarray(count - 4))
      equal(String(memory), '..abcdef..')
    },
  },
  {
    id: 'recv-wrong',
    name: 'receive calls with wrong arguments are a TypeError or RangeError and take nothing',
    needs: 'every',
    run: wrongArguments,
  },
  {
    id: 'recv-busy',
    name: 'a second receive of any kind is busy, takes nothing, and leaves the first one waiting',
    needs: 'every',
    run: secondReceive,
  },
  {
    id: 'try-recv',
    name: 'tryRecv gives what is there, undefined for nothing yet, null for the end',
    needs: 'every',
    run: async (near, far) => {
      equal(near.tryRecv(), undefined)
      await far.send('abcdef')
      await arrived(near, 6)
      equal(String(near.tryRecv(4)), 'abcd')
      equal(String(near.tryRecv()), 'ef')
      equal(near.tryRecv(1), undefined)
      leave(far)
      equal(await near.recv(), null)
      equal(near.tryRecv(), null)
    },
  },
  {
    id: 'unread',
    name: 'unread puts bytes in front of everything, also of the end',
    needs: 'every',
    run: async (near, far) => {
      await far.send('cd')
      await arrived(near, 2)
      near.unread('b')
      near.unread(Buffer.from('a'))
      near.unread('')
      equal(String(await near.recvExactly(3)), 'abc')
      near.unread('grüße\n')
      equal(await near.readLine(), 'grüße')
      leave(far)
      equal(String(await readToEnd(near)), 'd')
      near.unread('once more')
      equal(String(await readToEnd(near)), 'once more')
    },
  },
  {
    id: 'unread-wakes',
    name: 'unread is seen by a receive that waits already',
    needs: 'every',
    run: async (near, far) => {
      const waiting = aside(near.recv())
      near.unread('a')
      equal(String(await waiting), 'a')
      await far.send('ond\n')
      await arrived(near, 1)
      const line = aside(near.readLine())
      await far.send('third\n')
      equal(await line, 'ond')
      equal(await near.readLine(), 'third')
      const put = aside(near.recvUntil('\n', { max: 100 }))
      await far.send('tail')
      await until(near, () => near.buffered === 4)
      near.unread('front\n')
      equal(String(await put), 'front')
      equal(String(await near.recvExactly(4)), 'tail')
    },
  },
  {
    id: 'buffered',
    name: 'buffered counts what has come and is not taken',
    needs: 'every',
    run: async (near, far) => {
      equal(near.buffered, 0)
      await far.send('one\ntwo\nthree')
      await arrived(near, 13)
      equal(near.buffered, 13)
      for await (const line of near.lines()) {
        equal(near.buffered, line === 'one' ? 9 : 5)
        if (line === 'two') break
      }
      await near.recvExactly(2)
      equal(near.buffered, 3)
      near.unread('xy')
      equal(near.buffered, 5)
      await near.recvExactly(5)
      equal(near.buffered, 0)
    },
  },
  {
    id: 'recv-bounded',
    name: 'a reader that never reads, or reads slowly, holds at most 128 KiB',
    needs: 'every',
    run: boundedMemory,
  },
  {
    id: 'recv-end',
    name: 'the end is null, again and again, after all that was sent',
    needs: 'every',
    run: async (near, far) => {
      await far.send('last words')
      leave(far)
      sameBytes(await readToEnd(near), Buffer.from('last words'))
      equal(await near.recv(), null)
      equal(await near.recv(10), null)
      equal(await near.recvInto(Buffer.alloc(10)), 0)
      equal(await near.readLine(), null)
      deepEqual(await near.lines().next(), { done: true, value: undefined })
      for await (const chunk of near) ok(chunk === undefined, 'a chunk came after the end')
      equal(near.state, 'recv-ended')
    },
  },
  {
    id: 'recv-end-wakes',
    name: 'a receive that waits learns of the end',
    needs: 'every',
    run: async (near, far) => {
      const waiting = aside(near.recv())
      leave(far)
      equal(await waiting, null)
    },
  },
  {
    id: 'recv-end-later',
    name: 'what was sent before the end is all there for a reader that comes late',
    needs: 'every',
    run: async (near, far) => {
      const sent = pattern(512 * 1024, 7)
      const closed = aside(far.send(sent).then(() => leave(far)))
      await turns(20)
      sameBytes(await readToEnd(near), sent)
      await closed
    },
  },
  {
    id: 'iterate',
    name: 'for await gives every chunk to the end, and leaving it early closes and loses nothing',
    needs: 'every',
    run: async (near, far) => {
      await far.send('abc')
      for await (const chunk of near) {
        near.unread(chunk)
        break
      }
      equal(String(await near.recvExactly(3)), 'abc')
      await roundTrip(near, far)
      const sent = pattern(100_000, 3)
      const sending = aside(far.send(sent).then(() => leave(far)))
      const chunks: Buffer[] = []
      for await (const chunk of near) chunks.push(chunk)
      sameBytes(Buffer.concat(chunks), sent)
      await sending
      equal(near.state, 'recv-ended', 'iterating to the end closed the sending side')
    },
  },
]

async function recvPieces(near: ByteStream, far: ByteStream): Promise<void> {
  const sent = pattern(256 * 1024, 1)
  const random = numbers(2)
  const sending = aside(far.send(sent).then(() => leave(far)))
  const chunks: Buffer[] = []
  for (;;) {
    const max = 1 + random(4000)
    const chunk = await near.recv(max)
    if (chunk === null) break
    ok(chunk.length >= 1 && chunk.length <= max, `recv(${max}) gave ${chunk.length} bytes`)
    chunks.push(chunk)
  }
  sameBytes(Buffer.concat(chunks), sent)
  await sending
}

async function wrongArguments(near: ByteStream, far: ByteStream): Promise<void> {
  await refuseAll(near)
  await far.send('abc\n')
  await arrived(near, 4)
  await refuseAll(near)
  equal(await near.readLine(), 'abc')
  await roundTrip(near, far)
}

async function refuseAll(near: ByteStream): Promise<void> {
  const notANumber: number = JSON.parse('"5"')
  for (const wrong of [-1, 0, 1.5, Number.NaN, notANumber]) {
    await refuses(`recv(${wrong})`, () => near.recv(wrong))
    await refuses(`tryRecv(${wrong})`, () => near.tryRecv(wrong))
    await refuses(`recvUntil with max ${wrong}`, () => near.recvUntil('\n', { max: wrong }))
    await refuses(`readLine with max ${wrong}`, () => near.readLine({ max: wrong }))
    await refuses(`lines with max ${wrong}`, () => near.lines({ max: wrong }).next())
    if (wrong !== 0) await refuses(`recvExactly(${wrong})`, () => near.recvExactly(wrong))
    if (wrong !== 0 && wrong !== 1.5) {
      await refuses(`timeout ${wrong}`, () => near.recv(1, { timeout: wrong }))
    }
  }
  await refuses('a timeout above 2,147,483,647', () => near.recv(1, { timeout: 2 ** 31 }))
  await refuses('recvInto without room', () => near.recvInto(new Uint8Array(0)))
  await refuses('recvInto a number', () => near.recvInto(JSON.parse('1')))
  await refuses('recvUntil nothing', () => near.recvUntil('', { max: 10 }))
  await refuses('recvUntil a number', () => near.recvUntil(JSON.parse('1'), { max: 10 }))
  await refuses('an unknown encoding', () => near.readLine({ encoding: JSON.parse('"utf9"') }))
  await refuses('an unknown tooLong', () => near.readLine({ tooLong: JSON.parse('"ignore"') }))
  await refuses('unread(5)', () => near.unread(JSON.parse('5')))
}

async function secondReceive(near: ByteStream, far: ByteStream): Promise<void> {
  await far.send('one\ntwo\n')
  await arrived(near, 8)
  const first = aside(near.recvExactly(12))
  await fails(near.recv(), 'busy')
  await fails(near.recvInto(Buffer.alloc(4)), 'busy')
  await fails(near.recvExactly(1), 'busy')
  await fails(near.recvUntil('\n', { max: 100 }), 'busy')
  await fails(near.readLine(), 'busy')
  await fails(near.lines().next(), 'busy')
  await fails(near[Symbol.asyncIterator]().next(), 'busy')
  await fails((async () => near.tryRecv())(), 'busy')
  await far.send('end\n')
  equal(String(await first), 'one\ntwo\nend\n')
  const line = aside(near.readLine())
  await fails(near.recv(), 'busy')
  await far.send('more\n')
  equal(await line, 'more')
}

async function boundedMemory(near: ByteStream, far: ByteStream): Promise<void> {
  const limit = 128 * 1024
  const sent = pattern(2 * 1024 * 1024, 5)
  const sending = aside(far.send(sent).then(() => leave(far)))
  for (let i = 0; i < 100; i++) {
    await turns(1)
    ok(near.buffered <= limit, `${near.buffered} bytes are held for a reader that never reads`)
  }
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = await near.recv(8192)
    if (chunk === null) break
    chunks.push(chunk)
    await turns(1)
    ok(near.buffered <= limit, `${near.buffered} bytes are held for a slow reader`)
  }
  sameBytes(Buffer.concat(chunks), sent)
  await sending
}
