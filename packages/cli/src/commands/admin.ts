/** `partyline admin`: what the operator can do at the server's console, from another terminal of the same machine. */
import { join } from 'node:path'
import {
  ADMIN_SOCKET,
  type AdminReply,
  KEEP_NOTHING,
  MAX_ADMIN_LINE,
  MAX_SOCKET_PATH,
  parseAdminReply,
} from '@partyline/chat'
import { printable } from '@partyline/protocols'
import { SocketError, TcpSocket } from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import type { FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { jsonLine, Report } from '../report.ts'
import { readSettings, SETTING_FLAGS } from '../settings.ts'
import { JSON_FLAG } from '../socket-flags.ts'

/** How long the server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000
/** Words on the command line: more than anybody types, and what they say is limited by the server. */
const MAX_WORDS = 2000

const USAGE = 'who | say TEXT | kick NAME [REASON] | quit | help'

export const admin: Command = {
  words: USAGE,
  maxWords: MAX_WORDS,
  choices: ['who', 'say', 'kick', 'quit', 'help'],
  about: [
    'Does what the operator can do at the console of a running server: who lists everybody, say tells everybody',
    'something, kick sends somebody out, quit ends the server, help lists all of it. It goes through a socket in',
    'the data folder that only its owner can open, so it needs no password, and works on this machine only.',
  ],
  flags: [...SETTING_FLAGS.filter(({ name }) => name === 'data' || name === 'config'), JSON_FLAG],
  json: 'result',
  examples: [
    ['partyline admin who', 'who is there'],
    ['partyline admin say "Tea is ready."', 'a line for everybody'],
    ['partyline admin kick bob too loud', 'bob is sent out, and told why'],
  ],
  async run(given, words, io) {
    const [command] = words
    if (command === undefined) {
      throw new CommandError(2, 'no command was given.', [`partyline admin ${USAGE}`])
    }
    const { values } = await readSettings(given)
    const reply = await ask(socketPath(values), words.join(' '), io)
    if (reply === undefined) return exitCodeOf(io.signal.reason)
    show(reply, values, io)
    return 0
  },
}

function socketPath(values: FlagValues): string {
  const data = values.path('data') ?? ''
  if (data !== KEEP_NOTHING) return fitting(join(data, ADMIN_SOCKET))
  throw new CommandError(
    2,
    `a server with --data ${KEEP_NOTHING} has no data folder, and so no admin socket.`,
  )
}

/** The system cuts off a longer path, or says something that helps nobody. */
function fitting(path: string): string {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path
  const hint = 'Name it from nearer:  cd FOLDER && partyline admin who --data ./partyline-data'
  const limit = `their paths have at most ${MAX_SOCKET_PATH} bytes`
  throw new CommandError(2, `the path ${path} is too long for a socket: ${limit}.`, [hint])
}

/** Undefined when the program was asked to stop. */
async function ask(path: string, command: string, io: Io): Promise<AdminReply | undefined> {
  const op = { timeout: ANSWER_MS, signal: io.signal }
  try {
    await using socket = await TcpSocket.connect({ path, ...op })
    await socket.send(`${JSON.stringify({ command })}\n`, op)
    const line = await socket.readLine({ ...op, max: MAX_ADMIN_LINE })
    const reply = line === null ? undefined : parseAdminReply(line)
    if (reply !== undefined) return reply
    throw new CommandError(6, `what listens at ${path} gave no answer.`, ['Is it a chat server?'])
  } catch (error) {
    if (SocketError.is(error, 'aborted')) return undefined
    throw SocketError.is(error) ? failure(error, path) : error
  }
}

function failure(error: SocketError, path: string): CommandError {
  const { code } = error
  if (code === 'refused') {
    const hint = 'Is it running, on this machine? --data DIR says where its data folder is.'
    return new CommandError(4, `no chat server listens at ${path}.`, [hint], error)
  }
  if (code === 'permission') {
    const hint = 'Only the owner of the data folder may.'
    return new CommandError(4, `not permitted to open ${path}.`, [hint], error)
  }
  if (code === 'timeout') {
    return new CommandError(
      5,
      `no answer came from ${path}.`,
      ['Is the server stopped, or very busy?'],
      error,
    )
  }
  return new CommandError(6, `the connection to ${path} broke (${code}).`, [], error)
}

/** Prints the answer. Throws a CommandError when the server did not do it. */
function show({ ok, error, lines, people }: AdminReply, values: FlagValues, io: Io): void {
  if (!ok) {
    const isUsage = error === 'usage' || error === 'unknown-command' || error === 'bad-request'
    throw new CommandError(isUsage ? 2 : 1, `${printable(lines.join('; '))}.`)
  }
  if (new Report(io, values).json) {
    io.stdout.write(`${jsonLine({ ok, lines, ...(people === undefined ? {} : { people }) })}\n`)
    return
  }
  for (const line of lines) io.stdout.write(`${printable(line)}\n`)
}
