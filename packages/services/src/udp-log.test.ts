import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UdpSocket } from '@partyline/sockets'
import { collect } from './testing/collect.ts'
import { formatLogRecord, LOG_LIMITS, type LogRecord, logRecordObject, udpLog } from './udp-log.ts'

const time = new Date(2026, 10, 20, 16, 4, 32, 123)
const from = { host: '127.0.0.1', port: 54_321, family: 4 } as const

function record(data: Uint8Array | string, missed = 0): LogRecord {
  return { time, from, data: Buffer.from(data), missed }
}

test('formatLogRecord writes the line of the tutorial', () => {
  assert.equal(formatLogRecord(record('hello')), "2026-11-20 16:04:32,123 udp_server      DEBUG\tb'hello'")
})

test('formatLogRecord writes one line, whatever the bytes are', () => {
  const line = formatLogRecord(record('\u001b[2J\nforged udp_server      DEBUG\tline\r\n'))
  assert.equal(
    line,
    "2026-11-20 16:04:32,123 udp_server      DEBUG\tb'\\x1b[2J\\nforged udp_server      DEBUG\\tline\\r\\n'",
  )
})

test('logRecordObject has the bytes as text where they are UTF-8, and else as base64', () => {
  const common = { time: time.toISOString(), from: '127.0.0.1:54321' }
  assert.deepEqual(logRecordObject(record('é\n')), { ...common, bytes: 3, text: 'é\n' })
  assert.deepEqual(logRecordObject(record(Buffer.of(0xff, 0x00), 7)), {
    ...common,
    bytes: 2,
    base64: '/wA=',
    missed: 7,
  })
})

test('udpLog gives a record for each datagram, of any size, with its sender, until the socket is closed', async () => {
  await using socket = await UdpSocket.bind()
  await using client = await UdpSocket.bind()
  const sizes = [0, 1, 65_507]
  const records: LogRecord[] = []
  for (const size of sizes) await client.sendTo(Buffer.alloc(size, 'x'), socket.local.port, '127.0.0.1')
  for await (const one of udpLog(socket, { now: () => time.getTime() })) {
    records.push(one)
    if (records.length === sizes.length) break
  }
  assert.deepEqual(
    records.map(({ data }) => data.length),
    sizes,
  )
  for (const one of records) {
    assert.deepEqual([one.time, one.from, one.missed], [time, client.local, 0])
  }
  const closed = collect(udpLog(socket))
  await socket.close()
  assert.deepEqual(await closed, [])
})

test('udpLog leaves out what is over its limits, and counts it', async () => {
  await using socket = await UdpSocket.bind(0, '127.0.0.1', { queue: 4096, recvBuffer: 4_194_304 })
  await using client = await UdpSocket.bind()
  let tick = 0
  let asked = 0
  const ticks = (): number => {
    asked += 1
    return tick
  }
  const log = udpLog(socket, { ticks })
  const { port } = socket.local
  const send = async (data: string): Promise<LogRecord | undefined> => {
    await client.sendTo(data, port, '127.0.0.1')
    return (await log.next()).value ?? undefined
  }
  for (let n = 0; n < LOG_LIMITS.datagrams; n += 1) assert.equal((await send(`${n}`))?.missed, 0)
  const before = asked
  const next = log.next()
  for (let n = 0; n < 5; n += 1) await client.sendTo('too many', port, '127.0.0.1')
  while (asked < before + 5) await new Promise(setImmediate)
  tick = 1000
  await client.sendTo('again', port, '127.0.0.1')
  const { value } = await next
  assert.equal(value?.data.toString(), 'again')
  assert.equal(value?.missed, 5)
})
