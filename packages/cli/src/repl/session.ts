/**
 * One sitting at the REPL: lines in, answers out. The same on a terminal and from a pipe, and it knows neither.
 */
import { didYouMean, literal, type Printable, printable } from '@partyline/protocols'
import type { Evaluator, Outcome } from './evaluator.ts'
import { type HelpTexts, REPL_COMMANDS } from './help-texts.ts'
import { isBegunImport } from './imports.ts'
import { shownError, shownValue } from './shown.ts'

/** The longest statement, in UTF-16 units. */
const MAX_STATEMENT = 1_048_576

/** What a line led to. */
export type Answer =
  /** A statement has ended, with this to show, if anything. */
  | { readonly is: 'done'; readonly text?: string | undefined }
  | { readonly is: 'failed'; readonly sentence: Printable }
  /** The statement goes on in the next line. */
  | { readonly is: 'more' }
  | { readonly is: 'interrupted' }
  | { readonly is: 'leave' }

export interface SessionOptions {
  readonly evaluator: Pick<Evaluator, 'evaluate' | 'interrupt' | 'look'>
  readonly help: HelpTexts
  readonly colour: boolean
}

export class Session {
  readonly #options: SessionOptions
  #lines: string[] = []

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** The lines of the statement that is not whole yet; empty when there is none. */
  get unfinished(): string {
    return this.#lines.join('\n')
  }

  /** Takes a line. Resolves when the statement that it ends is done. One at a time. */
  async line(line: string): Promise<Answer> {
    const command = /^\s*\.([a-z]+)(?:\s+(.*?))?\s*$/.exec(line)
    if (command !== null && (this.#lines.length === 0 || isCommand(command[1]))) {
      return this.#command(command[1] ?? '', command[2] ?? '')
    }
    this.#lines.push(line)
    const statement = this.unfinished
    if (statement.length > MAX_STATEMENT) {
      this.forget()
      return {
        is: 'failed',
        sentence: shownError(new RangeError('a statement has at most 1,048,576 characters')),
      }
    }
    if (isBegunImport(statement)) return { is: 'more' }
    const outcome = await this.#options.evaluator.evaluate(statement)
    if (outcome.is !== 'unfinished') this.forget()
    return this.#answer(statement, outcome)
  }

  /** Forgets the statement that was begun. True if there was one. */
  forget(): boolean {
    const had = this.#lines.length > 0
    this.#lines = []
    return had
  }

  /** Cancels the statement that is running. True if there was one. */
  interrupt(): boolean {
    return this.#options.evaluator.interrupt()
  }

  #answer(statement: string, outcome: Outcome): Answer {
    switch (outcome.is) {
      case 'value': {
        const { value } = outcome
        if (value === undefined || HAS_NO_RESULT.test(statement)) return { is: 'done' }
        return { is: 'done', text: shownValue(value, this.#options.colour) }
      }
      case 'error':
        return { is: 'failed', sentence: this.#sentence(outcome.error) }
      case 'unfinished':
        return { is: 'more' }
      case 'interrupted':
        return { is: 'interrupted' }
    }
  }

  /** What failed, and for a name that nothing has, which was probably meant. */
  #sentence(error: unknown): Printable {
    const said = shownError(error)
    const typed = /(\w+) is not (?:defined|a function)$/.exec(said)?.[1]
    const meant = typed === undefined ? undefined : this.#options.help.meant(typed)
    return meant === undefined || meant === typed ? said : literal`${said}. Did you mean ${printable(meant)}?`
  }

  #command(name: string, topic: string): Answer {
    if (name === 'help') return { is: 'done', text: this.#helpOn(topic) }
    if (name === 'exit') return { is: 'leave' }
    if (name === 'break') {
      this.forget()
      return { is: 'done' }
    }
    const meant = didYouMean(name, COMMANDS)
    const words = `there is no command .${name}.${meant === undefined ? ' .help lists them.' : ` Did you mean .${meant}?`}`
    return { is: 'failed', sentence: shownError(words) }
  }

  #helpOn(topic: string): string {
    const { help, evaluator } = this.#options
    if (topic === '') return help.overview()
    // A name of the reader's own: `.help conn`.
    const value = help.has(topic) || !/^[\w$.]+$/.test(topic) ? undefined : evaluator.look(topic)
    return value === undefined ? help.on(topic) : help.on(topicOf(value))
  }
}

// JavaScript gives loops and conditions a value, the last one of what is in them. Nobody asked for that.
const HAS_NO_RESULT = /^\s*(?:while|for|do|if|switch|try)\b/

const COMMANDS = Object.keys(REPL_COMMANDS).map((form) => /^\.(\w+)/.exec(form)?.[1] ?? '')

function isCommand(name: string | undefined): boolean {
  return name !== undefined && COMMANDS.includes(name)
}

// Which public name stands for the class of an object.
const PUBLIC_NAMES: ReadonlyMap<string, string> = new Map([
  ['StreamSocket', 'Socket'],
  ['DatagramSocket', 'Socket'],
  ['NodeTcpSocket', 'TcpSocket'],
  ['NodeTcpListener', 'TcpListener'],
  ['QueuedStream', 'ByteStream'],
  ['PlayedStream', 'ScriptedStream'],
])

/** What help should be about, for a value: `help(conn)`, `help(resolve)`, `help('recv')`. */
export function topicOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'function') return value.name
  if (typeof value !== 'object' || value === null) return String(value)
  const { name } = value.constructor
  return PUBLIC_NAMES.get(name) ?? name
}
