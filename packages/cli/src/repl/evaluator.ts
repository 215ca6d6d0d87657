/**
 * Runs JavaScript statement by statement, as one types it: `await` may stand anywhere, what one statement declares
 * is there for the next, and a statement that has not ended yet is told from one that is wrong. V8 does this itself
 * for the consoles of browsers (`replMode` of the inspector's Runtime.evaluate); this is that, inside the process.
 *
 * Statements run in the global scope of the process, so there is one evaluator at a time.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Runtime, Session } from 'node:inspector'
import { setImmediate } from 'node:timers/promises'
import { Script } from 'node:vm'
import type { Input } from '../io.ts'
import { withoutImports } from './imports.ts'

/** What became of a statement. */
export type Outcome =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'error'; readonly error: unknown }
  /** More lines are needed. Nothing has run. */
  | { readonly is: 'unfinished' }
  /** `interrupt` was called, or Ctrl-C came while it did not wait for anything. */
  | { readonly is: 'interrupted' }

export interface EvaluatorOptions {
  /** In scope from the beginning. A statement may declare the same name: it then means that one. `_` is the last value. */
  readonly names: Readonly<Record<string, unknown>>
  /** What `import` in a statement gets. */
  readonly load: (specifier: string) => Promise<unknown>
  /** A terminal that must leave its raw mode while a statement runs: otherwise Ctrl-C would be no signal then. */
  readonly terminal?: (Input & { setRawMode?(raw: boolean): unknown }) | undefined
}

/**
 * Aborts when the statement that is running is interrupted; undefined outside of statements. What a statement
 * leaves running in the background is not touched when a later one is interrupted.
 */
export const interruption: AsyncLocalStorage<AbortSignal> = new AsyncLocalStorage()

/** How the code that V8 runs for us reaches this side. */
interface Bridge {
  take: (value: unknown) => void
  start: () => void
  readonly load: (specifier: string) => Promise<unknown>
}

const BRIDGE = Symbol.for('partyline.repl')
const HAND_OVER = `function (value) { globalThis[Symbol.for('partyline.repl')].take(value) }`
const START = new Script(`globalThis[Symbol.for('partyline.repl')].start()`)
const LOAD = `globalThis[Symbol.for('partyline.repl')].load`

export class Evaluator implements Disposable {
  readonly #session = new Session()
  readonly #names: readonly string[]
  readonly #bridge: Bridge
  readonly #terminal: EvaluatorOptions['terminal']
  #running: AbortController | undefined

  constructor({ names, load, terminal }: EvaluatorOptions) {
    this.#terminal = terminal
    this.#names = Object.keys(names)
    this.#bridge = { load, take: () => {}, start: () => {} }
    for (const [name, value] of Object.entries(names)) define(name, value)
    define(BRIDGE, this.#bridge)
    this.#session.connect()
  }

  /** Runs a statement to its end, its awaits included. One at a time. Never rejects. */
  async evaluate(statement: string): Promise<Outcome> {
    const running = new AbortController()
    this.#running = running
    try {
      await setImmediate() // a signal that has come must be heard now: below, Node forgets it
      const code = asExpression(withoutImports(statement, LOAD))
      if (running.signal.aborted) return { is: 'interrupted' }
      const done = interruption.run(running.signal, () => this.#start(code))
      const result = await Promise.race([done, aborted(running.signal)])
      if (result === undefined) return { is: 'interrupted' }
      if (result.exceptionDetails === undefined) return this.#value(result.result)
      const error = this.#thrown(result.exceptionDetails)
      if (await this.#isUnfinished(code, error, result.exceptionDetails)) return { is: 'unfinished' }
      return { is: 'error', error }
    } finally {
      this.#running = undefined
      this.#session.post('Runtime.releaseObjectGroup', { objectGroup: GROUP })
    }
  }

  /** Ends the waiting of the running statement: its own calls are cancelled. True if there was one. */
  interrupt(): boolean {
    this.#running?.abort()
    return this.#running !== undefined
  }

  /**
   * The value of an expression, or undefined when it cannot be had without doing something: no call, no
   * assignment. For completion and help.
   */
  look(expression: string): unknown {
    let value: unknown
    const options: EvaluateOptions = { expression, throwOnSideEffect: true, objectGroup: GROUP }
    this.#session.post('Runtime.evaluate', options, (error, found) => {
      if (error === null && found.exceptionDetails === undefined) value = this.#valueOf(found.result)
    })
    return value
  }

  /** Takes the names out of the scope again. */
  [Symbol.dispose](): void {
    this.#session.disconnect()
    for (const name of [...this.#names, '_', BRIDGE]) Reflect.deleteProperty(globalThis, name)
  }

  /** Undefined: a signal ended it while it ran. */
  #start(expression: string): Promise<Runtime.EvaluateReturnType | undefined> {
    return new Promise((resolve) => {
      this.#bridge.start = () => {
        const options: EvaluateOptions = {
          expression,
          replMode: true,
          awaitPromise: true,
          objectGroup: GROUP,
        }
        this.#session.post('Runtime.evaluate', options, (error, result) =>
          resolve(error === null ? result : undefined),
        )
      }
      this.#terminal?.setRawMode?.(false)
      try {
        START.runInThisContext({ breakOnSigint: true })
      } catch {
        resolve(undefined) // nothing in there throws but the interruption
      } finally {
        this.#terminal?.setRawMode?.(true)
      }
    })
  }

