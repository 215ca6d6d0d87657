/** `partyline connect`: bytes to and from a port, from a terminal or a pipe. */
import { isIP } from 'node:net'
import { formatHostPort, SocketError, type TcpSocket, type TlsOptions } from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { type OpenOptions, openTcp, openUdp, openUnix } from '../connect/open.ts'
import { parsePorts } from '../connect/ports.ts'
import { probeAll, probeTcp, probeUdp } from '../connect/probe.ts'
import { closedWords, connectedWords, sendingWords, silentWords } from '../connect/sentences.ts'
import { ANSWER_MS, exchangeDatagrams } from '../datagram-exchange.ts'
import { type Destination, requireDestination } from '../destination.ts'
import { exchange } from '../exchange.ts'
import { CommandError, exitCodeOf, type Facts } from '../failure.ts'
import type { Flag, FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { isAtTerminal } from '../people.ts'
import { Report } from '../report.ts'
import {
  COLOR_FLAG,
  familyOf,
  IPV4_FLAG,
  IPV6_FLAG,
  JSON_FLAG,
  QUIET_FLAG,
  VERBOSE_FLAG,
  WAIT_FLAG,
  WIRE_FLAG,
} from '../socket-flags.ts'
import { openHistory } from '../terminal/history.ts'
import { TRUST_FLAGS, trustOf } from '../trust.ts'

/** How long a connection may take, in milliseconds, all addresses of the host together. */
const CONNECT_TIMEOUT_MS = 10_000
/** How many ports and ranges `-z` takes. */
const MAX_WORDS = 64

const FLAGS: readonly Flag[] = [
  {
    name: 'udp',
    short: 'u',
    type: 'switch',
    help: 'datagrams: each typed line is one, each chunk of a pipe',
  },
  { name: 'crlf', short: 'C', type: 'switch', help: 'send the end of a line as CR LF' },
  {
    ...WAIT_FLAG,
    help: 'to connect (10 by default), and without a byte; over UDP for an answer (1)',
  },
  {
    name: 'zero',
    short: 'z',
    type: 'switch',
    help: 'only see whether ports are open: 80, 8000-8010, several',
  },
  {
    name: 'half-close',
    short: 'N',
    type: 'choice',
    help: 'end our side when the input ends, and wait for the answer: so it is unless you say no',
  },
  {
    name: 'quit-after',
    type: 'seconds',
    placeholder: 'SECONDS',
    help: 'end so long after the end of the input',
  },
  { name: 'tls', aliases: ['ssl'], type: 'switch', help: 'speak TLS' },
  ...TRUST_FLAGS,
  {
    name: 'unix',
    short: 'U',
    type: 'path',
    placeholder: 'PATH',
    help: 'a Unix-domain socket instead of a port',
  },
  { name: 'source-port', short: 'p', type: 'port', placeholder: 'PORT', help: 'our own port' },
  { name: 'source', short: 's', type: 'text', placeholder: 'ADDRESS', help: 'our own address' },
  { name: 'numeric', short: 'n', type: 'switch', help: 'look no names up' },
  IPV4_FLAG,
  IPV6_FLAG,
  { name: 'raw', type: 'switch', help: 'on a terminal too: bytes as they come, which may play tricks on it' },
  WIRE_FLAG,
  JSON_FLAG,
  VERBOSE_FLAG,
  QUIET_FLAG,
  COLOR_FLAG,
]

export const connect: Command = {
  words: 'HOST PORT',
  maxWords: MAX_WORDS,
  json: 'events',
  about: [
    'Sends what you type or pipe, and shows what comes. HOST:PORT and [::1]:PORT are understood too, and names of',
    'services. The end of the input (Ctrl-D) ends our side, and the answer is awaited; the end of theirs ends it.',
    'In a pipe bytes are untouched and standard output has nothing else. On a terminal there is line editing, a',
    'history for each peer (PARTYLINE_HISTORY=off keeps none), and control characters of the peer are shown.',
    '-q is --quiet here; what nc calls -q SECONDS is --quit-after SECONDS.',
  ],
  flags: FLAGS,
  examples: [
    ['partyline connect 127.0.0.1 8000', 'talk to a server, line by line'],
    [
      "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | partyline connect example.org http",
      'a request, and the whole answer',
    ],
    ['partyline connect -u 127.0.0.1 31337', 'datagrams'],
    ['partyline connect --tls irc.libera.chat 6697 -C', 'over TLS, with CR LF'],
    ['partyline connect -z 127.0.0.1 5000 8000-8010', 'which of these ports are open?'],
  ],
  async run(values, words, io) {
    checkTogether(values, words)
    try {
      if (values.isOn('zero')) return await probe(values, words, io)
      return values.isOn('udp') ? await overUdp(values, words, io) : await overStream(values, words, io)
    } catch (error) {
      if (SocketError.is(error, 'aborted')) return exitCodeOf(io.signal.reason)
      throw error
    }
  },
}

async function overStream(values: FlagValues, words: readonly string[], io: Io): Promise<number> {
  const report = new Report(io, values)
  const { peer, facts, socket } = await openStream(values, words, io)
  const waitMs = values.milliseconds('wait')
  report.detail(`${connectedWords(peer, socket)}${keysHint(values, io)}`)
  if (values.isOn('insecure')) report.detail('the certificate was not checked: nobody knows who this is')
  const end = await exchange(socket, io, {
    crlf: values.isOn('crlf'),
    halfClose: values.choice('half-close') ?? true,
    quitAfterMs: values.milliseconds('quit-after'),
    idleMs: waitMs,
    raw: values.isOn('raw'),
    silent: report.json,
    peer,
    facts,
    history: historyOf(peer, values, io),
  })
  // Nobody reads our output any more, and nobody wants to know. The wire has said it already.
  const isKnown = (end.how === 'left' && end.code === 0) || isWireShown(values)
  if (!isKnown) report.note(closedWords(peer, end))
  return end.code
}

async function openStream(
  values: FlagValues,
  words: readonly string[],
  io: Io,
): Promise<{ peer: string; facts: Facts; socket: TcpSocket }> {
  const timeout = values.milliseconds('wait') ?? CONNECT_TIMEOUT_MS
  const path = values.path('unix')
  if (path !== undefined) {
    return { peer: path, facts: { path }, socket: await openUnix(path, timeout, io.signal) }
  }
  const destination = await readDestination(values, words)
  const socket = await openTcp(destination, { ...openOptions(values, io), timeout, tls: tlsOptions(values) })
  return { peer: formatHostPort(destination.host, destination.port), facts: { ...destination }, socket }
}

async function overUdp(values: FlagValues, words: readonly string[], io: Io): Promise<number> {
  const report = new Report(io, values)
  const destination = await readDestination(values, words)
  const peer = formatHostPort(destination.host, destination.port)
  const socket = await openUdp(destination, openOptions(values, io))
  report.detail(`${sendingWords(peer, socket.remote)}${keysHint(values, io)}`)
  const end = await exchangeDatagrams(socket, io, {
    crlf: values.isOn('crlf'),
    raw: values.isOn('raw'),
    silent: report.json,
    peer,
    facts: { ...destination },
    idleMs: values.milliseconds('wait'),
    quitAfterMs: values.milliseconds('quit-after'),
    history: historyOf(`udp ${peer}`, values, io),
  })
  if (end.how !== 'left' || end.code !== 0) report.note(silentWords(peer, end))
  return end.code
}

async function probe(values: FlagValues, words: readonly string[], io: Io): Promise<number> {
  const report = new Report(io, values)
  const isUdp = values.isOn('udp')
  const { host, ports } = await readPorts(values, words)
  const options = {
    ...openOptions(values, io),
    waitMs: values.milliseconds('wait') ?? (isUdp ? ANSWER_MS : CONNECT_TIMEOUT_MS),
  }
  const probeOne = isUdp ? probeUdp : probeTcp
  const [only] = ports
  if (only !== undefined && ports.length === 1) {
    const { words: known, failure } = await probeOne(host, only, options)
    if (failure !== undefined) throw failure
    report.detail(`${host} port ${only} ${known}`)
    return 0
  }
  return probeAll(probeOne, host, ports, options, ({ port, words: known }) =>
    report.note(`${host} port ${port} ${known}`),
  )
}

/** `HOST PORT…` or `HOST:PORT PORT…`. */
async function readPorts(
  values: FlagValues,
  words: readonly string[],
): Promise<{ host: string; ports: number[] }> {
  const [first = '', ...more] = words
  const protocol = values.isOn('udp') ? 'udp' : 'tcp'
  if (more.length === 0) {
    const { host, port } = await readDestination(values, words)
    return { host, ports: [port] }
  }
  const ports = await parsePorts(more, protocol)
  const { host } = await requireDestination([first, String(ports[0])], protocol)
  checkNumeric(values, host)
  return { host, ports }
}

async function readDestination(values: FlagValues, words: readonly string[]): Promise<Destination> {
  const [surplus] = words.slice(2)
  if (surplus !== undefined) throw new CommandError(2, `connect has no use for "${surplus}".`)
  const destination = await requireDestination(words, values.isOn('udp') ? 'udp' : 'tcp')
  checkNumeric(values, destination.host)
  return destination
}

function checkNumeric(values: FlagValues, host: string): void {
  if (!values.isOn('numeric') || isIP(host) !== 0) return
  throw new CommandError(2, `${host} is a name, and -n looks none up. Give its address.`)
}

function openOptions(values: FlagValues, { signal }: Io): OpenOptions {
  const source = values.text('source')
  if (source !== undefined && isIP(source) === 0) {
    throw new CommandError(2, `--source ${source} is not an address of this machine, like 192.168.1.7.`)
  }
  const sourcePort = values.isGiven('source-port') ? values.port('source-port') : undefined
  return { family: familyOf(values), source, sourcePort, signal }
}

function tlsOptions(values: FlagValues): TlsOptions | undefined {
  return values.isOn('tls') ? trustOf(values) : undefined
}

function keysHint(values: FlagValues, io: Io): string {
  return hasInputLine(values, io) ? ' (Ctrl-D ends your side, Ctrl-C leaves)' : ''
}

function historyOf(peer: string, values: FlagValues, io: Io): ReturnType<typeof openHistory> | undefined {
  return hasInputLine(values, io) ? openHistory(io.env, `connect-${peer}`) : undefined
}

/** True when the wire's events go where the sentences go. */
function isWireShown(values: FlagValues): boolean {
  return values.isOn('wire') && values.path('wire') === undefined
}

function hasInputLine(values: FlagValues, io: Io): boolean {
  return isAtTerminal(io) && !values.isOn('raw') && !values.isOn('json')
}

/** Flags that mean nothing together, which is better said than ignored. */
function checkTogether(values: FlagValues, words: readonly string[]): void {
  for (const [one, other] of APART) {
    if (values.isGiven(one) && values.isGiven(other)) {
      throw new CommandError(2, `--${one} and --${other} mean nothing together.`)
    }
  }
  for (const flag of ['ca', 'servername', 'insecure']) {
    if (values.isGiven(flag) && !values.isOn('tls')) throw new CommandError(2, `--${flag} needs --tls.`)
  }
  if (values.path('unix') !== undefined && words.length > 0) {
    throw new CommandError(2, `connect --unix has no use for "${words[0]}".`)
  }
  // The hands of nc: `-q 0 HOST PORT`.
  if (values.isOn('quiet') && /^-?\d+$/.test(words[0] ?? '') && words.length > 1) {
    throw new CommandError(2, `-q is --quiet here and takes no value. Did you mean --quit-after ${words[0]}?`)
  }
}

const APART: readonly (readonly [one: string, other: string])[] = [
  ['udp', 'tls'],
  ['udp', 'unix'],
  ['udp', 'half-close'],
  ['unix', 'tls'],
  ['unix', 'zero'],
  ['unix', 'source'],
  ['unix', 'source-port'],
  ['zero', 'tls'],
]
