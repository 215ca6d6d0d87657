/**
 * The first server of every tutorial: it says hello, receives once, sends that back and hangs up. What one receive
 * gives is not a line: telnet sends one at a time, another client may send half of one, or three.
 */
import type { ByteStream, Op } from '@partyline/sockets'

/** How much is sent back, in bytes. More than that, and all that comes later, is thrown away. */
export const HELLO_BYTES = 1000

/** Serves one connection. `op` is for its receive: how long it may wait, and what ends the waiting. */
export async function hello(socket: ByteStream, op: Op = {}): Promise<void> {
  await socket.send('hello\n')
  const data = await socket.recv(HELLO_BYTES, op)
  if (data !== null) await socket.send(data)
  await socket.close()
}
