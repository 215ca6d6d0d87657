/** Checks of recvExactly and recvUntil. */
import { equal, ok } from 'node:assert/strict'
import type { ByteStream } from '../../byte-stream.ts'
import { arrived, aside, fails, leave, pattern, readToEnd, type StreamCheck, sameBytes } from './check.ts'

export const FRAMING_CHECKS: readonly StreamCheck[] = [
  {
    id: 'exactly',
    name: 'recvExactly puts together what came in pieces and leaves the rest',
    needs: 'every',
    run: async (near, far) => {
      const waiting = aside(near.recvExactly(6))
      for (const piece of ['a', 'bc', 'd', 'efgh']) {
        await far.send(piece)
        await far.flush()
      }
      equal(String(await waiting), 'abcdef')
      equal((await near.recvExactly(0)).length, 0)
      equal(String(await near.recvExactly(2)), 'gh')
    },
  },
  {
    id: 'exactly-large',
    name: 'recvExactly of more than any buffer of the stream holds',
    needs: 'every',
    run: async (near, far) => {
      const sent = pattern(1_000_000, 11)
      const sending = aside(far.send([sent, 'tail']))
      sameBytes(await near.recvExactly(sent.length), sent)
      equal(String(await near.recvExactly(4)), 'tail')
      await sending
    },
  },
  {
    id: 'exactly-incomplete',
    name: 'recvExactly is incomplete at the end, with the bytes that did come as partial',
    needs: 'every',
    run: async (near, far) => {
      await far.send('abc')
      leave(far)
      const error = await fails(near.recvExactly(5), 'incomplete')
      equal(String(error.partial), 'abc')
      equal(error.expected, 5)
      equal(await near.recv(), null)
      const again = await fails(near.recvExactly(1), 'incomplete')
      equal(again.partial?.length, 0)
    },
  },
  {
    id: 'until',
    name: 'recvUntil gives what stands before the delimiter, with keep the delimiter too, and leaves the rest',
    needs: 'every',
    run: async (near, far) => {
      await far.send('one, two, , three')
      equal(String(await near.recvUntil(', ', { max: 10 })), 'one')
      equal(String(await near.recvUntil(Buffer.from(', '), { max: 10, keep: true })), 'two, ')
      equal(String(await near.recvUntil(', ', { max: 10 })), '')
      equal(String(await near.recvExactly(5)), 'three')
    },
  },
  {
    id: 'until-split',
    name: 'recvUntil finds a delimiter that is split anywhere, and one whose beginning repeats',
    needs: 'every',
    run: untilSplit,
  },
  {
    id: 'until-limit',
    name: 'recvUntil stops at max bytes: limit, with exactly those as partial, and the rest is still there',
    needs: 'every',
    run: untilLimit,
  },
  {
    id: 'until-incomplete',
    name: 'recvUntil is incomplete at the end, with the bytes that did come as partial',
    needs: 'every',
    run: async (near, far) => {
      await far.send('a\r\nhalf\r')
      leave(far)
      equal(String(await near.recvUntil('\r\n', { max: 10 })), 'a')
      const error = await fails(near.recvUntil('\r\n', { max: 10 }), 'incomplete')
      equal(String(error.partial), 'half\r')
      equal(await near.recv(), null)
    },
  },
]

async function untilSplit(near: ByteStream, far: ByteStream): Promise<void> {
  for (const [message, delimiter, before] of [
    ['text\r\n\r\n', '\r\n\r\n', 'text'],
    ['\r\n\r\r\n\r\n', '\r\n\r\n', '\r\n\r'],
    ['aaaab', 'aaab', 'a'],
    ['ababac', 'abac', 'ab'],
  ] as const) {
    for (let cut = 1; cut < message.length; cut++) {
      const waiting = aside(near.recvUntil(delimiter, { max: before.length }))
      await far.send(message.slice(0, cut))
      await far.flush()
      await far.send(message.slice(cut))
      equal(String(await waiting), before, `${JSON.stringify(message)} cut at ${cut}`)
      await far.send(message.slice(0, cut))
      await arrived(near, cut)
      const second = aside(near.recvUntil(delimiter, { max: 100, keep: true }))
      await far.send(message.slice(cut))
      equal(String(await second), message, `${JSON.stringify(message)} cut at ${cut}`)
      equal(near.buffered, 0)
    }
  }
}

async function untilLimit(near: ByteStream, far: ByteStream): Promise<void> {
  await far.send('12345678\r\n')
  equal(String(await near.recvUntil('\r\n', { max: 8 })), '12345678', 'exactly max bytes are allowed')
  await far.send('123456789\r\n')
  const error = await fails(near.recvUntil('\r\n', { max: 8 }), 'limit')
  equal(String(error.partial), '12345678')
  equal(String(await near.recvUntil('\r\n', { max: 8 })), '9')
  // No delimiter at all: a peer that never sends one must not fill our memory.
  const endless = pattern(300_000, 13).fill(0x2e)
  const sending = aside(far.send([endless, '\n']))
  const limit = await fails(near.recvUntil('\n', { max: 1000 }), 'limit')
  equal(limit.partial?.length, 1000)
  equal((await near.recvUntil('\n', { max: 299_000 })).length, 299_000)
  await sending
  await far.send('1234567890')
  ok((await fails(near.recvUntil('\r\n', { max: 8 }), 'limit')).partial?.equals(Buffer.from('12345678')))
  leave(far)
  equal(String(await readToEnd(near)), '90')
}
