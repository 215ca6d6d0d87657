/** Completion scripts for the shells. Everything in them is known when they are written: they start nothing. */
import type { Command, CommandEntry } from './commands.ts'
import type { Flag } from './flags.ts'

export interface Loaded {
  readonly entry: CommandEntry
  readonly command: Command
}

/** What writes the script of each shell. */
export const SHELLS: ReadonlyMap<string, (commands: readonly Loaded[]) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])

function bash(commands: readonly Loaded[]): string {
  const cases = commands.map(({ entry, command }) => {
    const words = [...(command.choices ?? []), ...spellings(command)].join(' ')
    return `    ${entry.name}) words=${quoted(words)} ;;`
  })
  return [
    '# Completion of partyline for bash.',
    '_partyline() {',
    `  local current=\${COMP_WORDS[COMP_CWORD]} words`,
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words=${quoted(firstWords(commands).join(' '))}`,
    `  else case \${COMP_WORDS[1]} in`,
    ...cases,
    '  esac; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _partyline partyline',
    '',
  ].join('\n')
}

function zsh(commands: readonly Loaded[]): string {
  const described = commands.map(({ entry }) => quoted(`${entry.name}:${entry.summary}`))
  const cases = commands.map(({ entry, command }) => {
    const flags = command.flags.flatMap((flag) =>
      flagSpellings(flag).map((spelling) => quoted(`${spelling}:${flag.help}`)),
    )
    const words = (command.choices ?? []).map(quoted)
    return `    ${entry.name}) candidates=(${[...words, ...flags, quoted('--help:this help')].join(' ')}) ;;`
  })
  return [
    '#compdef partyline',
    '_partyline() {',
    '  local -a candidates',
    '  if (( CURRENT == 2 )); then',
    `    candidates=(${described.join(' ')})`,
    `  else case \${words[2]} in`,
    ...cases,
    '  esac; fi',
    '  _describe partyline candidates || _files',
    '}',
    'compdef _partyline partyline',
    '',
  ].join('\n')
}

function fish(commands: readonly Loaded[]): string {
  const first = commands.map(
    ({ entry }) =>
      `complete -c partyline -n __fish_use_subcommand -f -a ${entry.name} -d ${fishQuoted(entry.summary)}`,
  )
  const rest = commands.flatMap(({ entry, command }) => {
    const when = `complete -c partyline -n '__fish_seen_subcommand_from ${entry.name}'`
    const words = (command.choices ?? []).map((word) => `${when} -f -a ${word}`)
    return [...words, ...command.flags.flatMap((flag) => fishFlag(flag).map((form) => `${when} ${form}`))]
  })
  return ['# Completion of partyline for fish.', ...first, ...rest, ''].join('\n')
}

function fishFlag(flag: Flag): string[] {
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`
  const value = ['switch', 'choice', 'wire'].includes(flag.type) ? '' : ' -r'
  return longNames(flag).map(
    (name, at) => `${at === 0 ? `-l ${name}${short}` : `-l ${name}`}${value} -d ${fishQuoted(flag.help)}`,
  )
}

function firstWords(commands: readonly Loaded[]): string[] {
  return [...commands.map(({ entry }) => entry.name), '--help', '--version']
}

function spellings({ flags }: Command): string[] {
  return [...flags.flatMap(flagSpellings), '--help']
}

function flagSpellings(flag: Flag): string[] {
  const long = longNames(flag).map((name) => `--${name}`)
  return flag.short === undefined ? long : [`-${flag.short}`, ...long]
}

function longNames({ name, type, aliases = [] }: Flag): string[] {
  return [name, ...(type === 'choice' ? [`no-${name}`] : []), ...aliases]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