  #value(result: Runtime.RemoteObject): Outcome {
    const value = this.#valueOf(result)
    if (value !== undefined) define('_', value)
    return { is: 'value', value }
  }

  #thrown({ exception, text }: Runtime.ExceptionDetails): unknown {
    return exception === undefined ? new Error(text) : this.#valueOf(exception)
  }

  // V8 stopped at the very end of the text, or in a comment that nothing closes. A statement that makes the same
  // error while it runs (`eval('(')`) makes it elsewhere.
  async #isUnfinished(statement: string, error: unknown, at: Runtime.ExceptionDetails): Promise<boolean> {
    if (!(error instanceof SyntaxError)) return false
    const lines = statement.split('\n')
    const isAtEnd = at.lineNumber === lines.length - 1 && at.columnNumber >= (lines.at(-1)?.length ?? 0)
    if (error.message === ENDED) return isAtEnd
    if (error.message === UNKNOWN) return lines[at.lineNumber]?.startsWith('/*', at.columnNumber) === true
    // `f(1` and `f(1 2)` stop at the same place. No text that ends with a comma runs: after the first it is the end
    // that is missing, after the second still the bracket.
    if (!error.message.startsWith('missing ) after')) return false
    const more = await this.#start(`${statement}\n,`)
    const wrong = more?.exceptionDetails === undefined ? undefined : this.#thrown(more.exceptionDetails)
    return wrong instanceof SyntaxError && wrong.message === ENDED
  }

  /** The value itself, for what the inspector says of it. */
  #valueOf({ objectId, unserializableValue, value }: Runtime.RemoteObject): unknown {
    if (objectId === undefined && unserializableValue === undefined) return value
    let taken: unknown
    this.#bridge.take = (found) => {
      taken = found
    }
    this.#session.post(
      'Runtime.evaluate',
      { expression: 'globalThis', objectGroup: GROUP },
      (_error, scope) => {
        this.#session.post('Runtime.callFunctionOn', {
          objectId: scope.result.objectId,
          functionDeclaration: HAND_OVER,
          arguments: [objectId === undefined ? { unserializableValue } : { objectId }],
        })
      },
    )
    return taken
  }
}

/** With the two options that the types of Node.js leave out. */
type EvaluateOptions = Runtime.EvaluateParameterType & { replMode?: boolean; throwOnSideEffect?: boolean }

const GROUP = 'statement'

// V8's own words.
const ENDED = 'Unexpected end of input'
const UNKNOWN = 'Invalid or unexpected token'

function define(name: string | symbol, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false })
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

/** `{ a: 1 }` is meant as an object, where JavaScript would take it for a block. */
function asExpression(statement: string): string {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(statement)) return statement
  try {
    void new Script(`async () => (${statement}\n)`)
    return `(${statement}\n)`
  } catch {
    return statement
  }
}
