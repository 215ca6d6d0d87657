/**
 * The UDP echo server: each datagram goes back, whole, to the address that it says it comes from; never more than
 * came, and not to everybody: see `ReflectionGuard`. Who gets no answer is not told so either.
 */
import { SocketError, type UdpSocket } from '@partyline/sockets'
import { datagramsOf } from './datagrams.ts'
import { ReflectionGuard } from './reflection-guard.ts'

export interface UdpEchoOptions {
  /** Gets the line for each datagram that goes back. */
  readonly announce?: ((line: string) => void) | undefined
  /** Milliseconds of a clock that never goes back. Default: the system's. */
  readonly now?: (() => number) | undefined
}

/** Serves until the socket is closed. */
export async function udpEcho(socket: UdpSocket, options: UdpEchoOptions = {}): Promise<void> {
  const { announce, now = () => performance.now() } = options
  const guard = new ReflectionGuard(socket.local.port, now)
  for await (const { data, from } of datagramsOf(socket)) {
    if (!guard.mayAnswer(from)) continue
    announce?.(`Echoing data back to ('${from.host}', ${from.port})`)
    await socket.sendTo(data, from.port, from.host).catch(lostOnTheWay)
  }
}

// Datagrams may be lost, an answer that the system would not even take among them.
function lostOnTheWay(error: unknown): void {
  if (!SocketError.is(error)) throw error
}
