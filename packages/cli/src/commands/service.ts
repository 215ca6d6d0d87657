/** `partyline service`: one of the tutorials' servers, in the foreground. */
import { didYouMean, printable } from '@partyline/protocols'
import {
  findService,
  logRecordObject,
  type OpenService,
  openService,
  SERVICES,
  type ServiceEntry,
  type ServiceOptions,
} from '@partyline/services'
import { isLoopbackHost, serviceByName } from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import { portNumber } from '../flag-values.ts'
import type { Flag, FlagValues } from '../flags.ts'
import type { Io, Output } from '../io.ts'
import { listenFailure } from '../network-sentences.ts'
import { Report } from '../report.ts'
import { JSON_FLAG, QUIET_FLAG, VERBOSE_FLAG, WIRE_FLAG } from '../socket-flags.ts'

/** Unread output above so many characters is dropped: a reader that sleeps must not fill our memory. */
const MAX_UNREAD_OUTPUT = 1_048_576

/** Flags that only one service knows. */
const LOGIN_FLAGS: readonly Flag[] = [
  {
    name: 'user',
    type: 'text',
    placeholder: 'NAME',
    help: 'login: the one user; the password is asked for, or taken from PARTYLINE_PASSWORD',
  },
  { name: 'users', type: 'path', placeholder: 'FILE', help: 'login: the users, a line NAME:HASH each' },
  { name: 'hash', type: 'switch', help: 'login: print the line for such a file, and end' },
]

const COMMANDS_FLAGS: readonly Flag[] = [
  { name: 'allow-exit', type: 'switch', help: 'commands: let E end the program from other machines too' },
]

// What `talk` has a table row for is only its port.
const SERVED = SERVICES.filter(({ name }) => name !== 'talk')
const NAMES = SERVED.map(({ name }) => name)

export const service: Command = {
  words: 'NAME [PORT]',
  maxWords: 2,
  about: [
    "One of the tutorials' servers, for this machine unless --host opens it, until Ctrl-C or SIGTERM:",
    ...SERVED.map(
      ({ name, port, summary }) => `  ${name.padEnd(8)}  ${String(port).padStart(5)}  ${summary}`,
    ),
    'Without PORT it listens on the port above; 0 picks a free one. Standard output has "Listening on HOST:PORT"',
    'first, and then the lines of udp-echo and udp-log; everything else goes to standard error.',
  ],
  flags: [
    {
      name: 'host',
      type: 'hosts',
      placeholder: 'ADDRESS',
      default: '127.0.0.1',
      help: 'where to listen; 0.0.0.0 or :: for everybody',
    },
    ...LOGIN_FLAGS,
    ...COMMANDS_FLAGS,
    JSON_FLAG,
    WIRE_FLAG,
    QUIET_FLAG,
    VERBOSE_FLAG,
  ],
  choices: NAMES,
  json: 'result',
  examples: [
    ['partyline service echo', 'an echo server on port 50000'],
    ['partyline service login --user admin', 'a login that knows one user'],
    ['partyline service udp-log 0 --json', 'every datagram as an object, on a free port'],
  ],
  async run(values, [name, port], io) {
    const entry = entryOf(name)
    refuseForeignFlags(entry, values)
    if (entry.name === 'login' && values.isOn('hash')) {
      const { printHash } = await import('../login-users.ts')
      return printHash(values, io)
    }
    const report = new Report(io, values)
    const where = { host: hostOf(values), port: await portOf(port, entry) }
    const verify = await verifyOf(entry, where.host, values, io, report)
    if (verify === 'left') return exitCodeOf(io.signal.reason)
    const options = { ...where, verify, allowExit: values.isOn('allow-exit'), ...outputs(io, report) }
    const opened = await open(entry, options)
    report.object({ event: 'listening', service: entry.name, transport: entry.transport, ...opened.address })
    if (entry.name === 'login' && !isLoopbackHost(opened.address.host)) report.note(UNENCRYPTED)
    report.detail('Ctrl-C stops')
    await untilStopped(opened, io.signal)
    return 0
  },
}

const UNENCRYPTED = 'not encrypted: whoever is on the way can read names and passwords'

function entryOf(name: string | undefined): ServiceEntry {
  if (name === undefined) throw new CommandError(2, `which service? One of ${NAMES.join(', ')}.`, HINTS)
  const entry = findService(name)
  if (entry === undefined) {
    const meant = didYouMean(name, NAMES)
    const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`
    throw new CommandError(2, `there is no service "${name}".${suggestion}`, HINTS)
  }
  if (entry.name === 'talk') {
    const hint = `partyline talk --listen ${entry.port}`
    throw new CommandError(2, 'talk has a person at both ends, so it is a command of its own.', [hint])
  }
  return entry
}

const HINTS = ['partyline service --help']

function refuseForeignFlags({ name }: ServiceEntry, values: FlagValues): void {
  const refuse = (flags: readonly Flag[], owner: string): void => {
    const foreign = flags.find((flag) => values.isGiven(flag.name))
    if (name === owner || foreign === undefined) return
    throw new CommandError(2, `--${foreign.name} is for ${owner}, not for ${name}.`, HINTS)
  }
  refuse(LOGIN_FLAGS, 'login')
  refuse(COMMANDS_FLAGS, 'commands')
}

function hostOf(values: FlagValues): string {
  const [host = '', ...more] = values.hosts('host')
  if (more.length > 0)
    throw new CommandError(2, 'a service listens on one address. For all of them:  --host ::')
  return host
}

async function portOf(word: string | undefined, { port, transport }: ServiceEntry): Promise<number> {
  if (word === undefined) return port
  const number = portNumber(word) ?? (/^\d+$/.test(word) ? undefined : await serviceByName(word, transport))
  if (number !== undefined) return number
  throw new CommandError(2, `${word} is not a port. Ports go from 1 to 65535; 0 picks a free one.`)
}

async function verifyOf(
  { name }: ServiceEntry,
  host: string,
  values: FlagValues,
  io: Io,
  report: Report,
): Promise<ServiceOptions['verify'] | 'left'> {
  if (name !== 'login') return undefined
  const { loginVerifier } = await import('../login-users.ts') // password hashes are for those who need them
  return loginVerifier(values, io, { isLoopback: isLoopbackHost(host) || host === 'localhost', report })
}

function outputs(
  { stdout, stderr }: Io,
  report: Report,
): Pick<ServiceOptions, 'announce' | 'log' | 'onRecord'> {
  const log = lineWriter(stderr)
  if (!report.json) return { announce: lineWriter(stdout), log }
  return { log, onRecord: (record) => report.object({ event: 'logged', ...logRecordObject(record) }) }
}

/** Writes lines that are safe for a terminal; the tab of a log line is a tab. */
function lineWriter(output: Output): (line: string) => void {
  return (line) => {
    if (output.writableLength >= MAX_UNREAD_OUTPUT) return
    output.write(`${line.split('\t').map(printable).join('\t')}\n`)
  }
}

async function open(
  entry: ServiceEntry,
  options: ServiceOptions & { readonly port: number },
): Promise<OpenService> {
  try {
    return await openService(entry.name, options)
  } catch (error) {
    throw listenFailure(error, options.port, { command: `partyline service ${entry.name}` })
  }
}

/** Resolves when the service has ended, by itself or because it was asked to. */
async function untilStopped(opened: OpenService, signal: AbortSignal): Promise<void> {
  const stop = (): void => void opened.close()
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  await opened.closed
  signal.removeEventListener('abort', stop)
}
