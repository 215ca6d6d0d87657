/**
 * The command line: finds the command, reads its flags, runs it, and turns what it cannot do into a sentence
 * and an exit code. Everything it touches comes in as `io`.
 */
import { readFileSync } from 'node:fs'
import { printable } from '@partyline/protocols'
import { findCommand } from './commands/help.ts'
import { COMMANDS, type CommandEntry, DEFAULT_COMMAND } from './commands.ts'
import { CommandError } from './failure.ts'
import { parseCommandLine } from './flags.ts'
import { commandHelp, generalHelp } from './help.ts'
import type { Io, Output } from './io.ts'

/**
 * Runs one command line, `process.argv` without its first two entries. Resolves with the exit code; rejects
 * only for a bug.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    complain(error, io.stderr)
    return error.exitCode
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first] = argv
  if (first === '--version') {
    io.stdout.write(`partyline ${version()}\n`)
    return 0
  }
  if (first === '--help' || first === '-h') {
    io.stdout.write(generalHelp(COMMANDS))
    return 0
  }
  // `partyline --text-port 5001` is the default command with a flag.
  if (first === undefined || first.startsWith('-')) return run(DEFAULT_COMMAND, argv, io)
  return run(first, argv.slice(1), io)
}

async function run(name: string, args: readonly string[], io: Io): Promise<number> {
  const entry = findCommand(COMMANDS, name)
  const command = await entry.load()
  const { values, words, help } = withHint(entry, () => parseCommandLine(command.flags, args, io.env))
  if (help) {
    io.stdout.write(commandHelp(entry, command))
    return 0
  }
  const surplus = words[command.maxWords]
  if (surplus !== undefined) {
    throw new CommandError(2, `${name} has no use for "${surplus}".`, [`partyline ${name} --help`])
  }
  return command.run(values, words, io)
}

/** A wrong flag is answered with where to read about the right ones. */
function withHint<T>({ name }: CommandEntry, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new CommandError(error.exitCode, error.message, [...error.hints, `partyline ${name} --help`], error)
  }
}

// What was typed, or came out of the environment, is quoted in these sentences: it goes to the terminal through
// the same gate as what strangers say.
function complain(error: CommandError, stderr: Output): void {
  const hints = error.hints.map((hint) => `  ${printable(hint)}\n`)
  stderr.write(`partyline: ${printable(error.message)}\n${hints.join('')}`)
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version)
  throw new TypeError('the package has no version')
}
