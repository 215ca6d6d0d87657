/** A server whose every byte the test decides: for answers that no HTTP library would send. */
import type { TestContext } from 'node:test'
import { type Handler, type ListenOptions, TcpListener, type TcpSocket } from '@partyline/sockets'

/** Listens until the test ends and runs `play` for each connection; gives the port. What `play` throws is a reset. */
export async function listening(t: TestContext, play: Handler, options: ListenOptions = {}): Promise<number> {
  const listener = await TcpListener.listen({ host: '127.0.0.1', port: 0, ...options })
  t.after(() => listener.close({ drain: 0 }))
  void listener.serve(play, { onError: () => {} })
  const { address } = listener
  return 'port' in address ? address.port : 0
}

/** Reads one request without a body, and gives it. */
export async function requestOn(socket: TcpSocket): Promise<string> {
  return (await socket.recvUntil('\r\n\r\n', { max: 65_536, keep: true })).toString()
}

/** Answers each request with these pieces, each in a write of its own. */
export function answering(...pieces: readonly (string | Uint8Array)[]): Handler {
  return async (socket) => {
    await requestOn(socket)
    for (const piece of pieces) {
      await socket.send(piece)
      await socket.flush()
    }
  }
}

/** The pieces of one byte each. */
export function byteByByte(text: string): Uint8Array[] {
  return Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte))
}

/** Resolves after so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}
