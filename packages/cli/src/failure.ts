/**
 * How a command ends: the table of exit codes, and the error that carries a sentence for the person and the
 * code for the shell. Everything else that is thrown is a bug and keeps its stack.
 */

/** Every exit code there is, with its meaning. `partyline help exit-codes` and docs/cli.md print this table. */
export const EXIT_CODES = {
  0: 'done; the chat server also when a signal or its operator stopped it',
  1: 'failed, and it is none of the below',
  2: 'wrong usage: an unknown command or flag, or a value that is not allowed',
  3: 'name not found: no address belongs to that host',
  4: 'refused or unreachable',
  5: 'timed out',
  6: 'the connection ended after it was made: the server closed or reset it',
  7: 'cannot listen: the port is taken or not permitted, or the address is not one of this machine',
  130: 'stopped by Ctrl-C (SIGINT); the chat server only by a second one',
  143: 'stopped by SIGTERM; the chat server only by a second one',
} as const

export type ExitCode = keyof typeof EXIT_CODES

/** The exit code of a program that a signal stopped, by the shells' custom: 128 plus the signal's number. */
export function exitCodeOf(signal: unknown): ExitCode {
  return signal === 'SIGTERM' ? 143 : 130
}

/** A command that cannot do what was asked: what is wrong, what to do about it, and the exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: ExitCode
  /** Lines that say what to do, printed indented below the sentence. */
  readonly hints: readonly string[]

  constructor(exitCode: ExitCode, message: string, hints: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.exitCode = exitCode
    this.hints = hints
  }
}
