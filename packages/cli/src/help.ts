/** What `--help` and `partyline help` print, made from the tables of commands, flags and exit codes. */
import type { Command, CommandEntry } from './commands.ts'
import { EXIT_CODES } from './failure.ts'
import type { Flag } from './flags.ts'
import { GROUPS } from './groups.ts'

/** The widest line of a help text, in characters. */
const MAX_WIDTH = 100

/** The list of commands: `partyline --help`. */
export function generalHelp(commands: readonly CommandEntry[]): string {
  return [
    'partyline: a chat that people join with what they have, and the tools of people who program sockets',
    '',
    'Usage: partyline [COMMAND] [WORDS] [FLAGS]',
    '       partyline HOST PORT           connects, as `partyline connect HOST PORT` does',
    '       partyline -l PORT             listens for one client, as `nc -l` does; -lk for many',
    '',
    ...groups(commands),
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

function groups(commands: readonly CommandEntry[]): string[] {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return Object.entries(GROUPS).flatMap(([group, heading]) => {
    const members = commands.filter((entry) => entry.group === group)
    return [
      `${heading}:`,
      ...columns(
        members.map(({ name, summary }) => [name, summary]),
        width,
      ),
      '',
    ]
  })
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
    ...(command.examples.length === 0
      ? []
      : ['', 'Examples:', ...command.examples.flatMap(([line, does]) => [`  ${line}`, `      ${does}`])]),
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

/** The flag with its value's placeholder: `--text-port PORT`, `-u, --udp`, `--[no-]color`, `--wire[=FILE]`. */
export function flagForm(flag: Flag): string {
  const { name, short, type, placeholder = 'VALUE' } = flag
  const long = type === 'choice' ? `--[no-]${name}` : `--${name}`
  const form = short === undefined ? long : `-${short}, ${long}`
  if (type === 'switch' || type === 'choice') return form
  return type === 'wire' ? `${form}[=FILE]` : `${form} ${placeholder}`
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

function columns(
  rows: readonly (readonly [string, string])[],
  width: number = Math.max(...rows.map(([left]) => left.length)),
): string[] {
  return rows.flatMap(([left, right]) =>
    wrapped(right, MAX_WIDTH - width - 4).map((line, at) =>
      `  ${(at === 0 ? left : '').padEnd(width)}  ${line}`.trimEnd(),
    ),
  )
}

/** At blanks, in lines of at most `width` characters. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
