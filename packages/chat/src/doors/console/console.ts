/** The operator's console: what the person at the server types. */
import { printable } from '@partyline/protocols'
import { OPERATOR } from '../../core/permissions.ts'
import { type OperatorContext, runOperatorCommand } from './operator-commands.ts'

export interface ConsoleOptions extends Omit<OperatorContext, 'actor'> {
  readonly announce: (line: string) => void
  /** For the operator to read; whoever typed something gets an answer, however little is logged. */
  readonly answer: (line: string) => void
}

/** Takes lines; every one is announced as `console: LINE`, and answered to whoever typed it. */
export class Console {
  readonly #options: ConsoleOptions

  constructor(options: ConsoleOptions) {
    this.#options = options
  }

  receive(line: string): void {
    const { announce, answer, chat, quit } = this.#options
    announce(`console: ${printable(line)}`)
    if (line.trim() === '') return
    const { lines } = runOperatorCommand(line.trim(), { chat, quit, actor: OPERATOR })
    for (const said of lines) answer(printable(said))
  }
}
