/**
 * Calls to a worker thread, as promises. A worker is started when it is first needed; one that dies takes the calls
 * that wait for it along, and the next call starts another.
 */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StoreError } from '../../core/store.ts'
import { type Answer, type Calls, CLOSE, errorOf, type Link, type Request } from './worker-calls.ts'

/** Calls that wait for one worker; further ones reject with `too-slow`. */
const MOST_WAITING = 10_000

export interface WorkerLinkOptions {
  /** What the worker runs; it calls `answerCalls`. */
  readonly worker: URL
  /** What the worker is started with. */
  readonly data: unknown
  /** For the errors: the history file. */
  readonly file: string
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

export class WorkerLink<All extends Calls> implements Link<All> {
  readonly #options: WorkerLinkOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #calls = 0
  #closing: Promise<void> | undefined

  constructor(options: WorkerLinkOptions) {
    this.#options = options
  }

  async call<Name extends keyof All & string>(
    name: Name,
    ...values: Parameters<All[Name]>
  ): Promise<Awaited<ReturnType<All[Name]>>> {
    const { file } = this.#options
    if (this.#closing !== undefined) throw new StoreError('gone', file)
    if (this.#waiting.size >= MOST_WAITING) throw new StoreError('too-slow', file)
    this.#worker ??= this.#start()
    const result = await this.#send(this.#worker, name, values)
    return result as Awaited<ReturnType<All[Name]>> // it is what the worker's function of that name has returned
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return
    await this.#send(worker, CLOSE, []).catch(() => {}) // it has died before it could
    await worker.terminate()
  }

  #send(worker: Worker, name: string, values: readonly unknown[]): Promise<unknown> {
    this.#calls += 1
    const request: Request = { call: this.#calls, name, values }
    return new Promise((resolve, reject) => {
      worker.postMessage(request) // throws what cannot be cloned: then nothing waits
      this.#waiting.set(request.call, { resolve, reject })
    })
  }

  #start(): Worker {
    const worker = new Worker(this.#options.worker, { workerData: this.#options.data, env: environment() })
    worker.on('message', (answer: Answer) => this.#settle(answer))
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, undefined))
    return worker
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.call)
    this.#waiting.delete(answer.call)
    if ('result' in answer) waiting?.resolve(answer.result)
    else waiting?.reject(errorOf(answer.error))
  }

  #lost(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const error = new StoreError('gone', this.#options.file, cause)
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

/**
 * Ours. A thread does not take the compile cache over from the program, but from its environment, and there before its
 * first module: from source that one would cost 30 ms, because what makes JavaScript of it would be loaded.
 */
function environment(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir()
  // The folder in the folder that was given, which is for this version of Node.js.
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) }
}
