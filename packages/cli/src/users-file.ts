/**
 * The users of the login service: names with their stored passwords, from a file with a line `NAME:HASH` each (as
 * `partyline service login --hash` prints it), or one from the command line.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { isPasswordHash, NOBODYS_PASSWORD, verifyPassword } from '@partyline/chat'
import { CommandError } from './failure.ts'

/** What a users file may be at the most. */
export const USERS_LIMITS = { bytes: 1_048_576, users: 10_000, nameCharacters: 100 } as const

/** The password of the tutorials, which everybody knows. */
export const WELL_KNOWN_PASSWORD = '12345'

/** Stored passwords by name. */
export type Users = ReadonlyMap<string, string>

/** A users file that was read. */
export interface UsersFile {
  readonly users: Users
  /** Whether others than its owner may read it. */
  readonly isOpen: boolean
}

/** Reads a users file. Throws a CommandError with exit code 2 for one that cannot be read, or has a wrong line. */
export async function readUsersFile(path: string): Promise<UsersFile> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { mode } = await file.stat()
    const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
    return { users: parseUsers(await readText(file), path), isOpen }
  } catch (error) {
    if (error instanceof CommandError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CommandError(2, `cannot read ${path}: ${REASONS.get(reason) ?? reason}.`, [], error, {
      file: path,
    })
  } finally {
    await file?.close()
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'not permitted'],
  ['EISDIR', 'it is a folder'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'it is not UTF-8'],
  ['too-large', `it has more than ${USERS_LIMITS.bytes / 1024} KiB`],
])

// Not all at once by name: a path may lead to what has no end.
async function readText(file: FileHandle): Promise<string> {
  const memory = Buffer.alloc(USERS_LIMITS.bytes + 1)
  let length = 0
  for (let more = 1; more > 0 && length < memory.length; length += more) {
    const { bytesRead } = await file.read(memory, length, memory.length - length)
    more = bytesRead
  }
  if (length === memory.length) throw Object.assign(new Error('too large'), { code: 'too-large' })
  return new TextDecoder('utf-8', { fatal: true }).decode(memory.subarray(0, length))
}

/**
 * Reads the text of a users file; `path` is for the sentences. Empty lines and lines that begin with `#` are
 * nothing.
 */
export function parseUsers(text: string, path: string): Users {
  const users = new Map<string, string>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const wrong = (what: string): CommandError => {
      const hint = 'A line is NAME:HASH. Make one:  partyline service login --hash --user NAME'
      return new CommandError(2, `${path}, line ${index + 1}: ${what}.`, [hint], undefined, {
        file: path,
        line: index + 1,
      })
    }
    const colon = line.indexOf(':')
    if (colon === -1) throw wrong('there is no colon')
    const name = userName(line.slice(0, colon))
    if (name === undefined) throw wrong(`the name is ${NAMES_ALLOWED}`)
    const hash = line.slice(colon + 1).trim()
    if (!isPasswordHash(hash)) throw wrong('what stands after the colon is no argon2id hash')
    if (users.has(name)) throw wrong('that name was there before')
    if (users.size === USERS_LIMITS.users) throw wrong(`there are more than ${USERS_LIMITS.users} users`)
    users.set(name, hash)
  }
  if (users.size === 0)
    throw new CommandError(2, `there is no user in ${path}.`, [], undefined, { file: path })
  return users
}

const NAMES_ALLOWED = `empty, has more than ${USERS_LIMITS.nameCharacters} characters, a control character, or begins with #`

/** A name in the one form in which it is compared, or undefined for what is none. */
export function userName(text: string): string | undefined {
  const name = text.trim().normalize('NFC')
  const isName = name !== '' && name.length <= USERS_LIMITS.nameCharacters && !/\p{Cc}|:|^#/u.test(name)
  return isName ? name : undefined
}

/**
 * Says whether a password is that of a name. An unknown name is checked against somebody's password, so that it
 * takes as long. `refuseWellKnown`: `12345` is nobody's password.
 */
export function verifierOf(
  users: Users,
  { refuseWellKnown }: { readonly refuseWellKnown: boolean },
): (name: string, password: string) => Promise<boolean> {
  const [somebodys = NOBODYS_PASSWORD] = users.values()
  return async (typed, password) => {
    const stored = users.get(userName(typed) ?? '')
    const isRight = await verifyPassword(password, stored ?? somebodys)
    return isRight && stored !== undefined && !(refuseWellKnown && password === WELL_KNOWN_PASSWORD)
  }
}
