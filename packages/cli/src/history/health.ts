/** What a doctor looks at in the data folder: each finding is in order or not, with what to do about it. */
import { type Stats, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { HISTORY_FILE, type History, openHistory, StoreError } from '@partyline/chat'
import { historyFailure } from './history-file.ts'
import { summaryOf, summaryWords } from './summary.ts'
import { sized } from './words.ts'

export interface Finding {
  /** What was looked at, in a word. */
  readonly check: string
  readonly ok: boolean
  /** How it is. */
  readonly found: string
  /** What to do about it. */
  readonly advice?: string | undefined
}

/** Bytes that should be free on the disk: the history's log alone may become as large. */
const FREE = 128 * 1024 * 1024

export interface FolderHealth {
  readonly findings: readonly Finding[]
  /** Whether a server runs on it. */
  readonly isRunning: boolean
}

/** Looks at a data folder and the history in it. `user`: who looks, where the system has numbers for that. */
export async function folderHealth(data: string, user: number | undefined): Promise<FolderHealth> {
  const folder = statOf(data)
  if (folder?.isDirectory() !== false && isClosed(data)) return { findings: [closed(data)], isRunning: false }
  if (folder === undefined || !folder.isDirectory()) {
    const found = folder === undefined ? `there is no folder ${data}` : `${data} is no folder`
    const advice = 'the server makes it: partyline serve; or name the right one: --data DIR'
    return { findings: [{ check: 'folder', ok: false, found, advice }], isRunning: false }
  }
  const file = join(data, HISTORY_FILE)
  const history = historyHealth(file)
  const findings = [
    { check: 'folder', ok: true, found: data },
    ...(user === undefined ? [] : permissions([data, file, `${file}-wal`], user)),
    ...history.findings,
    await disk(data),
  ]
  return { findings, isRunning: history.isRunning }
}

/** Undefined also for what this user may not even see, or what has a file where a folder should be. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function isClosed(folder: string): boolean {
  try {
    statSync(join(folder, HISTORY_FILE), { throwIfNoEntry: false })
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES'
  }
}

function closed(folder: string): Finding {
  const found = `this user may not look into ${folder}`
  return { check: 'permissions', ok: false, found, advice: 'run this and the server as the same user' }
}

function permissions(paths: readonly string[], user: number): readonly Finding[] {
  const check = 'permissions'
  const problems = paths.flatMap((path) => {
    const about = statOf(path)
    const problem = about === undefined ? undefined : whoCanLook(path, about, user)
    return problem === undefined ? [] : [{ check, ok: false, ...problem }]
  })
  return problems.length > 0 ? problems : [{ check, ok: true, found: 'only its owner can look inside' }]
}

function whoCanLook(path: string, about: Stats, user: number): Pick<Finding, 'found' | 'advice'> | undefined {
  if (about.uid !== user) {
    const advice = 'run this and the server as the same user'
    return { found: `${path} belongs to another user (${about.uid})`, advice }
  }
  if ((about.mode & 0o077) === 0) return undefined
  const mode = (about.mode & 0o777).toString(8)
  const advice = `chmod ${about.isDirectory() ? '700' : '600'} ${path}`
  return { found: `others than its owner can look into ${path} (${mode})`, advice }
}

function historyHealth(file: string): FolderHealth {
  let isRunning = false
  const findings: Finding[] = []
  try {
    const history = openHistory(file)
    try {
      findings.push(SCHEMA)
      const writer = history.writer()
      isRunning = writer !== undefined
      findings.push(server(writer), contents(history, file), integrity(history, file))
    } finally {
      history.close()
    }
  } catch (error) {
    findings.push(failed('history', error, file))
  }
  return { findings, isRunning }
}

function failed(check: string, error: unknown, file: string): Finding {
  if (!(error instanceof StoreError)) throw error
  const { message, hints } = historyFailure(error, file)
  const advice = error.code === 'corrupt' ? putBack(file) : hints.join('; ')
  return { check, ok: false, found: message.replace(/\.$/, ''), advice }
}

// A history of another shape cannot be opened, and the error says which way.
const SCHEMA: Finding = { check: 'schema', ok: true, found: 'the one of this version' }

function server(process: number | undefined): Finding {
  const found = process === undefined ? 'none runs on this folder' : `process ${process} runs on this folder`
  return { check: 'server', ok: true, found }
}

function contents(history: History, file: string): Finding {
  const bytes = ['', '-wal'].reduce((sum, ending) => sum + (statOf(`${file}${ending}`)?.size ?? 0), 0)
  return { check: 'history', ok: true, found: `${summaryWords(summaryOf(history))}, ${sized(bytes)}` }
}

function integrity(history: History, file: string): Finding {
  const faults = history.faults()
  if (faults.length === 0) return { check: 'integrity', ok: true, found: 'every page was read, all is whole' }
  return { check: 'integrity', ok: false, found: faults.join('; '), advice: putBack(file) }
}

function putBack(file: string): string {
  return `stop the server and put a backup in the place of ${file}: partyline restore FILE --move-aside`
}

async function disk(data: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(data)
  const found = `${sized(bavail * bsize)} free`
  if (bavail * bsize >= FREE) return { check: 'disk', ok: true, found }
  return { check: 'disk', ok: false, found, advice: `make room: at least ${sized(FREE)}` }
}
