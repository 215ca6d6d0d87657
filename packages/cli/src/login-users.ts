/** What the login service is told of its users on the command line, and the line for a users file that it prints. */
import { hashPassword } from '@partyline/chat'
import { CommandError, type ExitCode, exitCodeOf } from './failure.ts'
import type { FlagValues } from './flags.ts'
import type { Io } from './io.ts'
import { readPassword } from './password-input.ts'
import { Report } from './report.ts'
import { readUsersFile, type Users, userName, verifierOf, WELL_KNOWN_PASSWORD } from './users-file.ts'

export interface LoginPlace {
  /** Only this machine can come here. */
  readonly isLoopback: boolean
  readonly report: Report
}

/**
 * Who may log in, by `--user` or `--users`. `left`: the person did not want to give the password. Throws a
 * CommandError with exit code 2 when neither is given, or both, and for what cannot be used.
 */
export async function loginVerifier(
  values: FlagValues,
  io: Io,
  { isLoopback, report }: LoginPlace,
): Promise<((name: string, password: string) => Promise<boolean>) | 'left'> {
  const file = values.path('users')
  if (file !== undefined && values.isGiven('user')) {
    throw new CommandError(2, 'give --user or --users, not both: put the user into the file.')
  }
  const users = file === undefined ? await oneUser(values, io, isLoopback) : await usersIn(file, report)
  return users === 'left' ? users : verifierOf(users, { refuseWellKnown: !isLoopback })
}

async function oneUser(values: FlagValues, io: Io, isLoopback: boolean): Promise<Users | 'left'> {
  const name = nameIn(values)
  if (name === undefined) {
    throw new CommandError(2, 'login needs somebody who may log in: --user NAME, or --users FILE.', [
      'partyline service --help',
    ])
  }
  const password = await readPassword(io, { question: `Password for ${name}` })
  if (password === undefined) return 'left'
  if (password === WELL_KNOWN_PASSWORD && !isLoopback) {
    throw new CommandError(2, `everybody knows the password ${WELL_KNOWN_PASSWORD}: not for other machines.`)
  }
  return new Map([[name, await hashPassword(password)]])
}

async function usersIn(path: string, report: Report): Promise<Users> {
  if (path === '-') throw new CommandError(2, '--users needs a file.')
  const { users, isOpen } = await readUsersFile(path)
  if (isOpen) report.note(`others can read ${path}: chmod 600 ${path}`)
  return users
}

/** `--hash`: asks for a password and prints its hash, with `--user` as a line for a users file. */
export async function printHash(values: FlagValues, io: Io): Promise<ExitCode> {
  const name = nameIn(values)
  const question = name === undefined ? 'Password' : `Password for ${name}`
  const password = await readPassword(io, { question, twice: true, pipe: true })
  if (password === undefined) return exitCodeOf(io.signal.reason)
  const hash = await hashPassword(password)
  const report = new Report(io, values)
  if (report.json) report.object({ user: name, hash })
  else io.stdout.write(name === undefined ? `${hash}\n` : `${name}:${hash}\n`)
  return 0
}

function nameIn(values: FlagValues): string | undefined {
  const typed = values.text('user')
  if (typed === undefined) return undefined
  const name = userName(typed)
  if (name === undefined)
    throw new CommandError(2, `--user ${typed} is no name: it has a colon, or begins with #.`)
  return name
}
