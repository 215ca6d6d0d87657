/**
 * setsockopt and getsockopt: which options there are, which sockets have them, and what each means to the library.
 */
import { checkInteger } from '../op.ts'
import type { KeepAlive } from '../socket-options.ts'
import type { UdpOptions } from '../udp-options.ts'
import * as c from './constants.ts'

interface OptionEntry {
  readonly level: number
  readonly option: number
  readonly value: keyof OptionValues
  /** The type of socket that has it. Both, without. */
  readonly only?: number
  /** It must be set before the socket has an address. */
  readonly early?: boolean
  readonly min?: number
  readonly max?: number
}

/** The values in force. A size of 0 is the system's own. */
interface OptionValues {
  reuseAddr: number
  reusePort: number
  broadcast: number
  keepAlive: number
  keepIdle: number
  keepInterval: number
  keepCount: number
  noDelay: number
  recvBuffer: number
  sendBuffer: number
  ipv6Only: number
}

const [STREAM, DGRAM, SOCKET, TCP] = [c.SOCK_STREAM, c.SOCK_DGRAM, c.SOL_SOCKET, c.IPPROTO_TCP]
const MAX_INT32 = 2_147_483_647

const OPTIONS: readonly OptionEntry[] = [
  { level: SOCKET, option: c.SO_REUSEADDR, value: 'reuseAddr', early: true },
  { level: SOCKET, option: c.SO_REUSEPORT, value: 'reusePort', early: true },
  { level: SOCKET, option: c.SO_BROADCAST, value: 'broadcast', only: DGRAM },
  { level: SOCKET, option: c.SO_KEEPALIVE, value: 'keepAlive', only: STREAM },
  { level: SOCKET, option: c.SO_RCVBUF, value: 'recvBuffer', only: DGRAM, min: 1 },
  { level: SOCKET, option: c.SO_SNDBUF, value: 'sendBuffer', only: DGRAM, min: 1 },
  { level: TCP, option: c.TCP_NODELAY, value: 'noDelay', only: STREAM },
  { level: TCP, option: c.TCP_KEEPIDLE, value: 'keepIdle', only: STREAM, min: 1, max: 32_767 },
  { level: TCP, option: c.TCP_KEEPINTVL, value: 'keepInterval', only: STREAM, min: 1, max: 32_767 },
  { level: TCP, option: c.TCP_KEEPCNT, value: 'keepCount', only: STREAM, min: 1, max: 127 },
  { level: c.IPPROTO_IPV6, option: c.IPV6_V6ONLY, value: 'ipv6Only', early: true },
]

/** The options of one socket. */
export class SocketOptionValues {
  readonly #type: number
  readonly #values: OptionValues

  /** The system's defaults, or a copy of another socket's options, as an accepted connection has. */
  constructor(type: number, from?: SocketOptionValues) {
    this.#type = type
    this.#values = from === undefined ? initialValues(type) : { ...from.#values }
  }

  /** Throws a TypeError for an option that this socket does not have, or has only before bind. */
  set(level: number, option: number, value: number | boolean, hasAddress: boolean): void {
    const entry = this.#entry(level, option)
    const { min = 0, max = MAX_INT32 } = entry
    const number = Number(value)
    checkInteger('the value of a socket option', number, min, max)
    if (entry.early === true && hasAddress) {
      throw new TypeError('setsockopt: this option must be set before the socket is bound or connected')
    }
    this.#values[entry.value] = number
  }

  get(level: number, option: number): number {
    if (level === SOCKET && option === c.SO_TYPE) return this.#type
    return this.#values[this.#entry(level, option).value]
  }

  get reusePort(): boolean {
    return this.#values.reusePort !== 0
  }

  get ipv6Only(): boolean {
    return this.#values.ipv6Only !== 0
  }

  /** For a connection. */
  forStream(): { noDelay: boolean; keepAlive: false | KeepAlive } {
    const { noDelay, keepAlive, keepIdle, keepInterval, keepCount } = this.#values
    const probes = { idle: keepIdle, interval: keepInterval, count: keepCount }
    return { noDelay: noDelay !== 0, keepAlive: keepAlive === 0 ? false : probes }
  }

  /** For binding a datagram socket. */
  forDatagrams(): UdpOptions {
    const { reuseAddr, broadcast, recvBuffer, sendBuffer } = this.#values
    return {
      reuseAddr: reuseAddr !== 0,
      reusePort: this.reusePort,
      ipv6Only: this.ipv6Only,
      broadcast: broadcast !== 0,
      recvBuffer: recvBuffer === 0 ? undefined : recvBuffer,
      sendBuffer: sendBuffer === 0 ? undefined : sendBuffer,
    }
  }

  #entry(level: number, option: number): OptionEntry {
    const entry = OPTIONS.find((one) => one.level === level && one.option === option)
    if (entry === undefined) throw new TypeError(`there is no socket option ${option} at level ${level}`)
    if (entry.only === undefined || entry.only === this.#type) return entry
    const kind = this.#type === STREAM ? 'a stream' : 'a datagram socket'
    throw new TypeError(`${kind} has no option ${entry.value} here`)
  }
}

function initialValues(type: number): OptionValues {
  return {
    reuseAddr: type === STREAM ? 1 : 0, // Node sets it on every TCP socket that it binds
    reusePort: 0,
    broadcast: 0,
    keepAlive: 0,
    keepIdle: 7200,
    keepInterval: 75,
    keepCount: 9,
    noDelay: 0,
    recvBuffer: 0,
    sendBuffer: 0,
    ipv6Only: 0,
  }
}
