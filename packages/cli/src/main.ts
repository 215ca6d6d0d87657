/** The program as a function: arguments and streams in, an exit code out. */
import type { Io } from './io.ts'
import { version } from './version.ts'

/**
 * Runs one command line, `process.argv` without its first two entries. Resolves with the exit code; rejects
 * only for a bug. Everything it touches comes in as `io`.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--version') {
    io.stdout.write(`partyline ${version()}\n`)
    return 0
  }
  const { runCommandLine } = await import('./command-line.ts') // the version needs none of it
  return runCommandLine(argv, io)
}
