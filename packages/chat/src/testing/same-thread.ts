/** What a store asks of its threads, done in this one: for tests that need not wait for threads to start. */
import type { Calls, Link, Opened } from '../stores/sqlite/worker-calls.ts'

export class SameThread<All extends Calls> implements Link<All> {
  readonly #open: () => Opened<All>
  #opened: Opened<All> | undefined

  constructor(open: () => Opened<All>) {
    this.#open = open
  }

  async call<Name extends keyof All & string>(
    name: Name,
    ...values: Parameters<All[Name]>
  ): Promise<Awaited<ReturnType<All[Name]>>> {
    this.#opened ??= this.#open()
    const run = this.#opened.calls[name]
    if (run === undefined) throw new TypeError(`no call ${name}`)
    const result = await run(...structuredClone(values))
    return structuredClone(result) as Awaited<ReturnType<All[Name]>>
  }

  async close(): Promise<void> {
    this.#opened?.close()
    this.#opened = undefined
  }
}
