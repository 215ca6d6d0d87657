/** `partyline listen` on a free port, inside the test's own process, and clients for it. */
import { PassThrough } from 'node:stream'
import type { TestContext } from 'node:test'
import { TcpSocket } from '@partyline/sockets'
import { main } from '../../main.ts'
import { type FakeIo, fakeIo, Transcript } from '../../testing/fake-io.ts'

export interface Listening {
  readonly io: FakeIo
  readonly port: number
  /** The exit code. */
  readonly code: Promise<number>
  /** Connects until the test is over. */
  readonly connect: () => Promise<TcpSocket>
  /** Stops it as a signal does, and gives the exit code. */
  readonly stop: (name?: 'SIGINT' | 'SIGTERM') => Promise<number>
}

/** Starts it with a free port and these flags; it is stopped when the test is over. */
export async function startListening(
  t: TestContext,
  flags: readonly string[] = [],
  io: FakeIo = fakeIo(),
): Promise<Listening> {
  const code = main(['listen', '0', ...flags], io)
  await Promise.race([io.stderr.until(/listening on .*:\d+/), code])
  const port = Number(/listening on .*:(\d+)/.exec(io.stderr.text)?.[1])
  const stop = (name: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number> => {
    io.stop(name)
    return code
  }
  const clients: TcpSocket[] = []
  t.after(async () => {
    for (const client of clients) client.abort()
    await stop()
  })
  const connect = async (): Promise<TcpSocket> => {
    const socket = await TcpSocket.connect(port, '127.0.0.1')
    clients.push(socket)
    return socket
  }
  return { io, port, code, connect, stop }
}

/** An io with a terminal at all ends; both outputs are the same screen. */
export function terminalIo(): FakeIo {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
  const screen = new Transcript(true)
  return { ...fakeIo({ TERM: 'xterm' }), stdin, stdout: screen, stderr: screen }
}

/** Everything that comes to the end, as text. */
export async function all(socket: TcpSocket): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
