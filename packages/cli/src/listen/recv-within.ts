/** A receive for which silence is an answer too. */
import { type ByteStream, type Op, SocketError } from '@partyline/sockets'

/** The next bytes, `null` for the other side's end, `undefined` when nothing came within `op.timeout`. */
export async function recvWithin(stream: ByteStream, op: Op): Promise<Uint8Array | null | undefined> {
  try {
    return await stream.recv(undefined, op)
  } catch (error) {
    // A closed stream may have failed with a timeout of its own.
    if (SocketError.is(error, 'timeout') && stream.state !== 'closed') return undefined
    throw error
  }
}
