/**
 * The folder in which a server keeps what it has: the history, its process id, the operator's socket. It is its
 * owner's alone, because whoever can read it reads everything that was ever said.
 */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ADMIN_SOCKET } from './doors/admin/admin-lines.ts'

/** The files of a data folder. */
export interface DataFolder {
  readonly history: string
  readonly pid: string
  readonly adminSocket: string
  /** Whether others than its owner may look inside: it was there before, and made so by somebody else. */
  readonly isOpen: boolean
}

/** The name of the history's file in its folder. */
export const HISTORY_FILE = 'history.db'

/**
 * Makes the folder if need be, and the folders above it. Throws the system's error when it cannot be had. At once: the
 * store's thread starts after it.
 */
export function openDataFolder(path: string): DataFolder {
  if (makeFolder(path)) chmodSync(path, 0o700) // whatever the umask has taken away
  const about = statSync(path)
  return {
    history: join(path, HISTORY_FILE),
    pid: join(path, 'pid'),
    adminSocket: join(path, ADMIN_SOCKET),
    isOpen: process.platform !== 'win32' && (about.mode & 0o077) !== 0,
  }
}

/**
 * True: it was not there. Not `recursive` of mkdir, which never ends where the system says that there is nothing above a
 * folder whose parent is there (/proc).
 */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(path).isDirectory()) return false
    const above = dirname(path)
    if (code !== 'ENOENT' || existsSync(above)) throw error
    makeFolder(above)
    mkdirSync(path, { mode: 0o700 })
    return true
  }
}
