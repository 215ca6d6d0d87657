/**
 * `partyline serve`: the chat server in the foreground. Standard output has its exact words and nothing else;
 * what is for people goes to standard error.
 *
 * What is not needed until the history's thread has begun is imported where it is used: that thread takes longest, and
 * starts the sooner.
 */
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import {
  type ChatServer,
  HISTORY_FILE,
  KEEP_NOTHING,
  openServer,
  ServerLog,
  StatusDoorError,
  StoreError,
} from '@partyline/chat'
import { printable } from '@partyline/protocols'
import type { Command } from '../commands.ts'
import { CommandError } from '../failure.ts'
import type { FlagValues } from '../flags.ts'
import { historyFailure } from '../history/history-file.ts'
import type { Io, Output } from '../io.ts'
import { readSettings, SETTING_FLAGS, serverConfig } from '../settings.ts'

/** The longest line of the operator's console, in bytes. */
const MAX_CONSOLE_LINE = 4096
/** How many ports are tried when the usual one is taken and nobody asked for it. */
const PORTS_TRIED = 10
/** Unread output above so many bytes is dropped: a reader that sleeps must not fill our memory. */
const MAX_UNREAD_OUTPUT = 1_048_576

export const serve: Command = {
  words: '',
  maxWords: 0,
  about: [
    'Runs the chat server until Ctrl-C or SIGTERM, or until its operator types quit. Everybody is told, what is',
    'under way is delivered, and the exit code is 0; a second Ctrl-C does not wait.',
    'Standard output has "Listening on :PORT", "Incoming Connection", "client disconnecting" and the operator\'s',
    'lines; everything else goes to standard error. Settings can stand in a file too: see docs/running.md, and',
    '`partyline config` for what is in force.',
  ],
  flags: SETTING_FLAGS,
  examples: [
    ['partyline serve', 'a chat for this machine'],
    ['partyline serve --host 0.0.0.0', 'a chat for the network'],
    ['partyline serve --text-port 0 --no-console', 'a free port, and no operator'],
    ['partyline serve --web-port 8080', 'with /healthz and /metrics for programs on this machine'],
  ],
  async run(given, _words, io) {
    const { values } = await readSettings(given)
    const log = openLog(values, io)
    let server: ChatServer
    try {
      server = await open(values, io, log)
    } finally {
      await log.start()
    }
    await sayHello(server, values, io, log)
    const ended = new AbortController()
    if (!values.isOn('no-console')) {
      void readConsole(server, io, log.answer, ended.signal)
    }
    const stop = (): void => void server.close(String(io.signal.reason))
    io.signal.addEventListener('abort', stop)
    if (io.signal.aborted) stop()
    await server.closed
    io.signal.removeEventListener('abort', stop)
    ended.abort()
    return 0
  },
}

function openLog(values: FlagValues, io: Io): ServerLog {
  return new ServerLog({
    format: isForPeople(values, io) ? 'human' : 'json',
    level: levelOf(values.text('log')),
    now: () => Date.now(),
    write: writer(io.stderr),
  })
}

function isForPeople(values: FlagValues, { stderr }: Io): boolean {
  const format = values.text('log-format')
  return format === 'auto' ? stderr.isTTY === true : format === 'human'
}

function levelOf(text: string | undefined): ConstructorParameters<typeof ServerLog>[0]['level'] {
  return text === 'debug' || text === 'warn' || text === 'error' || text === 'silent' ? text : 'info'
}

/**
 * How to join, for a person to paste; for programs, one line about where everything is. No news that a level could be too
 * low for: only silence keeps it back.
 */
