/** How `connect` gets its socket: to a port or a path, over TLS or not, from an address and port of ours. */
import { type BoundSocket, BoundSocket as NodeBoundSocket } from 'node:net'
import {
  resolve,
  SocketError,
  type SocketErrorCode,
  TcpSocket,
  type TlsOptions,
  UdpSocket,
} from '@partyline/sockets'
import type { Destination } from '../destination.ts'
import { CommandError } from '../failure.ts'
import { connectFailure, listenFailure } from '../network-sentences.ts'

export interface OpenOptions {
  /** Only addresses of this family. */
  readonly family: 4 | 6 | undefined
  /** Our own address, numeric. */
  readonly source: string | undefined
  /** Our own port. */
  readonly sourcePort: number | undefined
  readonly signal: AbortSignal
}

export interface OpenTcpOptions extends OpenOptions {
  /** How long it may take, TLS included, in milliseconds. */
  readonly timeout: number
  readonly tls: TlsOptions | undefined
}

/** Connects over TCP. Rejects with a CommandError, or with an `aborted` SocketError when `signal` fires. */
export async function openTcp(destination: Destination, options: OpenTcpOptions): Promise<TcpSocket> {
  const { source, sourcePort, ...rest } = options
  try {
    if (sourcePort === undefined)
      return await TcpSocket.connect({ ...destination, ...rest, localAddress: source })
    // The port has to be taken before it is known whether the address can be reached: the first one counts.
    const [address] = await resolve(destination.host, { ...options, port: destination.port })
    const bound = bind(source ?? (address?.family === 6 ? '::' : '0.0.0.0'), sourcePort)
    return await TcpSocket.connect({ ...destination, ...rest, bound })
  } catch (error) {
    throw openFailure(error, destination, options)
  }
}

/** Connects to the path of a Unix-domain socket. Rejects as `openTcp` does. */
export async function openUnix(path: string, timeout: number, signal: AbortSignal): Promise<TcpSocket> {
  try {
    return await TcpSocket.connect({ path, timeout, signal })
  } catch (error) {
    if (!SocketError.is(error) || error.code === 'aborted') throw error
    if (error.code === 'refused') {
      const hint = 'The file may be left over from a program that is gone, or the path is wrong.'
      throw new CommandError(
        4,
        `nobody is listening on ${path} (${error.errno ?? error.code}).`,
        [hint],
        error,
      )
    }
    throw new CommandError(
      error.code === 'timeout' ? 5 : 4,
      `cannot connect to ${path}: ${error.message}.`,
      [],
      error,
    )
  }
}

/** A UDP socket that talks with one peer only. Rejects as `openTcp` does. */
export async function openUdp(destination: Destination, options: OpenOptions): Promise<UdpSocket> {
  const { family, source, sourcePort = 0, signal } = options
  const { host, port } = destination
  try {
    const [address] = await resolve(host, { family, signal, port, type: 'udp' })
    if (address === undefined) throw new SocketError('not-found', { op: 'resolve', where: host })
    const socket = await UdpSocket.bind(sourcePort, source ?? (address.family === 6 ? '::' : '0.0.0.0'))
    try {
      return await socket.connect(port, address.host)
    } catch (error) {
      await socket.close()
      throw error
    }
  } catch (error) {
    throw openFailure(error, destination, options)
  }
}

function bind(host: string, port: number): BoundSocket {
  // Node.js has it from 26.4 on.
  if ((NodeBoundSocket as typeof NodeBoundSocket | undefined) === undefined) {
    throw new CommandError(1, '-p needs Node.js 26.4 or newer.')
  }
  try {
    return new NodeBoundSocket({ host, port })
  } catch (cause) {
    throw new SocketError(bindCode(cause), { op: 'bind', where: host, cause })
  }
}

function bindCode(error: unknown): SocketErrorCode {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'address-in-use'
  if (code === 'EACCES' || code === 'EPERM') return 'permission'
  return code === 'EADDRNOTAVAIL' ? 'address-unavailable' : 'system'
}

function openFailure(error: unknown, destination: Destination, { source, sourcePort }: OpenOptions): unknown {
  if (!SocketError.is(error) || error.code === 'aborted') return error
  if (source !== undefined && error.code === 'address-unavailable') {
    const hint = 'To see its addresses:  ip address (or ifconfig, ipconfig)'
    return new CommandError(7, `${source} is not an address of this machine.`, [hint], error)
  }
  if (sourcePort !== undefined && (error.op === 'bind' || error.code === 'address-in-use')) {
    return listenFailure(error, sourcePort, { command: 'partyline connect -p' })
  }
  return connectFailure(error, destination)
}
