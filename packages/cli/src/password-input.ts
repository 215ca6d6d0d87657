/**
 * Where a password comes from: the environment, a person at a terminal who types it unseen, or where that is meant
 * a pipe. Never a flag: the command lines of all programs are there for everybody on a machine to read.
 */
import { on } from 'node:events'
import { TextLineDecoder } from '@partyline/protocols'
import { CommandError } from './failure.ts'
import type { Input, Io } from './io.ts'
import { readLines } from './read-lines.ts'

export const PASSWORD_VARIABLE = 'PARTYLINE_PASSWORD'

/** The longest password, in bytes. It is sent as one line. */
const MAX_PASSWORD_BYTES = 1024

export interface PasswordSource {
  /** What a person at a terminal is asked, like `Password for ann`. */
  readonly question: string
  /** Ask a second time: what is typed unseen may be mistyped. */
  readonly twice?: boolean | undefined
  /** Take the first line of a pipe. Where the input is for something else, it is left alone. */
  readonly pipe?: boolean | undefined
}

/**
 * The password. Undefined when the person left instead. Throws a CommandError with exit code 2 when there is none,
 * and for one that nobody could send.
 */
export async function readPassword(io: Io, source: PasswordSource): Promise<string | undefined> {
  const fromEnvironment = io.env[PASSWORD_VARIABLE]
  if (fromEnvironment !== undefined && fromEnvironment !== '') return checked(fromEnvironment)
  if (io.stdin.isTTY === true) return typed(io, source)
  if (source.pipe === true) return checked((await firstLine(io)) ?? '')
  throw new CommandError(
    2,
    `there is no password, and no terminal to ask for one at: set ${PASSWORD_VARIABLE}.`,
  )
}

async function typed(io: Io, { question, twice = false }: PasswordSource): Promise<string | undefined> {
  const first = await typedUnseen(io, `${question}: `)
  if (first === undefined) return undefined
  const password = checked(first)
  if (!twice) return password
  const again = await typedUnseen(io, 'The same again: ')
  if (again === undefined) return undefined
  if (again !== password) throw new CommandError(2, 'these are two different passwords.')
  return password
}

const CTRL_C = 0x03
const CTRL_D = 0x04

/** A line typed at a terminal that shows nothing of it; undefined when the person left, or was asked to stop. */
async function typedUnseen({ stdin, stderr, signal }: Io, question: string): Promise<string | undefined> {
  const lines = new TextLineDecoder({ max: MAX_PASSWORD_BYTES })
  lines.expectTypist() // backspace works
  const terminal: Input & { setRawMode?(raw: boolean): unknown } = stdin
  terminal.setRawMode?.(true) // before anybody is asked: who types fast would see it
  stderr.write(question)
  try {
    const chunks = on(terminal, 'data', { signal, close: ['end', 'close'] })
    terminal.resume() // it was paused after the question before
    for await (const [chunk] of chunks) {
      const keys = Buffer.from(chunk)
      if (keys.includes(CTRL_C) || keys.includes(CTRL_D)) return undefined
      const [line] = lines.feed(keys)
      if (line !== undefined) return 'text' in line ? line.text : ''.padEnd(line.tooLong)
    }
    return undefined
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    terminal.setRawMode?.(false)
    terminal.pause()
    stderr.write('\n')
  }
}

async function firstLine({ stdin, signal }: Io): Promise<string | undefined> {
  const found = new AbortController()
  let first: string | undefined
  await readLines(
    stdin,
    (line) => {
      first ??= 'text' in line ? line.text : ''.padEnd(line.tooLong)
      found.abort()
    },
    { signal: AbortSignal.any([signal, found.signal]), max: MAX_PASSWORD_BYTES },
  )
  return first
}

function checked(password: string): string {
  if (password === '') throw new CommandError(2, 'the password is empty.')
  if (/\p{Cc}/u.test(password)) {
    throw new CommandError(
      2,
      'the password has a line break or a control character in it: nobody could send it.',
    )
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new CommandError(2, `the password is too long: at most ${MAX_PASSWORD_BYTES} bytes.`)
  }
  return password
}
