/**
 * `--exec`: a program for each client, with the connection as its standard input and output. It is told of the
 * client's end by the end of its input and may still answer; it is ended when the client is gone.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { TcpSocket } from '@partyline/sockets'
import type { Environment } from '../io.ts'
import { ignoreSocketError } from './clients.ts'
import { writeAll } from './display.ts'
import type { ClientHandler } from './serve-clients.ts'

/**
 * Milliseconds from asking a program to end (SIGTERM) to killing it, and from the end of its output to asking.
 */
const PATIENCE_MS = 1000

export interface ExecOptions {
  /** A line for the system's shell. */
  readonly command: string
  /** The program's environment; the addresses are added under the names of ucspi-tcp. */
  readonly env: Environment
  readonly note: (words: string) => void
}

/** The program's standard error is ours. */
type Program = ChildProcessByStdio<Writable, Readable, null>

export function execFor({ command, env, note }: ExecOptions): ClientHandler {
  return async ({ socket, label }, signal) => {
    const program = new RunningProgram(start(command, { ...env, ...addressVariables(socket) }))
    const terminate = (): void => program.terminate()
    signal.addEventListener('abort', terminate)
    if (signal.aborted) terminate()
    let hasAnswered = false
    void socket.closed.then(() => {
      if (!hasAnswered) terminate()
    })
    try {
      void program.feed(socket)
      await program.answer(socket)
      hasAnswered = true // it is ending by itself now, and should be able to say how
      await socket.shutdown()
      const ending = await program.ended()
      if (ending !== undefined && ending !== '0') note(`${label}: the program ended with ${ending}`)
    } finally {
      signal.removeEventListener('abort', terminate)
      terminate()
    }
  }
}

class RunningProgram {
  readonly #program: Program
  readonly #exited: Promise<string | undefined>
  readonly #over = new AbortController()
  #wasTerminated = false

  constructor(program: Program) {
    this.#program = program
    program.stdin.on('error', () => {}) // it does not read any more: that is its right
    this.#exited = once(program, 'exit').then(
      ([code, signal]: unknown[]) => {
        this.#over.abort()
        return this.#wasTerminated ? undefined : String(code ?? signal)
      },
      (error: unknown) => {
        this.#over.abort()
        return error instanceof Error ? error.message : String(error) // there is no shell
      },
    )
  }

  /** Hands on what the client sends, and its end. What the program does not read any more is thrown away. */
  async feed(socket: TcpSocket): Promise<void> {
    const { stdin } = this.#program
    try {
      for (;;) {
        const bytes = await socket.recv()
        if (bytes === null) break
        await writeAll(stdin, bytes, this.#over.signal)
      }
    } catch (error) {
      ignoreSocketError(error) // told by the connection's own end
    }
    stdin.end()
  }

  /** Sends what the program says, to its end. */
  async answer(socket: TcpSocket): Promise<void> {
    try {
      for await (const bytes of this.#program.stdout) await socket.send(bytes)
    } catch (error) {
      if (!this.#wasTerminated) throw error
    }
  }

  /** Its exit code, or the signal or error that ended it; undefined when that was us. */
  async ended(): Promise<string | undefined> {
    const timer = setTimeout(() => this.terminate(), PATIENCE_MS)
    try {
      return await this.#exited
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends it and all that it started. Idempotent. */
  terminate(): void {
    if (this.#over.signal.aborted || this.#wasTerminated) return
    this.#wasTerminated = true
    this.#kill('SIGTERM')
    const timer = setTimeout(() => this.#kill('SIGKILL'), PATIENCE_MS)
    void this.#exited.then(() => clearTimeout(timer))
  }

  #kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#program
    this.#program.stdout.destroy() // something it started may hold it open
    if (pid === undefined) return
    try {
      // The shell and what it runs are one process group: see `detached`.
      process.kill(process.platform === 'win32' ? pid : -pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}

function start(command: string, env: Environment): Program {
  return spawn(command, {
    shell: true,
    // A process group of its own, so that all of it can be ended; Ctrl-C reaches it through us.
    detached: process.platform !== 'win32',
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

function addressVariables({ local, remote, tls }: TcpSocket): Record<string, string> {
  const protocol = tls === undefined ? 'TCP' : 'SSL'
  if ('path' in local || 'path' in remote) return { PROTO: 'UNIX' }
  return {
    PROTO: protocol,
    TCPLOCALIP: local.host,
    TCPLOCALPORT: String(local.port),
    TCPREMOTEIP: remote.host,
    TCPREMOTEPORT: String(remote.port),
  }
}
