/** `partyline repl`: type socket calls one by one, and see what each does. */
import { setTimeout } from 'node:timers/promises'
import type { Command } from '../commands.ts'
import type { Io } from '../io.ts'
import { isAtTerminal } from '../people.ts'
import { runAtTerminal } from '../repl/at-terminal.ts'
import { completions } from '../repl/completion.ts'
import { Evaluator } from '../repl/evaluator.ts'
import { openHelp } from '../repl/help-sources.ts'
import { OpenSockets } from '../repl/open-sockets.ts'
import { runPiped } from '../repl/piped.ts'
import { loadModule, scopeNames } from '../repl/scope.ts'
import { Session, topicOf } from '../repl/session.ts'
import { Prose, shownError } from '../repl/shown.ts'
import { COLOR_FLAG, WIRE_FLAG } from '../socket-flags.ts'
import { dim, wantsColour } from '../terminal/colour.ts'
import { openHistory } from '../terminal/history.ts'
import { writeLines } from '../terminal/open-lines.ts'
import { version } from '../version.ts'

/** How long the end waits for open sockets to close in order, in milliseconds. */
const CLOSING_MS = 1000

export const repl: Command = {
  words: '',
  maxWords: 0,
  about: [
    'Runs JavaScript statement by statement, with the socket library and the calls of the tutorials at hand:',
    "`const s = socket()`, `await s.connect(['127.0.0.1', 8000])`. A call that waits, waits: the prompt comes back",
    'when it is done, or with Ctrl-C. `.help` lists what there is, `.help recv` explains a call; Ctrl-D leaves.',
    'From a pipe or a file each statement is done before the next; the first that fails ends it with exit code 1.',
  ],
  flags: [WIRE_FLAG, COLOR_FLAG],
  examples: [
    ['partyline repl', 'type calls one by one'],
    ['partyline repl --wire', 'the same, and see each byte that goes or comes'],
    ['partyline repl < lesson.js', 'run the statements of a file'],
    ['echo "await resolve(\'localhost\')" | partyline repl', 'one call, from the shell'],
  ],
  async run(values, _words, io) {
    const atTerminal = isAtTerminal(io)
    const colour = wantsColour(values.choice('color'), io.env, io.stdout)
    const sockets = new OpenSockets()
    const help = openHelp()
    const folder = process.cwd()
    const names = { ...scopeNames(folder), help: (about: unknown) => new Prose(help.on(topicOf(about))) }
    using evaluator = new Evaluator({
      names,
      load: (specifier) => loadModule(specifier, folder),
      terminal: atTerminal ? io.stdin : undefined,
    })
    using faults = new Faults(io)
    const session = new Session({ evaluator, help, colour })
    try {
      if (!atTerminal) return (await runPiped(session, io)) || (faults.count > 0 ? 1 : 0)
      io.stdout.write(banner(colour))
      return await runAtTerminal(io, {
        session,
        history: openHistory(io.env, 'repl'),
        complete: (line) => completions(line, Object.keys(names), evaluator),
      })
    } finally {
      faults.isOver = true
      await Promise.race([sockets.close(0), setTimeout(CLOSING_MS, undefined, { ref: false })])
    }
  },
}

function banner(colour: boolean): string {
  const light = (text: string): string => (colour ? dim(text) : text)
  return [
    `Partyline ${version()} on Node.js ${process.versions.node}. .help lists what there is, .help recv what it does.`,
    `Try: ${light("const s = socket(); await s.connect(['127.0.0.1', 8000]); String(await s.recv(1024))")}`,
    '',
  ].join('\n')
}

/** What statements leave behind them that fails later, in a timer or in a promise that nobody awaits. */
class Faults implements Disposable {
  count = 0
  /** From here on calls that still wait are expected to fail. */
  isOver = false
  readonly #io: Pick<Io, 'stderr'>

  constructor(io: Pick<Io, 'stderr'>) {
    this.#io = io
    process.on('uncaughtException', this.#tell).on('unhandledRejection', this.#tell)
  }

  [Symbol.dispose](): void {
    process.off('uncaughtException', this.#tell).off('unhandledRejection', this.#tell)
  }

  readonly #tell = (error: unknown): void => {
    if (this.isOver) return
    this.count += 1
    writeLines(this.#io.stderr, `partyline: ${shownError(error)}\n`)
  }
}
