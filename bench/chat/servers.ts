/** The servers as processes of their own: how each is started, and what it has cost so far. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuSeconds, residentBytes } from './costs.ts'
import type { SideName } from './scenarios.ts'

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/partyline.js', import.meta.url))
const NAIVE = fileURLToPath(import.meta.resolve('./naive.ts'))

/** A command line: the program and its arguments. */
export type Command = readonly [string, ...string[]]

/** As people run it. */
export const PARTYLINE: Command = [process.execPath, LAUNCHER, 'serve']

/** Milliseconds for a server to listen, and to end. */
const PATIENCE = 15_000
/** How much of a server's standard error is kept for telling why it ended, in characters. */
const LAST_WORDS = 2000

/** How the sides are started. A side that the server does not know how to be is not there. */
export type Sides = Partial<Record<SideName, (folder: string) => Command>>

/** Asks `partyline serve` for its flags: one that keeps no history on disk has only the memory side. */
export function findSides(partyline: Command): Sides {
  const [program, ...args] = partyline
  const help = execFileSync(program, [...args, '--help'], { encoding: 'utf8', env: environment() })
  const run = (...flags: readonly string[]): Command => [
    ...partyline,
    '--text-port=0',
    '--no-console',
    ...flags,
  ]
  const naive = (): Command => [process.execPath, NAIVE]
  if (!/^\s+--data\b/m.test(help)) return { naive, memory: () => run() }
  const memory = (): Command => run('--data=:memory:')
  const synchronous = /^\s+--([a-z-]*sync[a-z-]*)\b/m.exec(help)?.[1]
  if (synchronous === undefined) return { naive, memory, full: (folder) => run(`--data=${folder}`) }
  return {
    naive,
    memory,
    normal: (folder) => run(`--data=${folder}`, `--${synchronous}=normal`),
    full: (folder) => run(`--data=${folder}`, `--${synchronous}=full`),
  }
}

export interface StartOptions {
  /** Undefined: any. */
  readonly core: number | undefined
  /** Where a server's own folder is made. */
  readonly under: string
}

export class MeasuredServer {
  readonly #process: ChildProcess
  readonly #folder: string
  #port = 0
  #lastWords = ''

  private constructor(child: ChildProcess, folder: string) {
    this.#process = child
    this.#folder = folder
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS)
    })
  }

  /** Resolves when it listens. It runs in a new folder, where it may keep what it likes until `stop`. */
  static async start(commandIn: (folder: string) => Command, options: StartOptions): Promise<MeasuredServer> {
    const folder = mkdtempSync(join(options.under, 'partyline-bench-'))
    const command = commandIn(join(folder, 'data'))
    const [program, ...args] =
      options.core === undefined ? command : ['taskset', '-c', String(options.core), ...command]
    const env = environment()
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const server = new MeasuredServer(child, folder)
    try {
      server.#port = await listening(child)
      return server
    } catch (error) {
      await server.stop()
      throw new Error(`${command.join(' ')} did not start. ${server.lastWords}`, { cause: error })
    }
  }

  get port(): number {
    return this.#port
  }

  /** What it says on standard error, as soon as it has said it: that comes apart from what is on standard output. */
  async said(words: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = words.exec(this.#lastWords)
      if (found !== null) return found
      const { stderr } = this.#process
      if (stderr === null || stderr.readableEnded)
        throw new Error(`it never said ${words}. ${this.#lastWords}`)
      await Promise.race([once(stderr, 'data'), once(stderr, 'end')])
    }
  }

  /** The end of what it wrote to standard error. */
  get lastWords(): string {
    return this.#lastWords
  }

  cpuSeconds(): number {
    return cpuSeconds(this.#pid)
  }

  residentBytes(): number {
    return residentBytes(this.#pid)
  }

  async stop(): Promise<void> {
    const late = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE)
    const { pid, exitCode, signalCode } = this.#process
    if (pid !== undefined && exitCode === null && signalCode === null) {
      this.#process.kill('SIGTERM')
      await once(this.#process, 'exit')
    }
    clearTimeout(late)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #pid(): number {
    const { pid } = this.#process
    if (pid === undefined) throw new TypeError('the server was never started')
    return pid
  }
}

/** The port that it says it listens on. What it says later is read and forgotten: a full pipe would stop it. */
function listening(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const late = setTimeout(() => reject(new Error(`it did not listen within ${PATIENCE} ms`)), PATIENCE)
  let said: string | undefined = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (said === undefined) return
    said += text
    const [, port] = /^Listening on :(\d+)\n/m.exec(said) ?? []
    if (port === undefined) return
    said = undefined
    resolve(Number(port))
  })
  child.on('error', reject)
  child.on('close', (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)))
  return promise.finally(() => clearTimeout(late))
}

// Settings of whoever runs this must not change what is measured. A pace for each person is off, because ten of
// them do here what thousands do elsewhere.
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PARTYLINE_'))
  return { ...Object.fromEntries(own), PARTYLINE_RATE_LIMIT: 'off' }
}
