/** Writes docs/cli.md out of the tables that the command itself runs by, so that the two cannot differ. */
import { COMMANDS, type Command, type CommandEntry } from './commands.ts'
import { FAILURE_EXAMPLES, type FailureExample } from './failure-examples.ts'
import type { Flag } from './flags.ts'
import { GROUPS } from './groups.ts'
import { exitCodeRows, flagForm, hasDefault, usage } from './help.ts'

/** The whole page, as Markdown. */
export async function cliPage(): Promise<string> {
  const sections = await Promise.all(COMMANDS.map(async (entry) => section(entry, await entry.load())))
  return [
    '# The command line',
    '',
    "<!-- Written by scripts/docs.ts out of the command's own tables: change those, and run it again. -->",
    '',
    '`partyline` alone runs the chat server, as `partyline serve` does, and takes its flags. A flag on the command',
    'line wins over its variable in the environment, and that over the default; a variable that is set but empty',
    'counts as not set. Data goes to standard output, sentences to standard error.',
    '',
    '`partyline HOST PORT` is `partyline connect HOST PORT`. `partyline -l PORT` is `partyline listen --once PORT`,',
    'and with `-k` as well (`partyline -lk PORT`) it is `partyline listen PORT`: what hands know from nc.',
    '',
    ...table(
      ['command', 'for', 'what it does'],
      COMMANDS.map(({ name, group, summary }) => [
        `[\`${name}\`](#partyline-${name})`,
        GROUPS[group].toLowerCase(),
        summary,
      ]),
    ),
    '',
    '`--help` after any command prints what it takes, `partyline --version` the version.',
    '',
    ...sections.flat(),
    '## Exit codes',
    '',
    ...table(['code', 'meaning'], exitCodeRows()),
    '',
    '## What a failure looks like',
    '',
    'The sentence says what is wrong and with what, the lines below it what to do. With `--json` the same comes as an',
    'object on standard output: `{"event":"error","error":"refused","exitCode":4,"message":…,"hints":[…]}`.',
    '',
    ...FAILURE_EXAMPLES.flatMap(failureExample),
  ].join('\n')
}

function failureExample({ code, command, signal, says }: FailureExample): string[] {
  const how = signal === undefined ? '' : `, stopped by ${signal}`
  return ['```text', `$ ${command}`, ...says, `(exit code ${code}${how})`, '```', '']
}

function section({ name }: CommandEntry, command: Command): string[] {
  return [
    `## partyline ${name}`,
    '',
    '```',
    `partyline ${usage(name, command)}`,
    '```',
    '',
    ...command.about,
    '',
    ...(command.flags.length === 0 ? [] : [...flagTable(command.flags), '']),
    '```sh',
    ...command.examples.map(([line, does]) => `${line}  # ${does}`),
    '```',
    '',
  ]
}

function flagTable(flags: readonly Flag[]): string[] {
  return table(
    ['flag', 'environment', 'default', 'meaning'],
    flags.map((flag) => [
      [...flagForm(flag).split(', '), ...(flag.aliases ?? []).map((alias) => `--${alias}`)]
        .map(code)
        .join(' or '),
      flag.environment === undefined ? '' : code(flag.environment),
      hasDefault(flag) ? code(flag.default ?? '') : '',
      flag.help,
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`)
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function code(text: string): string {
  return `\`${text}\``
}
