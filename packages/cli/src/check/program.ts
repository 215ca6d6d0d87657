/**
 * The program that somebody wrote, started by the checker with a command line, given keys to read, listened to,
 * and ended with everything that it started itself.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Environment } from '../io.ts'

/** Of what it writes the last so many characters are kept. */
const MOST_OUTPUT = 256 * 1024
/** After it has ended, so long is waited for the rest of what it wrote, in milliseconds. */
const LAST_WORDS_MS = 200
/** And then so many turns of the event loop, as long as each brings more. */
const MOST_TURNS = 100

export class Program {
  readonly #child: ChildProcess
  #output = ''
  #errors = ''
  #listener: (() => void) | undefined
  #ended: string | undefined
  /** How often it has written something. */
  #heard = 0
  readonly #exit: Promise<void>

  private constructor(child: ChildProcess) {
    this.#child = child
    child.stdin?.on('error', () => {}) // it may end without reading
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#hear(text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-MOST_OUTPUT)
      this.#hear(text)
    })
    this.#exit = once(child, 'exit').then(
      ([code, signal]: unknown[]) =>
        this.#end(typeof code === 'number' ? `exit code ${code}` : String(signal)),
      (error: unknown) => this.#end(String(error)),
    )
  }

  /**
   * Starts a command line of the system's shell. Python is told not to keep its output back: what it prints is
   * looked at while it runs.
   */
  static start(commandLine: string, env: Environment): Program {
    const child = spawn(commandLine, {
      shell: true,
      detached: process.platform !== 'win32', // a group of its own, so that the shell's children end with it
      env: { ...env, PYTHONUNBUFFERED: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    return new Program(child)
  }

  /** What it wrote, to both outputs, in the order in which it came. */
  get output(): string {
    return this.#output
  }

  /** What it wrote to its standard error. */
  get errors(): string {
    return this.#errors
  }

  /** How it ended, in words; undefined while it runs. */
  get ended(): string | undefined {
    return this.#ended
  }

  /** Types into its standard input. */
  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  /** Ends its standard input. */
  endInput(): void {
    this.#child.stdin?.end()
  }

  /** True as soon as it has ended; false when it still runs after so many ms. */
  async endsWithin(ms: number, signal: AbortSignal): Promise<boolean> {
    return this.#within(ms, signal, () => this.#ended !== undefined)
  }

  /** True as soon as what it wrote holds this; false after so many ms, or when it has ended without. */
  async writesWithin(ms: number, signal: AbortSignal, holds: (output: string) => boolean): Promise<boolean> {
    const done = (): boolean => holds(this.#output) || this.#ended !== undefined
    await this.#within(ms, signal, done)
    return holds(this.#output)
  }

  /** Ends it and all that it started. Resolves when it is gone. */
  async stop(): Promise<void> {
    const { pid } = this.#child
    try {
      if (pid !== undefined && process.platform !== 'win32') process.kill(-pid, 'SIGKILL')
      else this.#child.kill('SIGKILL')
    } catch {
      // The whole group has ended already.
    }
    await this.#exit
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream?.destroy()
  }

  async #within(ms: number, signal: AbortSignal, done: () => boolean): Promise<boolean> {
    const timeout = new AbortController()
    const heard = new Promise<void>((resolve) => {
      this.#listener = () => {
        if (done()) resolve()
      }
      this.#listener()
    })
    const waited = delay(ms, undefined, { signal: AbortSignal.any([signal, timeout.signal]) })
    try {
      await Promise.race([heard, waited])
    } finally {
      this.#listener = undefined
      waited.catch(() => {}) // it is told to stop now
      timeout.abort()
    }
    return done()
  }

  #hear(text: string): void {
    this.#output = (this.#output + text).slice(-MOST_OUTPUT)
    this.#heard += 1
    this.#listener?.()
  }

  async #end(how: string): Promise<void> {
    // Its last words may still be in the pipe; a child of its own may hold the pipe open for ever.
    const streams = [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null)
    const unread = streams.filter((stream) => !stream.readableEnded)
    const drained = Promise.all(unread.map((stream) => once(stream, 'end')))
    await Promise.race([drained, delay(LAST_WORDS_MS, undefined, { ref: false })]).catch(() => {})
    // When this process stood still, its timers come before what is in the pipe: that is read in the next turns.
    for (let turns = 0, heard = -1; heard !== this.#heard && turns < MOST_TURNS; turns += 1) {
      heard = this.#heard
      await new Promise((turn) => setImmediate(turn))
    }
    this.#ended = how
    this.#listener?.()
  }
}
