/**
 * The command line: finds the command, reads its flags, runs it, and turns what it cannot do into a sentence
 * and an exit code. Everything it touches comes in as `io`.
 */
import { printable } from '@partyline/protocols'
import { findCommand } from './commands/help.ts'
import { COMMANDS, type CommandEntry } from './commands.ts'
import { dispatch } from './dispatch.ts'
import { CommandError } from './failure.ts'
import { parseCommandLine } from './flags.ts'
import { commandHelp, generalHelp } from './help.ts'
import type { Io, Output } from './io.ts'
import { jsonLine } from './report.ts'
import { withWire } from './wire/around-command.ts'

/** What `main` does, but for the version. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await start(argv, io)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    if (wantsJson(argv)) io.stdout.write(`${jsonLine(errorObject(error))}\n`)
    else complain(error, io.stderr)
    return error.exitCode
  }
}

async function start(argv: readonly string[], io: Io): Promise<number> {
  const [first] = argv
  if (first === '--help' || first === '-h') {
    io.stdout.write(generalHelp(COMMANDS))
    return 0
  }
  const { name, args } = dispatch(argv, COMMANDS)
  return run(name, args, io)
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
  return withWire(command, values, io, () => command.run(values, words, io))
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

// The flag itself may be what is wrong with the command line, so that is not asked.
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).includes('--json')
}

function errorObject(failure: CommandError): Record<string, unknown> {
  const { message, exitCode, hints, facts } = failure
  const error = failure.networkCode ?? (exitCode === 2 ? 'usage' : 'failed')
  return { event: 'error', error, exitCode, message, hints, ...facts }
}
