/**
 * A process of a benchmark and the parent's end of it: questions go one at a time, and each has an answer.
 * A child ends when its parent lets go of it or dies, and is killed when it does not.
 */
import { type ChildProcess, spawn } from 'node:child_process'

/** What a child may be asked, by name. Each benchmark has its own. */
export interface Asked {
  readonly ask: string
}

type Reply<Answer> = { readonly value: Answer } | { readonly error: string }

/** Milliseconds for one answer unless said otherwise, many times what it takes: only a hang gets there. */
const PATIENCE = 60_000
/** Milliseconds for a child to end by itself. */
const GRACE = 2_000

export class Child<Question extends Asked, Answer> {
  readonly #process: ChildProcess
  readonly #name: string
  readonly #exited: Promise<void>
  #pending: { resolve(value: Answer): void; reject(error: Error): void } | undefined
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

  /** Rejects when there is no answer within `patience` milliseconds; the child is killed then. */
  ask(question: Question, patience: number = PATIENCE): Promise<Answer> {
    if (this.#pending !== undefined) throw new Error(`${this.#name} has not answered the last question`)
    if (this.#ended) return Promise.reject(new Error(`${this.#name} has ended`))
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#pending = { resolve, reject }
    })
    const late = setTimeout(() => {
      this.#fail(new Error(`${this.#name} did not answer ${question.ask} in ${patience} ms`))
      this.#process.kill('SIGKILL')
    }, patience)
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
    const answer = message as Reply<Answer>
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
export function answerParent<Question extends Asked, Answer>(
  answer: (question: Question) => Answer | Promise<Answer>,
): void {
  process.on('disconnect', () => process.exit())
  process.on('message', (question: Question) => void reply(question))

  async function reply(question: Question): Promise<void> {
    let message: Reply<Answer>
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
