/** The greeter: takes a name, greets it, hangs up. */
import { printable } from '@partyline/protocols'
import type { ByteStream, Op } from '@partyline/sockets'
import { LineInput } from './line-input.ts'

/** Serves one connection. `op` is for each receive. */
export async function greeter(socket: ByteStream, op: Op = {}): Promise<void> {
  const name = await new LineInput(socket, op).next()
  if (name !== null) await socket.send(`Hi ${printable(name)}\n`)
  await socket.close()
}
