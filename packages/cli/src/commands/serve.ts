/**
 * `partyline serve`: the chat server in the foreground. Standard output has its exact words and nothing else;
 * what is for people goes to standard error.
 */
import { networkInterfaces } from 'node:os'
import { type ChatServer, openServer, SETTINGS } from '@partyline/chat'
import { printable } from '@partyline/protocols'
import { SocketError } from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { doorLines } from '../doors.ts'
import { environmentName, type Flag, type FlagValues } from '../flags.ts'
import type { Io, Output } from '../io.ts'
import { listenFailure, nextPort } from '../network-sentences.ts'
import { hasOperator } from '../operator.ts'
import { readLines } from '../read-lines.ts'

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
    'lines; everything else goes to standard error.',
  ],
  flags: SETTINGS.map(
    (setting): Flag => ({
      ...setting,
      aliases: setting.name === 'text-port' ? ['port'] : [],
      environment: environmentName(setting.name),
    }),
  ),
  examples: [
    ['partyline serve', 'a chat for this machine'],
    ['partyline serve --host 0.0.0.0', 'a chat for the network'],
    ['partyline serve --text-port 0 --no-console', 'a free port, and no operator'],
  ],
  async run(values, _words, io) {
    const server = await open(values, io)
    const log = lineWriter(io.stderr)
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    for (const line of doorLines(values.text('name') ?? '', server.addresses, own)) log(`  ${line}`)
    const ended = new AbortController()
    if (!values.isOn('no-console') && hasOperator(io.stdin)) void readConsole(server, io, ended.signal)
    const stop = (): void => void server.close(String(io.signal.reason))
    io.signal.addEventListener('abort', stop)
    if (io.signal.aborted) stop()
    await server.closed
    io.signal.removeEventListener('abort', stop)
    ended.abort()
    return 0
  },
}

function open(values: FlagValues, io: Io): Promise<ChatServer> {
  const hooks = { announce: lineWriter(io.stdout), log: lineWriter(io.stderr) }
  const config = { hosts: values.hosts('host'), name: values.text('name') ?? '' }
  // A program that started us relies on the port. A person reads where it went.
  const mayMove = !values.isGiven('text-port') && io.stdin.isTTY === true && io.stderr.isTTY === true
  return openAt(
    (textPort) => openServer({ ...config, textPort }, hooks),
    { port: values.port('text-port'), tries: mayMove ? PORTS_TRIED : 1 },
    hooks.log,
  )
}

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
      if (left === 0 || !SocketError.is(error, 'address-in-use')) throw listenFailure(error, wanted)
      port = nextPort(port)
    }
  }
}

async function readConsole(server: ChatServer, { stdin, stderr }: Io, signal: AbortSignal): Promise<void> {
  const options = { signal, max: MAX_CONSOLE_LINE }
  await readLines(
    stdin,
    (line) => {
      if ('text' in line) server.console.receive(line.text)
      else stderr.write(`a console line of ${line.tooLong} bytes was ignored: too long\n`)
    },
    options,
  )
}

/** Writes lines that are safe for a terminal. */
function lineWriter(output: Output): (line: string) => void {
  return (line) => {
    if (output.writableLength < MAX_UNREAD_OUTPUT) output.write(`${printable(line)}\n`)
  }
}
