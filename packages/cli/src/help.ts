/** What `--help` and `partyline help` print, made from the tables of commands, flags and exit codes. */
import type { Command, CommandEntry } from './commands.ts'
import { EXIT_CODES } from './failure.ts'
import type { Flag } from './flags.ts'

/** The list of commands: `partyline --help`. */
export function generalHelp(commands: readonly CommandEntry[]): string {
  return [
    'partyline: a chat that people join with what they have: telnet, nc, a script',
    '',
    'Usage: partyline [COMMAND] [WORDS] [FLAGS]',
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Flags:',
    ...columns([
      ['--help', 'this help; after a command, what that command takes'],
      ['--version', 'the version'],
    ]),
    '',
    'More: partyline help COMMAND',
    '',
  ].join('\n')
}

/** What one command does and takes: `partyline COMMAND --help`. */
export function commandHelp({ name, summary }: CommandEntry, command: Command): string {
  const flags = [...command.flags.flatMap(flagRows), ['--help', 'this help'] as const]
  return [
    `partyline ${name}: ${summary}`,
    '',
    `Usage: partyline ${usage(name, command)}`,
    '',
    ...command.about,
    '',
    'Flags:',
    ...columns(flags),
    ...(command.examples.length === 0 ? [] : ['', 'Examples:', ...columns(command.examples)]),
    '',
  ].join('\n')
}

/** `partyline help exit-codes`. */
export function exitCodesHelp(): string {
  const rows = exitCodeRows().map(([code, meaning]) => [code.padStart(3), meaning] as const)
  return ['Exit codes:', ...columns(rows), ''].join('\n')
}

/** `serve [FLAGS]` and the like, as help and docs write it. */
export function usage(name: string, { words, flags }: Command): string {
  return [name, words, flags.length === 0 ? '' : '[FLAGS]'].filter((part) => part !== '').join(' ')
}

/** The flag with its value's placeholder: `--text-port PORT`, `--[no-]color`. */
export function flagForm({ name, type, placeholder }: Flag): string {
  if (type === 'choice') return `--[no-]${name}`
  return type === 'switch' ? `--${name}` : `--${name} ${placeholder ?? 'VALUE'}`
}

/** The exit codes with their meanings, in the order of the numbers. */
export function exitCodeRows(): readonly (readonly [code: string, meaning: string])[] {
  return Object.entries(EXIT_CODES)
}

function flagRows(flag: Flag): (readonly [string, string])[] {
  const remarks = [
    ...(flag.aliases ?? []).map((alias) => `also --${alias}`),
    ...(hasDefault(flag) ? [`default ${flag.default}`] : []),
    ...(flag.environment === undefined ? [] : [`environment ${flag.environment}`]),
  ]
  const row = [flagForm(flag), flag.help] as const
  return remarks.length === 0 ? [row] : [row, ['', remarks.join(', ')]]
}

/** True when the default says more than that a switch is off. */
export function hasDefault(flag: Flag): boolean {
  return flag.default !== undefined && flag.type !== 'switch'
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
