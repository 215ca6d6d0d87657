/**
 * The one table of commands. `help`, "did you mean" and docs/cli.md come from it. A command's own file is
 * imported when it is asked for: what one command needs does not slow down the start of another.
 */
import type { Flag, FlagValues } from './flags.ts'
import type { Io } from './io.ts'

/** One command: what its help says, which flags it takes, and what it does. */
export interface Command {
  /** The words after the command's name, like `[HOST[:PORT]]`; empty when there are none. */
  readonly words: string
  /** How many such words there may be at most. */
  readonly maxWords: number
  /** What it does, in full sentences, one line each. */
  readonly about: readonly string[]
  readonly flags: readonly Flag[]
  /** Lines to paste, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /**
   * Does it. Resolves with the exit code; rejects with a CommandError when it cannot do what was asked.
   */
  run(values: FlagValues, words: readonly string[], io: Io): Promise<number>
}

export interface CommandEntry {
  readonly name: string
  /** Half a line, for the list of commands. */
  readonly summary: string
  readonly load: () => Promise<Command>
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the chat server (what `partyline` alone does)',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'chat',
    summary: 'join a chat from this terminal',
    load: async () => (await import('./commands/chat.ts')).chat,
  },
  {
    name: 'help',
    summary: 'what a command does and takes; `help exit-codes` lists the exit codes',
    load: async () => (await import('./commands/help.ts')).helpOn(COMMANDS),
  },
]

/** The command that runs when none is named. */
export const DEFAULT_COMMAND = 'serve'
