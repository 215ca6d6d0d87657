/** `partyline talk`: two people, one connection, no server. */
import { networkInterfaces } from 'node:os'
import {
  formatAddress,
  formatHostPort,
  type InetAddress,
  SocketError,
  TcpListener,
  TcpSocket,
} from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { type Destination, parseDestination } from '../destination.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import { portNumber } from '../flag-values.ts'
import type { FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { connectFailure, listenFailure } from '../network-sentences.ts'
import { isAtTerminal, PlainPerson, SilentPerson, TerminalPerson } from '../people.ts'
import { Report } from '../report.ts'
import {
  COLOR_FLAG,
  familyOf,
  IPV4_FLAG,
  IPV6_FLAG,
  JSON_FLAG,
  QUIET_FLAG,
  WAIT_FLAG,
  WIRE_FLAG,
} from '../socket-flags.ts'
import { invitation } from '../talk/invitation.ts'
import { talk as converse } from '../talk/talk.ts'
import { wantsColour } from '../terminal/colour.ts'

/** Where a talk is, unless a port is named. */
const PORT = 5001
/** How long a connection may take without `--wait`, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000

export const talk: Command = {
  words: '[HOST[:PORT]]',
  maxWords: 2,
  about: [
    'Two people talk over one connection, without a server. One waits (`partyline talk`, or --listen for another',
    'port), and is told what the other one types; when they have come, nobody else can. What one types, the other',
    'sees as `Received: TEXT`. Both write at any time; with --turns one after the other, the one who joined first.',
    "Programs that send no newlines, like the tutorials', are understood. Ctrl-D ends, and so does Ctrl-C. In a",
    'pipe it is lines in and lines out, and after the end of the input everything that still comes is shown.',
  ],
  flags: [
    {
      name: 'listen',
      short: 'l',
      type: 'switch',
      help: `wait for the other one, at the port given or ${PORT}; 0 picks a free one`,
    },
    {
      name: 'host',
      type: 'hosts',
      placeholder: 'ADDRESS',
      help: 'wait at this address: 0.0.0.0 lets other machines in; default 127.0.0.1, with -6 ::1',
    },
    { name: 'turns', short: 't', type: 'switch', help: 'take turns; what is typed out of turn waits' },
    WAIT_FLAG,
    IPV4_FLAG,
    IPV6_FLAG,
    WIRE_FLAG,
    JSON_FLAG,
    QUIET_FLAG,
    COLOR_FLAG,
  ],
  json: 'events',
  examples: [
    ['partyline talk', 'wait for somebody on this machine'],
    ['partyline talk --listen --host 0.0.0.0', 'wait for somebody on another machine'],
    ['partyline talk 192.168.1.7', 'talk to somebody who waits there'],
    ['partyline talk --turns 127.0.0.1:5001', 'take turns; you begin'],
  ],
  async run(values, words, io) {
    const report = new Report(io, values)
    const waits = values.isOn('listen') || words.length === 0
    if (!waits && values.isGiven('host')) {
      throw new CommandError(
        2,
        '--host is for the one who waits: give --listen, or no address to connect to.',
      )
    }
    const stream = waits
      ? await waitForOther(values, words, io, report)
      : await join(parseDestination(words, { host: '127.0.0.1', port: PORT }), values, io)
    if (stream === undefined) return exitCodeOf(io.signal.reason)
    const other = formatAddress(stream.remote)
    const atTerminal = isAtTerminal(io) && !report.json
    const first = waits ? `${other} has come, nobody else can` : `connected to ${other}`
    report.note(atTerminal ? `${first}; Ctrl-D or Ctrl-C leaves` : first)
    const colour = wantsColour(values.choice('color'), io.env, io.stdout)
    const Piped = report.json ? SilentPerson : PlainPerson
    const person = atTerminal ? new TerminalPerson(io, colour, 'stays') : new Piped(io, colour)
    return converse(stream, person, {
      turns: values.isOn('turns') ? (waits ? 'theirs' : 'ours') : undefined,
      signal: io.signal,
      other,
      note: (sentence) => report.note(sentence),
      detail: (sentence) => report.detail(sentence),
    })
  },
}

/** Undefined when the person did not want to wait. */
async function join(to: Destination, values: FlagValues, { signal }: Io): Promise<TcpSocket | undefined> {
  const wait = values.milliseconds('wait')
  try {
    return await TcpSocket.connect({
      ...to,
      family: familyOf(values),
      timeout: wait ?? CONNECT_TIMEOUT_MS,
      idleTimeout: wait,
      signal,
    })
  } catch (error) {
    if (SocketError.is(error, 'aborted')) return undefined
    throw connectFailure(error, to, 'partyline talk --listen')
  }
}

/** Listens for one connection. Undefined when the person did not want to wait any longer. */
async function waitForOther(
  values: FlagValues,
  words: readonly string[],
  { signal }: Io,
  report: Report,
): Promise<TcpSocket | undefined> {
  const { host, port } = placeToWait(values, words)
  await using listener = await TcpListener.listen({
    host,
    port,
    idleTimeout: values.milliseconds('wait'),
  }).catch((error: unknown) => {
    throw listenFailure(error, port, { command: 'partyline talk --listen' })
  })
  const { address } = listener
  if ('port' in address) tellWhere(address, report)
  try {
    return await listener.accept({ signal })
  } catch (error) {
    if (SocketError.is(error, 'aborted')) return undefined
    throw error
  }
}

function placeToWait(values: FlagValues, words: readonly string[]): Destination {
  const family = familyOf(values)
  const [host = family === 6 ? '::1' : '127.0.0.1', more] = values.hosts('host')
  if (more !== undefined)
    throw new CommandError(2, `talk waits at one address: ${host} or ${more}, not both.`)
  const [word, surplus] = words
  const port = word === undefined ? PORT : portNumber(word)
  if (port === undefined || surplus !== undefined) {
    const words = 'the one who waits gives a port only, and the address with --host'
    throw new CommandError(2, `${words}.`, ['partyline talk --listen 5001 --host 0.0.0.0'])
  }
  return { host, port }
}

function tellWhere(address: InetAddress, report: Report): void {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  report.note(`waiting on ${formatHostPort(address.host, address.port)}; the other one types:`)
  for (const line of invitation(address, own)) report.note(`    ${line}`)
}
