/** `partyline restore`: makes a copy of the history the history again, while no server runs on it. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { openHistory, restoreHistory, StoreError } from '@partyline/chat'
import type { Command } from '../commands.ts'
import { CommandError } from '../failure.ts'
import { HISTORY_FLAGS, historyFile, told } from '../history/history-file.ts'
import { type Summary, summaryOf, summaryWords } from '../history/summary.ts'
import { Report } from '../report.ts'
import { JSON_FLAG } from '../socket-flags.ts'

export const restore: Command = restoreAt(() => Date.now())

/** The command with another clock (milliseconds since 1970), for tests. */
export function restoreAt(now: () => number): Command {
  return {
    words: 'FILE',
    maxWords: 1,
    about: [
      'Makes a copy that `partyline backup` has made the history of the data folder. It is checked first, and',
      'copied: the file itself stays as it is. Refused while a server runs on that folder, and when a history is',
      'there; --move-aside keeps that one beside it, as history.db.before-TIME.',
    ],
    flags: [
      { name: 'move-aside', type: 'switch', help: 'keep the history that is there under another name' },
      ...HISTORY_FLAGS,
      JSON_FLAG,
    ],
    json: 'result',
    examples: [
      ['partyline restore chat.backup', 'into an empty data folder, which is made if need be'],
      ['partyline restore chat.backup --move-aside', 'in the place of the history that is there'],
    ],
    run: async (values, [from], io) => {
      if (from === undefined || from === '') {
        throw new CommandError(2, 'no backup was given.', ['partyline restore FILE'])
      }
      const file = await historyFile(values)
      const aside = values.isOn('move-aside') ? asideOf(file, now()) : undefined
      const moved = await told(file, () => putBack(from, file, aside))
      const summary = readableSummary(file)
      const report = new Report(io, values)
      if (moved !== undefined) report.note(`the history that was there is now ${moved}`)
      const what = summary === undefined ? 'a history of an older version' : summaryWords(summary)
      report.note(`restored ${what} to ${file}`)
      report.object({ file, ...summary, ...(moved === undefined ? {} : { movedTo: moved }) })
      return 0
    },
  }
}

/** A name that sorts by time and that every file system takes. */
function asideOf(file: string, time: number): string {
  return `${file}.before-${new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')}Z`
}

/** Undefined for a history that only a server can bring up to date. */
function readableSummary(file: string): Summary | undefined {
  try {
    const history = openHistory(file)
    try {
      return summaryOf(history)
    } finally {
      history.close()
    }
  } catch (error) {
    if (error instanceof StoreError && error.code === 'older') return undefined
    throw error
  }
}

/** Resolves with where the old history is now, if there was one. */
async function putBack(from: string, file: string, aside: string | undefined): Promise<string | undefined> {
  const folder = dirname(resolve(file))
  const made = await makeFolder(folder)
  try {
    await restoreHistory(from, file)
    return undefined
  } catch (error) {
    if (made !== undefined) await unmakeFolder(folder, made, `${file}-lock`)
    if (!(error instanceof StoreError && error.code === 'exists' && error.about === file)) throw error
    if (aside === undefined) throw alreadyThere(error, file)
  }
  await move(file, aside)
  try {
    await restoreHistory(from, file)
  } catch (error) {
    // A damaged copy; or a server that has started this very moment, with the old history or with a new one.
    await move(aside, file)
    throw error
  }
  return aside
}

function alreadyThere(error: StoreError, file: string): CommandError {
  const hints = ['Keep that one under another name:  --move-aside', 'Into another folder:  --data DIR']
  return new CommandError(1, `there is a history at ${file}.`, hints, error, { store: error.code, file })
}

/** Resolves with the topmost folder that was not there before. */
async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 })
    if (first !== undefined) await chmod(folder, 0o700) // whatever the umask has taken away
    return first
  } catch (error) {
    throw cannot(`make the folder ${folder}`, error)
  }
}

/** Takes the folders away that were made for a history that did not come; what has got something in it stays. */
async function unmakeFolder(folder: string, topmost: string, lock: string): Promise<void> {
  try {
    if ((await readdir(folder)).join() === basename(lock)) await rm(lock)
    for (let path = folder; path.startsWith(topmost); path = dirname(path)) await rmdir(path)
  } catch {
    // Somebody has begun to use it.
  }
}

/** Moves a history and the files that SQLite may have beside it: all of them or none, and over nothing. */
async function move(from: string, to: string): Promise<void> {
  if (existsSync(to)) {
    throw new CommandError(1, `${to} is there already; the history is ${from}.`, [], undefined, {
      file: from,
    })
  }
  const moved: string[] = []
  try {
    for (const ending of ['-wal', '-shm', '']) {
      if (ending !== '' && !existsSync(`${from}${ending}`)) continue
      await rename(`${from}${ending}`, `${to}${ending}`)
      moved.push(ending)
    }
  } catch (error) {
    for (const ending of moved) await rename(`${to}${ending}`, `${from}${ending}`)
    throw cannot(`move ${from} to ${to}`, error)
  }
}

function cannot(what: string, error: unknown): CommandError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new CommandError(1, `cannot ${what} (${why}).`, [], error)
}
