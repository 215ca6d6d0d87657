/** UDP log servers with one fault each: the point that is about it finds it, and the log without a fault has none. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UdpSocket } from '@partyline/sockets'
import { failingPoints } from '../testing/failing-points.ts'
import { udpLog } from './servers/udp-log.ts'

const HEAD = '2026-11-20 16:04:32,123 udp_server      DEBUG\t'
/** How long a line is waited for, in milliseconds. */
const LOG_WAIT_MS = 250

/** What the datagram with this number, from 0, adds to the log; undefined when the program ends there. */
type Writes = (data: Buffer, nth: number) => string | undefined

function escaped(data: Buffer): string {
  return JSON.stringify(data.toString('latin1'))
}

function right(data: Buffer): string {
  return `${HEAD}${escaped(data)}\n`
}

function endsAt(isTooMuch: (data: Buffer) => boolean): Writes {
  return (data) => (isTooMuch(data) ? undefined : right(data))
}

function isText(data: Buffer): boolean {
  return Buffer.from(String(data)).equals(data)
}

/** Two datagrams change places. */
function swapping(): Writes {
  let held = ''
  return (data, nth) => {
    const line = right(data)
    if (nth % 3 === 1) {
      held = line
      return ''
    }
    const both = `${line}${held}`
    held = ''
    return both
  }
}

const MUTANTS: readonly (readonly [fault: string, points: readonly string[], writes: Writes])[] = [
  ['ends after a datagram', ['listens'], endsAt(() => true)],
  ['takes an empty datagram for the end', ['empty'], endsAt((data) => data.length === 0)],
  ['ends at bytes that are no text', ['bytes'], endsAt((data) => !isText(data))],
  ['ends at more than its buffer holds', ['largest'], endsAt((data) => data.length > 60_000)],
  ['says everything twice', ['one-line'], (data) => `${right(data)}${right(data)}`],
  ['writes nothing', ['one-line', 'newline', 'control', 'whole', 'all', 'format'], () => ''],
  ['writes newlines', ['newline'], (data) => `${HEAD}${String(data)}\n`],
  ['leaves out what follows a newline', ['newline'], (data) => `${HEAD}${String(data).split('\n', 1)[0]}\n`],
  ['writes control bytes', ['control'], (data) => `${HEAD}${String(data).replaceAll('\n', '\\n')}\n`],
  ['has a small buffer', ['whole'], (data) => right(data.subarray(0, 1024))],
  ['loses every fifth', ['all'], (data, nth) => (nth % 5 === 4 ? '' : right(data))],
  ['changes the order', ['all'], swapping()],
  ['writes the message alone', ['format'], (data) => `${escaped(data)}\n`],
]

async function failing(writes: Writes, points: readonly string[], waitMs = LOG_WAIT_MS): Promise<string[]> {
  await using socket = await UdpSocket.bind(0)
  let log = ''
  let wake = Promise.withResolvers<void>()
  const serving = (async () => {
    let nth = 0
    for await (const { data } of socket) {
      const text = writes(data, nth)
      nth += 1
      if (text === undefined) return socket.close()
      log += text
      wake.resolve()
      wake = Promise.withResolvers<void>()
    }
  })()
  const output = {
    async read(holds: (text: string) => boolean): Promise<string> {
      const over = AbortSignal.timeout(waitMs)
      over.addEventListener('abort', () => wake.resolve())
      while (!holds(log) && !over.aborted) await wake.promise
      return log
    },
  }
  const failed = await failingPoints('udp-log', points, socket.local.port, { log: output, waitMs })
  await socket.close()
  await serving
  return failed
}

describe('check udp-log', { concurrency: 8 }, () => {
  const all = udpLog.points.map(({ id }) => id)

  test('check udp-log finds nothing in the log that the mutants are made of', async () => {
    assert.deepEqual(await failing(right, all, 5000), [])
  })

  for (const [fault, points, writes] of MUTANTS) {
    test(`check udp-log finds a server that ${fault}: ${points.join(', ')}`, async () => {
      assert.deepEqual(await failing(writes, points), points)
    })
  }

  test('check udp-log has no point that no mutant fails', () => {
    assert.deepEqual(new Set(MUTANTS.flatMap(([, points]) => points)), new Set(all))
  })
})
