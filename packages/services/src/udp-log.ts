/**
 * The UDP log server: every datagram, of any size and with any bytes, becomes one record, and a record one line.
 * Use it as an iterator:
 *
 *     for await (const record of udpLog(socket)) console.log(formatLogRecord(record))
 *
 * Anybody can send anything, and say that somebody else did: `from` is a claim.
 */
import { formatAddress, type InetAddress, type UdpSocket } from '@partyline/sockets'
import { datagramsOf } from './datagrams.ts'
import { localTime } from './local-time.ts'
import { pythonBytes } from './python-bytes.ts'
import { TokenBucket } from './token-bucket.ts'

/** What is logged in a second at the most, so that a flood does not fill a disk. The rest is counted. */
export const LOG_LIMITS = { datagrams: 1000, bytes: 1_048_576 } as const

export interface LogRecord {
  readonly time: Date
  /** Where the datagram says it comes from. */
  readonly from: InetAddress
  /** All of it, 0 to 65,535 bytes. */
  readonly data: Buffer
  /** How many datagrams before this one were not logged, since the last record: more came than the limits allow. */
  readonly missed: number
}

export interface UdpLogOptions {
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: (() => number) | undefined
  /** Milliseconds of a clock that never goes back, for the limits. Default: the system's. */
  readonly ticks?: (() => number) | undefined
}

/** A record for each datagram, until the socket is closed. */
export async function* udpLog(
  socket: UdpSocket,
  { now = Date.now, ticks = () => performance.now() }: UdpLogOptions = {},
): AsyncGenerator<LogRecord, void, undefined> {
  const datagrams = new TokenBucket(LOG_LIMITS.datagrams, ticks())
  const bytes = new TokenBucket(LOG_LIMITS.bytes, ticks())
  let overLimit = 0
  let dropped = socket.dropped
  for await (const { data, from } of datagramsOf(socket)) {
    const tick = ticks()
    if (!datagrams.take(tick) || !bytes.take(tick, data.length)) {
      overLimit += 1
      continue
    }
    const missed = overLimit + socket.dropped - dropped
    overLimit = 0
    dropped = socket.dropped
    yield { time: new Date(now()), from, data, missed }
  }
}

/** `2026-11-20 16:04:32,123 udp_server      DEBUG<TAB>b'hello'`, without a newline. */
export function formatLogRecord({ time, data }: LogRecord): string {
  const milliseconds = String(time.getMilliseconds()).padStart(3, '0')
  return `${localTime(time)},${milliseconds} udp_server      DEBUG\t${pythonBytes(data)}`
}

/** The same for programs: `text` when the bytes are UTF-8, else `base64`. */
export function logRecordObject({ time, from, data, missed }: LogRecord): Readonly<Record<string, unknown>> {
  const text = utf8Text(data)
  return {
    time: time.toISOString(),
    from: formatAddress(from),
    bytes: data.length,
    ...(text === undefined ? { base64: data.toString('base64') } : { text }),
    ...(missed === 0 ? {} : { missed }),
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}
