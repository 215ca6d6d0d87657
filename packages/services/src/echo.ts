/**
 * An echo server: whatever comes goes back, of any length, until the client has shut down its sending side. Each
 * piece is sent before the next one is received, so a client that does not read is not read from either: what we
 * keep of it is never more than the two queues of its socket.
 */
import type { ByteStream, Op } from '@partyline/sockets'

/** Serves one connection. `op` is for each receive. */
export async function echo(socket: ByteStream, op: Op = {}): Promise<void> {
  for (let data = await socket.recv(undefined, op); data !== null; data = await socket.recv(undefined, op)) {
    await socket.send(data)
  }
  await socket.close()
}
