/** `partyline completion`: a script for the shell, out of the tables of commands and flags. */
import { didYouMean } from '@partyline/protocols'
import type { Command, CommandEntry } from '../commands.ts'
import { SHELLS } from '../completion.ts'
import { CommandError } from '../failure.ts'

/** The command, for a table that it is itself in: therefore that comes in. */
export function completionOf(commands: readonly CommandEntry[]): Command {
  return {
    words: [...SHELLS.keys()].join(' | '),
    maxWords: 1,
    about: [
      'Prints what makes your shell complete commands, flags and their words. It needs `partyline` on the PATH.',
    ],
    choices: [...SHELLS.keys()],
    flags: [],
    examples: [
      ['source <(partyline completion bash)', 'in ~/.bashrc'],
      ['source <(partyline completion zsh)', 'in ~/.zshrc, after compinit'],
      ['partyline completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    async run(_values, [shell], io) {
      const known = [...SHELLS.keys()].join(', ')
      if (shell === undefined) throw new CommandError(2, `which shell? One of ${known}.`)
      const write = SHELLS.get(shell)
      if (write === undefined) {
        const meant = didYouMean(shell, [...SHELLS.keys()])
        const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`
        throw new CommandError(2, `there is no completion for "${shell}", only for ${known}.${suggestion}`)
      }
      const loaded = await Promise.all(
        commands.map(async (entry) => ({ entry, command: await entry.load() })),
      )
      io.stdout.write(write(loaded))
      return 0
    },
  }
}
