/** A stage with everything: a server on a free port of one address, and clients over real sockets. */
import { TcpSocket } from '@partyline/sockets'
import { type ChatServer, openServer, type ServerHooks } from '../server.ts'
import { FakeClock } from './fake-clock.ts'
import type { Client, Stage } from './transcript.ts'

/** How long something is waited for before the test fails: a guard, nothing ever takes that long. */
const GUARD = { timeout: 60_000 }

/** Lines, and whoever waits for the next of them. */
export class LineQueue {
  readonly #lines: string[] = []
  #take: ((line: string) => void) | undefined

  push(line: string): void {
    if (this.#take === undefined) this.#lines.push(line)
    else this.#take(line)
    this.#take = undefined
  }

  async next(): Promise<string> {
    const line = this.#lines.shift()
    if (line !== undefined) return line
    return new Promise((resolve) => {
      this.#take = resolve
    })
  }
}

export class SocketStage implements Stage {
  readonly server: ChatServer
  readonly stdout: LineQueue
  readonly stderr: LineQueue
  readonly #host: string
  readonly #clock: FakeClock

  private constructor(
    host: string,
    server: ChatServer,
    stdout: LineQueue,
    stderr: LineQueue,
    clock: FakeClock,
  ) {
    this.#host = host
    this.server = server
    this.stdout = stdout
    this.stderr = stderr
    this.#clock = clock
  }

  /**
   * The time stands still and everything is committed in the turn after it was said, unless hooks say otherwise.
   * `host`: default 127.0.0.1.
   */
  static async open(hooks: Partial<ServerHooks> = {}, host = '127.0.0.1'): Promise<SocketStage> {
    const clock = new FakeClock()
    const [stdout, stderr] = [new LineQueue(), new LineQueue()]
    const server = await openServer(
      { hosts: [host], textPort: 0, name: 'Partyline' },
      {
        clock,
        commitWindow: 0,
        announce: (line) => stdout.push(line),
        log: (line) => stderr.push(line),
        ...hooks,
      },
    )
    return new SocketStage(host, server, stdout, stderr, clock)
  }

  async connect(): Promise<SocketClient> {
    return new SocketClient(await TcpSocket.connect(this.server.textPort, this.#host, GUARD))
  }

  async console(line: string): Promise<void> {
    this.server.console.receive(line)
  }

  announced(): Promise<string> {
    return this.stdout.next()
  }

  async advance(ms: number): Promise<void> {
    await this.#clock.advance(ms)
  }
}

export class SocketClient implements Client {
  readonly socket: TcpSocket

  constructor(socket: TcpSocket) {
    this.socket = socket
  }

  send(bytes: Uint8Array | string): Promise<void> {
    return this.socket.send(bytes, GUARD)
  }

  readLine(): Promise<string | null> {
    return this.socket.readLine({ ...GUARD, max: 65_536 })
  }

  end(): Promise<void> {
    return this.socket.shutdown(GUARD)
  }

  async hangUp(): Promise<void> {
    this.socket.abort()
  }
}
