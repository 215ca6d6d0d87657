/**
 * The one table of commands. `help`, "did you mean" and docs/cli.md come from it. A command's own file is
 * imported when it is asked for: what one command needs does not slow down the start of another.
 */
import type { Flag, FlagValues } from './flags.ts'
import type { Group } from './groups.ts'
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
  /** What the first word may be, where that is a closed list: for completion in the shell. */
  readonly choices?: readonly string[] | undefined
  /**
   * What `--json` means: `events`, the wire's events as objects on standard output, which main takes care of; or
   * `result`, what the command itself writes there.
   */
  readonly json?: 'events' | 'result' | undefined
  /** Lines to paste, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /**
   * Does it. Resolves with the exit code; rejects with a CommandError when it cannot do what was asked.
   */
  run(values: FlagValues, words: readonly string[], io: Io): Promise<number>
}

export interface CommandEntry {
  readonly name: string
  /** Under which heading it is listed. */
  readonly group: Group
  /** Half a line, for the list of commands. */
  readonly summary: string
  readonly load: () => Promise<Command>
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    group: 'chat',
    summary: 'run the chat server (what `partyline` alone does)',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'config',
    group: 'chat',
    summary: 'what each setting of the chat server is, and where that came from',
    load: async () => (await import('./commands/config.ts')).config,
  },
  {
    name: 'admin',
    group: 'chat',
    summary: 'what the operator can do: who, say, kick, quit',
    load: async () => (await import('./commands/admin.ts')).admin,
  },
  {
    name: 'log',
    group: 'chat',
    summary: 'read and search what was said',
    load: async () => (await import('./commands/log.ts')).log,
  },
  {
    name: 'export',
    group: 'chat',
    summary: 'everything that was said, as text, JSON or a web page',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  {
    name: 'backup',
    group: 'chat',
    summary: 'a copy of the history in one file, while the server runs',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    name: 'restore',
    group: 'chat',
    summary: 'make such a copy the history again',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    name: 'doctor',
    group: 'chat',
    summary: 'whether everything that the server needs is in order',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'chat',
    group: 'chat',
    summary: 'join a chat from this terminal',
    load: async () => (await import('./commands/chat.ts')).chat,
  },
  {
    name: 'talk',
    group: 'chat',
    summary: 'two people, one connection, no server',
    load: async () => (await import('./commands/talk.ts')).talk,
  },
  {
    name: 'connect',
    group: 'sockets',
    summary: 'connect to HOST PORT, over TCP, TLS or UDP (like nc and telnet)',
    load: async () => (await import('./commands/connect.ts')).connect,
  },
  {
    name: 'listen',
    group: 'sockets',
    summary: 'wait for connections or datagrams (like nc -lk)',
    load: async () => (await import('./commands/listen.ts')).listen,
  },
  {
    name: 'tap',
    group: 'sockets',
    summary: 'stand between two programs and show their bytes',
    load: async () => (await import('./commands/tap.ts')).tap,
  },
  {
    name: 'get',
    group: 'sockets',
    summary: 'fetch a URL over a raw socket',
    load: async () => (await import('./commands/get.ts')).get,
  },
  {
    name: 'resolve',
    group: 'sockets',
    summary: 'the addresses of a name, in the order they would be tried',
    load: async () => (await import('./commands/resolve.ts')).resolve,
  },
  {
    name: 'service',
    group: 'learning',
    summary: 'run one of the small servers: hello, echo, greeter, login and others',
    load: async () => (await import('./commands/service.ts')).service,
  },
  {
    name: 'check',
    group: 'learning',
    summary: 'find out what is wrong with a server or a client that you wrote',
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'repl',
    group: 'learning',
    summary: 'type socket calls one by one and see what they do',
    load: async () => (await import('./commands/repl.ts')).repl,
  },
  {
    name: 'completion',
    group: 'other',
    summary: 'what makes bash, zsh or fish complete these commands',
    load: async () => (await import('./commands/completion.ts')).completionOf(COMMANDS),
  },
  {
    name: 'help',
    group: 'other',
    summary: 'what a command does and takes; `help exit-codes` lists the exit codes',
    load: async () => (await import('./commands/help.ts')).helpOn(COMMANDS),
  },
]

/** The command that runs when none is named. */
export const DEFAULT_COMMAND = 'serve'
