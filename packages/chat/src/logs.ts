/**
 * The log, for people or for programs. What is logged are sentences of our own about connections and faults: no
 * message and no password is ever among their words, so there is nothing to be taken out again.
 */
import { printable } from '@partyline/protocols'
import type { Log, LogLevel } from './doors/log.ts'

export interface ServerLogOptions {
  /** `human`: a line with the time of day. `json`: an object a line, with `level`, `time` (ISO 8601) and `msg`. */
  readonly format: 'human' | 'json'
  /** What is less important is left out. */
  readonly level: LogLevel | 'silent'
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes whole lines with their endings. Must not throw. */
  readonly write: (text: string) => void
}

/** Lines that are kept until `start`; further ones are lost. */
const MAX_EARLY = 1000

const LEVELS: Readonly<Record<LogLevel | 'silent', number>> = {
  debug: 0,
  info: 1,
  warn: 2,
  error: 3,
  silent: 4,
}

export class ServerLog {
  readonly #options: ServerLogOptions
  readonly #early: (readonly [line: string, level: LogLevel])[] = []
  #sink: ((line: string, level: LogLevel) => void) | undefined

  constructor(options: ServerLogOptions) {
    this.#options = options
    if (options.format === 'human')
      this.#sink = (line) => options.write(`${timeOfDay(options.now())} ${line}\n`)
  }

  /** Logs a line; whatever stands in it, it is harmless on a terminal. A function to be handed around. */
  readonly log: Log = (line, level = 'info') => {
    if (!this.isOn(level)) return
    this.#take(printable(line), level)
  }

  /** Tells what somebody asked for: whatever the level, and for people without the time, since it is no news. */
  readonly answer = (line: string): void => {
    if (this.#options.format === 'human') this.#options.write(`${printable(line)}\n`)
    else this.#take(printable(line), 'info')
  }

  /** Whether lines of this level are logged at all. */
  isOn(level: LogLevel): boolean {
    return LEVELS[level] >= LEVELS[this.#options.level]
  }

  /**
   * From here on lines are written at once. Not done when the log is made, because what makes the objects takes a
   * tenth of the time in which a server starts.
   */
  async start(): Promise<void> {
    if (this.#sink === undefined) this.#sink = await jsonSink(this.#options)
    for (const [line, level] of this.#early.splice(0)) this.#sink(line, level)
  }

  #take(line: string, level: LogLevel): void {
    if (this.#sink !== undefined) this.#sink(line, level)
    else if (this.#early.length < MAX_EARLY) this.#early.push([line, level])
  }
}

async function jsonSink({ now, write }: ServerLogOptions): Promise<(line: string, level: LogLevel) => void> {
  const { pino } = await import('pino')
  const logger = pino(
    {
      level: 'debug',
      base: null, // whose process this is, the system's journal knows
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  return (line, level) => logger[level](line)
}

/** `16:04:32`, by the clock on the operator's wall. */
function timeOfDay(ms: number): string {
  const time = new Date(ms)
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => `${part}`.padStart(2, '0'))
    .join(':')
}
