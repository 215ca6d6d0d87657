/**
 * The REPL at a terminal: a prompt, keys and history as in Node's own, completion, and Ctrl-C that gives the prompt
 * back while a call waits. What is typed meanwhile is kept for the next prompt.
 */
import { createInterface, type Interface } from 'node:readline'
import { type ExitCode, exitCodeOf } from '../failure.ts'
import type { Io } from '../io.ts'
import type { History } from '../terminal/history.ts'
import { HISTORY_LINES } from '../terminal/history.ts'
import { type OpenLine, setOpenLine } from '../terminal/open-lines.ts'
import type { Answer, Session } from './session.ts'

const PROMPT = '> '
const MORE = '... '
const CLEAR = '\r\u001b[J'

export interface TerminalReplOptions {
  readonly session: Session
  readonly history: History
  /** The words that may go on where the line ends, and the part of the line that they replace. */
  readonly complete: (line: string) => readonly [words: readonly string[], part: string]
}

/** Reads, runs and shows until the person leaves. */
export function runAtTerminal(io: Io, options: TerminalReplOptions): Promise<ExitCode> {
  return new TerminalRepl(io, options).run()
}

class TerminalRepl implements OpenLine {
  readonly #io: Io
  readonly #options: TerminalReplOptions
  readonly #readline: Interface
  readonly #waiting: string[] = []
  #isRunning = false
  /** Ctrl-C was pressed at an empty prompt: a second time leaves. */
  #isLeaving = false
  #isOver = false

  constructor(io: Io, options: TerminalReplOptions) {
    this.#io = io
    this.#options = options
    this.#readline = createInterface({
      input: io.stdin,
      output: io.stdout,
      terminal: true,
      prompt: PROMPT,
      history: [...options.history.lines],
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string) => [...options.complete(line)],
    })
  }

  run(): Promise<ExitCode> {
    const { signal, stdout, stderr } = this.#io
    return new Promise((resolve, reject) => {
      const leave = (code: ExitCode): void => {
        resolve(code) // before the rest: closing tells us of the end as well
        this.#isOver = true
        setOpenLine([stdout, stderr], undefined)
        signal.removeEventListener('abort', stop)
        this.#options.session.interrupt()
        this.#readline.close()
      }
      const stop = (): void => leave(exitCodeOf(signal.reason))
      signal.addEventListener('abort', stop, { once: true })
      setOpenLine([stdout, stderr], this)
      this.#readline
        .on('line', (line) => {
          this.#waiting.push(line)
          void this.#runWaiting().catch(reject)
        })
        .on('SIGINT', () => this.#interrupt())
        .on('close', () => {
          if (!this.#isOver) stdout.write('\n') // Ctrl-D: the shell's prompt gets a line of its own
          leave(0)
        })
      if (signal.aborted) stop()
      else this.#readline.prompt()
    })
  }

  /** Shows lines above what is being typed. */
  print(text: string): boolean {
    const { stdout } = this.#io
    const { rows } = this.#readline.getCursorPos()
    stdout.write(`${rows > 0 ? `\u001b[${rows}A` : ''}${CLEAR}${text}\n${'\n'.repeat(rows)}`)
    this.#readline.prompt(true)
    return !stdout.writableNeedDrain
  }

  /** One statement after the other, however fast they are typed or pasted. */
  async #runWaiting(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#isLeaving = false
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) {
      this.#options.history.add(line)
      this.#readline.setPrompt('')
      const answer = await this.#options.session.line(line)
      if (this.#isOver) return
      if (answer.is === 'leave') {
        this.#isOver = true
        this.#readline.close()
        return
      }
      this.#show(answer)
    }
    this.#isRunning = false
    this.#prompt()
  }

  #show(answer: Answer): void {
    if (answer.is === 'interrupted') {
      this.#waiting.length = 0 // what was pasted behind it is not meant any more
      this.print('interrupted')
    } else if (answer.is === 'failed') this.print(answer.sentence)
    else if (answer.is === 'done' && answer.text !== undefined) this.print(answer.text)
  }

  #interrupt(): void {
    if (this.#options.session.interrupt()) return
    const isEmpty = !this.#options.session.forget() && this.#readline.line === ''
    if (isEmpty && this.#isLeaving) {
      this.#readline.close()
      return
    }
    this.#isLeaving = isEmpty
    this.#readline.write(null, { ctrl: true, name: 'e' })
    this.#io.stdout.write('\n')
    this.#readline.setPrompt('')
    this.#readline.write(null, { ctrl: true, name: 'u' })
    if (isEmpty) this.#io.stdout.write(`${CLEAR}(Ctrl-C again, Ctrl-D or .exit leaves)\n`)
    this.#prompt()
  }

  #prompt(): void {
    if (this.#isOver) return
    this.#readline.setPrompt(this.#options.session.unfinished === '' ? PROMPT : MORE)
    this.#readline.prompt(true)
  }
}
