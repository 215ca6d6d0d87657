/**
 * How a command ends: the table of exit codes, and the error that carries a sentence for the person and the
 * code for the shell. Everything else that is thrown is a bug and keeps its stack.
 */

/** Every exit code there is, with its meaning. `partyline help exit-codes` and docs/cli.md print this table. */
export const EXIT_CODES = {
  0: 'done; servers also when a signal or their operator stopped them',
  1: 'failed, and it is none of the below',
  2: 'wrong usage: an unknown command or flag, or a value that is not allowed',
  3: 'name not found: no address belongs to that host',
  4: 'refused or unreachable',
  5: 'timed out; over UDP also: no answer',
  6: 'the connection broke after it was made: reset, or ended before the answer was complete',
  7: 'cannot listen: the port is taken or not permitted, or the address is not one of this machine',
  8: 'TLS: the certificate is not trusted, or is for another name',
  130: 'stopped by Ctrl-C (SIGINT); servers only by a second one',
  143: 'stopped by SIGTERM; servers only by a second one',
} as const

export type ExitCode = keyof typeof EXIT_CODES

/** The exit code of a program that a signal stopped, by the shells' custom: 128 plus the signal's number. */
export function exitCodeOf(signal: unknown): ExitCode {
  return signal === 'SIGTERM' ? 143 : 130
}

export type Facts = Readonly<Record<string, string | number | boolean>>

/** A command that cannot do what was asked: what is wrong, what to do about it, and the exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: ExitCode
  /** Lines that say what to do, printed indented below the sentence. */
  readonly hints: readonly string[]
  /** What programs want to know besides, like the host and the port: part of the error object of `--json`. */
  readonly facts: Facts

  constructor(
    exitCode: ExitCode,
    message: string,
    hints: readonly string[] = [],
    cause?: unknown,
    facts: Facts = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.exitCode = exitCode
    this.hints = hints
    this.facts = facts
  }

  /** The code of the SocketError behind it, like `refused`; undefined when it was not the network. */
  get networkCode(): string | undefined {
    const { cause } = this
    // Not SocketError.is: `partyline --version` would load the whole library for it.
    if (!(cause instanceof Error) || cause.name !== 'SocketError' || !('code' in cause)) return undefined
    return typeof cause.code === 'string' ? cause.code : undefined
  }
}
