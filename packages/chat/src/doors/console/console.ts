/** The operator's console: what the person at the server types. */
import { printable } from '@partyline/protocols'

export interface ConsoleOptions {
  readonly announce: (line: string) => void
  readonly log: (line: string) => void
  /** Ends the server. */
  readonly quit: () => void
}

/** Takes lines; every one is announced as `console: LINE`. */
export class Console {
  readonly #options: ConsoleOptions

  constructor(options: ConsoleOptions) {
    this.#options = options
  }

  receive(line: string): void {
    const { announce, log, quit } = this.#options
    announce(`console: ${printable(line)}`)
    const command = line.trim()
    if (command === 'quit') quit()
    else if (command !== '') log('quit ends the server; nothing else is known here')
  }
}
