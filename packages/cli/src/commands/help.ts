/** `partyline help`: what there is, what one command takes, and the exit codes. */

import { didYouMean } from '@partyline/protocols'
import type { Command, CommandEntry } from '../commands.ts'
import { CommandError } from '../failure.ts'
import { commandHelp, exitCodesHelp, generalHelp } from '../help.ts'

const EXIT_CODES_TOPIC = 'exit-codes'

/** The command, for a table that it is itself in: therefore that comes in. */
export function helpOn(commands: readonly CommandEntry[]): Command {
  return {
    words: `[COMMAND | ${EXIT_CODES_TOPIC}]`,
    maxWords: 1,
    about: ['Prints what there is, what one command takes, or what the exit codes mean.'],
    choices: [...commands.map(({ name }) => name), EXIT_CODES_TOPIC],
    flags: [],
    examples: [
      ['partyline help chat', 'what `partyline chat` takes'],
      [`partyline help ${EXIT_CODES_TOPIC}`, 'what the exit codes mean'],
    ],
    async run(_values, [topic], io) {
      io.stdout.write(await textOn(topic, commands))
      return 0
    },
  }
}

async function textOn(topic: string | undefined, commands: readonly CommandEntry[]): Promise<string> {
  if (topic === undefined) return generalHelp(commands)
  if (topic === EXIT_CODES_TOPIC) return exitCodesHelp()
  const entry = findCommand(commands, topic, [EXIT_CODES_TOPIC])
  return commandHelp(entry, await entry.load())
}

/**
 * The command of that name. Throws a CommandError that suggests the nearest name, or one of `others` that could
 * have been meant as well.
 */
export function findCommand(
  commands: readonly CommandEntry[],
  name: string,
  others: readonly string[] = [],
): CommandEntry {
  const found = commands.find((entry) => entry.name === name)
  if (found !== undefined) return found
  const meant = didYouMean(name, [...commands.map((entry) => entry.name), ...others])
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`
  throw new CommandError(2, `there is no command "${name}".${suggestion}`, ['partyline help'])
}
