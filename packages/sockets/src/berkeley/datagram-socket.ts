/**
 * A socket of type SOCK_DGRAM: the tutorials' calls over a UdpSocket.
 */
import type { InetAddress } from '../address.ts'
import type { Data } from '../byte-stream.ts'
import { SocketError, type SocketOp } from '../errors.ts'
import { checkInteger } from '../op.ts'
import { UdpSocket } from '../udp-socket.ts'
import { SO_RCVBUF, SO_SNDBUF, SOL_SOCKET } from './constants.ts'
import { type Socket, SocketBase, wrongUse } from './socket.ts'
import { anyHost, checkAddress, type SocketAddress, toSocketAddress, unbound } from './socket-address.ts'

/** The class behind `socket(family, SOCK_DGRAM)`. */
export class DatagramSocket extends SocketBase implements Socket {
  #udp: UdpSocket | undefined
  #closed = false

  async bind(address: SocketAddress): Promise<void> {
    if (this.#udp !== undefined) wrongUse('bind', 'this socket has an address already')
    const { host, port } = checkAddress(address, this.family)
    await this.#open('bind', 'bind', port, host)
  }

  async connect(address: SocketAddress): Promise<void> {
    const { host, port } = checkAddress(address, this.family)
    const udp = this.#udp ?? (await this.#open('connect', 'connect', 0, ''))
    await this.change('connect', (signal) => udp.connect(port, host, this.op(signal)))
  }

  async send(data: Data): Promise<number> {
    this.checkAwaited('send')
    const udp = this.#udp
    if (udp?.remote === undefined) wrongUse('send', 'nobody is connected: use sendto, or connect first')
    await udp.send(data, this.op())
    return Buffer.byteLength(data)
  }

  async sendall(data: Data): Promise<void> {
    await this.send(data)
  }

  async sendto(data: Data, address: SocketAddress): Promise<number> {
    this.checkAwaited('sendto')
    const { host, port } = checkAddress(address, this.family)
    const udp = this.#udp ?? (await this.#open('send', 'sendto', 0, ''))
    await udp.sendTo(data, port, host, this.op())
    return Buffer.byteLength(data)
  }

  async recv(bufsize: number): Promise<Buffer> {
    const [data] = await this.#receive('recv', bufsize)
    return data
  }

  async recvfrom(bufsize: number): Promise<[Buffer, SocketAddress]> {
    const [data, from] = await this.#receive('recvfrom', bufsize)
    return [data, toSocketAddress(from)]
  }

  async listen(): Promise<void> {
    wrongUse('listen', 'datagrams need no connection: after bind, use recvfrom')
  }

  async accept(): Promise<[Socket, SocketAddress]> {
    wrongUse('accept', 'datagrams need no connection: after bind, use recvfrom')
  }

  async shutdown(): Promise<void> {
    wrongUse('shutdown', 'datagrams have no end: use close')
  }

  setsockopt(level: number, option: number, value: number | boolean): void {
    this.options.set(level, option, value, this.#udp !== undefined)
    const { broadcast = false, recvBuffer, sendBuffer } = this.options.forDatagrams()
    this.#udp?.setBroadcast(broadcast)
    if (recvBuffer !== undefined) this.#udp?.node.setRecvBufferSize(recvBuffer)
    if (sendBuffer !== undefined) this.#udp?.node.setSendBufferSize(sendBuffer)
  }

  /** The sizes of the buffers are what the system made of them: Linux doubles what was asked for. */
  getsockopt(level: number, option: number): number {
    const value = this.options.get(level, option)
    if (this.#udp === undefined || this.#closed || level !== SOL_SOCKET) return value
    if (option === SO_RCVBUF) return this.#udp.node.getRecvBufferSize()
    return option === SO_SNDBUF ? this.#udp.node.getSendBufferSize() : value
  }

  getsockname(): SocketAddress {
    return this.#udp === undefined ? unbound(this.family) : toSocketAddress(this.#udp.local)
  }

  getpeername(): SocketAddress {
    const remote = this.#udp?.remote
    return remote === undefined ? wrongUse('getpeername', 'nobody is connected') : toSocketAddress(remote)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.stopChange()
    await this.#udp?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Makes the UdpSocket. The empty host is every address. */
  #open(op: SocketOp, call: string, port: number, host: string): Promise<UdpSocket> {
    const work = async (signal: AbortSignal): Promise<UdpSocket> => {
      if (this.#closed) throw new SocketError('closed', { op })
      const options = { ...this.options.forDatagrams(), family: this.ipVersion, signal }
      const udp = await UdpSocket.bind(port, host === '' ? anyHost(this.family) : host, options)
      signal.throwIfAborted() // which has closed the UdpSocket too
      this.#udp = udp
      return udp
    }
    return this.change(op, work, call)
  }

  async #receive(call: string, bufsize: number): Promise<[Buffer, InetAddress]> {
    this.checkAwaited(call)
    checkInteger('bufsize', bufsize, 0, 2_147_483_647)
    if (this.#udp === undefined) {
      if (this.#closed) throw new SocketError('closed', { op: 'recv' })
      wrongUse(call, 'this socket has no address yet that anybody could send to: bind it, or send first')
    }
    const { data, from } = await this.#udp.recvFrom(this.op())
    return [data.subarray(0, bufsize), from]
  }
}