async function sayHello(server: ChatServer, values: FlagValues, io: Io, log: ServerLog): Promise<void> {
  if (!log.isOn('error')) return
  const [{ formatAddress, formatHostPort }, { doorLines }] = await Promise.all([
    import('@partyline/sockets'),
    import('../doors.ts'),
  ])
  const name = values.text('name') ?? ''
  if (isForPeople(values, io)) {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    const write = writer(io.stderr)
    for (const line of doorLines(name, server.addresses, own)) write(`  ${printable(line)}\n`)
  } else log.answer(`${name} is open at ${server.addresses.map(formatAddress).join(', ')}`)
  const [status] = server.statusAddresses
  if (status !== undefined) {
    const at = formatHostPort(status.host, status.port)
    log.answer(`for programs on this machine: http://${at}/healthz and http://${at}/metrics`)
  }
}

async function open(values: FlagValues, io: Io, { log, answer }: ServerLog): Promise<ChatServer> {
  const writeLine = writer(io.stdout)
  const hooks = { announce: (line: string) => writeLine(`${printable(line)}\n`), log, answer }
  const config = serverConfig(values)
  // A program that started us relies on the port. A person reads where it went.
  const mayMove = !values.isGiven('text-port') && io.stdin.isTTY === true && io.stderr.isTTY === true
  try {
    return await openAt(
      (textPort) => openServer({ ...config, textPort }, hooks),
      { port: config.textPort, tries: mayMove ? PORTS_TRIED : 1 },
      (line) => log(line, 'warn'),
    )
  } catch (error) {
    throw dataFailure(error, config.data ?? '')
  }
}

/** What a person is told when the data folder or the history in it cannot be had; everything else as it came. */
function dataFailure(error: unknown, folder: string): unknown {
  if (error instanceof StoreError) return historyFailure(error, join(folder, HISTORY_FILE))
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error
  const reason = FOLDER_REASONS.get(String(error.code)) ?? String(error.code)
  const hints = [
    'Use another:  partyline serve --data DIR',
    `Keep nothing:  partyline serve --data ${KEEP_NOTHING}`,
  ]
  return new CommandError(1, `cannot use the data folder ${folder}: ${reason}.`, hints, error, { folder })
}

const FOLDER_REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'not permitted'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'that disk is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EEXIST', 'a file of that name is in the way'],
  ['ENOTDIR', 'what should be a folder above it is a file'],
])

/**
 * Opens at a port, or at the next free one out of `tries`, which is said loudly. Rejects with a CommandError about
 * the first port when there is none.
 */
export async function openAt<T>(
  openPort: (port: number) => Promise<T>,
  { port: wanted, tries }: { readonly port: number; readonly tries: number },
  log: (line: string) => void,
): Promise<T> {
  let port = wanted
  for (let left = tries - 1; ; left -= 1) {
    try {
      const opened = await openPort(port)
      if (port !== wanted) {
        log(`ATTENTION: port ${wanted} is taken, so this chat is on port ${port}. --text-port picks another.`)
      }
      return opened
    } catch (error) {
      const [{ SocketError }, { listenFailure, nextPort }] = await Promise.all([
        import('@partyline/sockets'),
        import('../network-sentences.ts'),
      ])
      if (error instanceof StatusDoorError) throw listenFailure(error.cause, error.port, STATUS_DOOR)
      if (left === 0 || !SocketError.is(error, 'address-in-use')) throw listenFailure(error, wanted)
      port = nextPort(port)
    }
  }
}

const STATUS_DOOR = { what: 'status door', command: 'partyline serve --web-port' }

async function readConsole(
  server: ChatServer,
  { stdin }: Io,
  answer: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const [{ hasOperator }, { readLines }] = await Promise.all([
    import('../operator.ts'),
    import('../read-lines.ts'),
  ])
  if (!hasOperator(stdin)) return
  const options = { signal, max: MAX_CONSOLE_LINE }
  await readLines(
    stdin,
    (line) => {
      if ('text' in line) server.console.receive(line.text)
      else answer(`a console line of ${line.tooLong} bytes was ignored: too long`)
    },
    options,
  )
}

function writer(output: Output): (text: string) => void {
  return (text) => {
    if (output.writableLength < MAX_UNREAD_OUTPUT) output.write(text)
  }
}
