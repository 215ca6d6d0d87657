/**
 * What a person typed to one peer, or in the REPL, kept in a file of their own, so that the Up key finds it in the next run too.
 * It is a convenience: where the file cannot be read or written, the lines are kept for this run only.
 */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Environment } from '../io.ts'
import { harmless } from './paste.ts'

/** How many lines are found again. The file is cut to that when it is opened. */
export const HISTORY_LINES = 1000
/** Longer lines are not kept, in characters. */
const MAX_LINE = 4096
/** A larger file is not ours and is left alone, in bytes: every line and as many again from one long run. */
const MAX_FILE = 16 * 1024 * 1024

export interface History {
  /** The newest first, each once. */
  readonly lines: readonly string[]
  /** Keeps a line, unless it is empty, too long, or begins with a blank, as one may want for a password. */
  add(line: string): void
}

/**
 * The history under that name, one for each peer and one for the REPL: a file under `$XDG_STATE_HOME/partyline` (by default
 * `~/.local/state/partyline`) that nobody else may read. With `PARTYLINE_HISTORY=off`, and for a user without a home, there
 * is no file.
 */
export function openHistory(env: Environment, name: string): History {
  const { PARTYLINE_HISTORY: setting } = env
  const path = setting === 'off' ? undefined : historyPath(env, name)
  const lines = path === undefined ? [] : readKept(path)
  return {
    lines,
    add(line) {
      if (path === undefined || line.trim() === '' || line.startsWith(' ') || line.length > MAX_LINE) return
      attempt(() => appendFileSync(path, `${line}\n`, { mode: 0o600 }))
    },
  }
}

/** The file of that name; undefined for a user without a home, as a container has that runs as any number. */
export function historyPath(
  env: Environment,
  name: string,
  homeOfUser: () => string = homedir,
): string | undefined {
  // A relative XDG_STATE_HOME must be ignored (XDG Base Directory Specification).
  const { XDG_STATE_HOME: state, HOME: home } = env
  const base = state !== undefined && isAbsolute(state) ? state : stateBelow(home ?? attempt(homeOfUser))
  return base === undefined ? undefined : join(base, 'partyline', `${encodeURIComponent(name)}.history`)
}

function stateBelow(home: string | undefined): string | undefined {
  return home === undefined ? undefined : join(home, '.local', 'state')
}

function readKept(path: string): string[] {
  attempt(() => mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 }))
  const text = attempt(() => {
    chmodSync(path, 0o600)
    return statSync(path).size > MAX_FILE ? '' : readFileSync(path, 'utf8')
  })
  const all = (text ?? '').split('\n').filter((line) => line !== '')
  const kept = all.slice(-HISTORY_LINES)
  if (kept.length < all.length) attempt(() => replaceFile(path, kept))
  return [...new Set(kept.map(harmless).toReversed())]
}

// Written beside and moved, so that a crash leaves the old lines.
function replaceFile(path: string, lines: readonly string[]): void {
  const beside = `${path}.${process.pid}`
  writeFileSync(beside, `${lines.join('\n')}\n`, { mode: 0o600 })
  renameSync(beside, path)
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
