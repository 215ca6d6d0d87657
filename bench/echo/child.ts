/**
 * A process of the benchmark and the parent's end of it: questions go one at a time, each answer is a number.
 * A child ends when its parent lets go of it or dies, and is killed when it does not.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { LoadName, Work } from './scenarios.ts'

/** What a child may be asked. Each knows its own half of these. */
export type Question =
  /** The measured process: the port it serves on. */
  | { readonly ask: 'port' }
  /** The measured process: microseconds of CPU that it has used so far, user and system, all threads. */
  | { readonly ask: 'cpu' }
  /** The measured process: bytes of resident memory after a garbage collection. */
  | { readonly ask: 'memory' }
  /** The load generator: do this work against that port; answers with the number of operations done. */
  | { readonly ask: 'load'; readonly load: LoadName; readonly port: number; readonly work: Work }
  /** The load generator: let go of the connections that it holds. */
  | { readonly ask: 'release' }

type Answer = { readonly value: number } | { readonly error: string }

/** Milliseconds for one answer, many times what any of them takes: only a hang gets there. */
const PATIENCE = 60_000
/** Milliseconds for a child to end by itself. */
const GRACE = 2_000

export class Child {
  readonly #process: ChildProcess
  readonly #name: string
  readonly #exited: Promise<void>
  #pending: { resolve(value: number): void; reject(error: Error): void } | undefined
  #ended = false

  /** Starts `file`, on one core only when `core` is given (that needs the program `taskset`). */
  constructor(file: string, args: readonly string[], core: number | undefined) {
    this.#name = args.join(' ') || file
    const node = [process.execPath, ...process.execArgv.filter(isForChildren), '--expose-gc', file, ...args]
    const [command = '', ...rest] = core === undefined ? node : ['taskset', '-c', String(core), ...node]
    this.#process = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#exited = new Promise((resolve) => {
      const gone = (how: string): void => {
        this.#ended = true
        this.#fail(new Error(`${this.#name} ended early (${how})`))
        resolve()
      }
      this.#process.once('error', ({ message }) => gone(message))
      this.#process.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`))
    })
    this.#process.on('message', (message) => this.#answered(message))
  }

  ask(question: Question): Promise<number> {
    if (this.#pending !== undefined) throw new Error(`${this.#name} has not answered the last question`)
    if (this.#ended) return Promise.reject(new Error(`${this.#name} has ended`))
    const answer = new Promise<number>((resolve, reject) => {
      this.#pending = { resolve, reject }
    })
    const late = setTimeout(() => {
      this.#fail(new Error(`${this.#name} did not answer ${question.ask} in ${PATIENCE} ms`))
      this.#process.kill('SIGKILL')
    }, PATIENCE)
    this.#process.send(question, (error) => {
      if (error !== null) this.#fail(error)
    })
    return answer.finally(() => clearTimeout(late))
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect()
    const late = setTimeout(() => this.#process.kill('SIGKILL'), GRACE)
    await this.#exited
    clearTimeout(late)
  }

  #answered(message: unknown): void {
    const answer = message as Answer
    if ('error' in answer) this.#fail(new Error(`${this.#name}: ${answer.error}`))
    else this.#pending?.resolve(answer.value)
    this.#pending = undefined
  }

  #fail(error: Error): void {
    this.#pending?.reject(error)
    this.#pending = undefined
  }
}

/** The child's end: answers every question until the parent lets go. */
export function answerParent(answer: (question: Question) => number | Promise<number>): void {
  process.on('disconnect', () => process.exit())
  process.on('message', (question: Question) => void reply(question))

  async function reply(question: Question): Promise<void> {
    let message: Answer
    try {
      message = { value: await answer(question) }
    } catch (error) {
      message = { error: error instanceof Error ? error.message : String(error) }
    }
    process.send?.(message)
  }
}

// What says how to load modules is passed on; what belongs to a test runner or a debugger is not.
function isForChildren(flag: string): boolean {
  return flag.startsWith('--conditions') || flag === '-C'
}
