/** Where the history is that a command reads, and what is said when it cannot be had. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import {
  HISTORY_FILE,
  type History,
  KEEP_NOTHING,
  openHistory,
  StoreError,
  type StoreErrorCode,
} from '@partyline/chat'
import { CommandError } from '../failure.ts'
import type { Flag, FlagValues } from '../flags.ts'
import { readSettings, SETTING_FLAGS } from '../settings.ts'

/** What says where the history is: the same as for the server. */
export const HISTORY_FLAGS: readonly Flag[] = SETTING_FLAGS.filter(
  ({ name }) => name === 'data' || name === 'config',
)

/** The data folder of these settings. Throws a CommandError when they say that nothing is kept. */
export function dataFolderOf(values: FlagValues): string {
  const data = values.path('data') ?? ''
  if (data !== KEEP_NOTHING) return data
  throw new CommandError(2, `with --data ${KEEP_NOTHING} nothing is kept, so there is no history.`)
}

/** The history file that these flags, the environment and the file of settings lead to. */
export async function historyFile(given: FlagValues): Promise<string> {
  const { values } = await readSettings(given)
  return join(dataFolderOf(values), HISTORY_FILE)
}

/** Opens the history for `work`. What goes wrong with it comes out as a CommandError. */
export async function withHistory<T>(
  given: FlagValues,
  work: (history: History, file: string) => T | Promise<T>,
): Promise<T> {
  const file = await historyFile(given)
  return await told(file, async () => {
    const history = openHistory(file)
    try {
      return await work(history, file)
    } finally {
      history.close()
    }
  })
}

/** Runs `work`; a `StoreError` comes out of it as a CommandError about `file`, the history. */
export async function told<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof StoreError ? historyFailure(error, file) : error
  }
}

/** What a person is told about a `StoreError`: all of them end with 1. `file`: the history. */
export function historyFailure(error: StoreError, file: string): CommandError {
  const { code, about } = error
  const facts = { store: code, file: about ?? file }
  if (code === 'missing' && about === file) {
    const hints = ['The server makes it:  partyline serve', 'It is in another folder:  --data DIR']
    return new CommandError(1, `there is no history at ${file}.`, hints, error, facts)
  }
  if (code === 'io' && isFolder(about ?? file)) {
    return new CommandError(1, `${about ?? file} is a folder, and should be a file.`, [], error, facts)
  }
  return new CommandError(1, `${error.message}.`, hintsFor(code, about === file), error, facts)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function hintsFor(code: StoreErrorCode, isTheHistory: boolean): readonly string[] {
  const hint = HINTS[code]
  if (code === 'corrupt' && !isTheHistory) return []
  return hint === undefined ? [] : [hint]
}

const HINTS: Readonly<Partial<Record<StoreErrorCode, string>>> = {
  full: 'Make room there, and try again.',
  denied: 'Only the owner of the data folder may: run it as the user that runs the server.',
  corrupt:
    'See what is wrong:  partyline doctor        Put a backup in its place:  partyline restore FILE --move-aside',
  newer: 'Use that version, or a newer one.',
  'in-use': 'Stop the server, and try again.',
  'too-slow': 'Look for longer words, in one room, or in a shorter time:  --since 30d',
  io: 'Is the disk there, whole, and not full?',
}
