/** `partyline listen`: wait for connections or datagrams, as nc -lk does. */
import { formatAddress, SocketError, TcpListener, UdpSocket } from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import type { Flag, FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { echoTo, replyTo } from '../listen/answers.ts'
import { chatBroker } from '../listen/chat-broker.ts'
import type { Clients } from '../listen/clients.ts'
import { NO_DISPLAY } from '../listen/display.ts'
import { execFor } from '../listen/exec.ts'
import { type Front, openFront } from '../listen/front.ts'
import {
  checkExec,
  listenOptions,
  type Mode,
  maxClients,
  modeOf,
  type Place,
  placeFor,
  tlsFor,
} from '../listen/plan.ts'
import type { ClientHandler } from '../listen/serve-clients.ts'
import { type Leaving, talkToAll } from '../listen/talk-to-all.ts'
import { listenOnce, listenToMany, placeOf } from '../listen/tcp.ts'
import { echoDatagrams, listenForDatagrams, type UdpListenOptions } from '../listen/udp.ts'
import { listenFailure } from '../network-sentences.ts'
import { hasOperator } from '../operator.ts'
import { isAtTerminal } from '../people.ts'
import { Report } from '../report.ts'
import {
  COLOR_FLAG,
  IPV4_FLAG,
  IPV6_FLAG,
  JSON_FLAG,
  QUIET_FLAG,
  VERBOSE_FLAG,
  WAIT_FLAG,
  WIRE_FLAG,
} from '../socket-flags.ts'
import { wantsColour } from '../terminal/colour.ts'

const MODE_FLAGS: readonly Flag[] = [
  { name: 'echo', type: 'switch', help: 'send back what comes; with -v it is shown too' },
  { name: 'chat', type: 'switch', help: 'each line of one client goes to all others, as <user1> LINE' },
  {
    name: 'reply',
    type: 'path', // any text: blanks at its ends count, and it may have several lines
    placeholder: 'TEXT',
    help: 'answer each client with TEXT and end; \\n \\r \\t \\0 \\\\ and \\xNN are understood',
  },
  {
    name: 'exec',
    short: 'e',
    type: 'path', // any text
    placeholder: 'COMMAND',
    help: 'run COMMAND in a shell for each client, with the connection as its input and output',
  },
  {
    name: 'exec-for-anyone',
    type: 'switch',
    help: 'allow --exec where other machines can connect',
  },
]

const WAYS_FLAGS: readonly Flag[] = [
  { name: 'udp', short: 'u', type: 'switch', help: 'datagrams; what you type goes to whoever spoke last' },
  { name: 'unix', short: 'U', type: 'path', placeholder: 'PATH', help: 'a Unix-domain socket, no port' },
  { name: 'once', type: 'switch', help: 'one client and no more, as nc -l does; it is over with that one' },
  { name: 'keep', short: 'k', type: 'switch', help: 'many clients: the default, for hands that know nc' },
  { name: 'listen', short: 'l', type: 'switch', help: 'nothing: for hands that know nc' },
  { name: 'port', short: 'p', type: 'port', placeholder: 'PORT', help: 'the port, as in nc -l -p PORT' },
  { name: 'source', short: 's', type: 'text', placeholder: 'ADDRESS', help: 'the address to listen on' },
  { name: 'numeric', short: 'n', type: 'switch', help: 'look no names up: the host is an address' },
  {
    name: 'max',
    type: 'integer',
    placeholder: 'N',
    default: '256',
    least: 1,
    most: 65_535,
    help: 'clients at the same time at the most, 32 with --exec; one more is refused',
  },
  { ...WAIT_FLAG, help: 'let a client go after so long without a byte; with -u: end without a datagram' },
  {
    name: 'half-close',
    short: 'N',
    type: 'choice',
    help: 'whether the end of the input ends our side of each connection; it does unless told not to',
  },
  {
    name: 'quit-after',
    type: 'seconds',
    placeholder: 'SECONDS',
    help: 'end so long after the end of the input',
  },
  { name: 'crlf', short: 'C', type: 'switch', help: 'send each line of the input with CR LF' },
  { name: 'tls-cert', type: 'path', placeholder: 'FILE', help: 'speak TLS with this certificate (PEM)' },
  { name: 'tls-key', type: 'path', placeholder: 'FILE', help: 'the key of the certificate (PEM)' },
  { name: 'raw', type: 'switch', help: 'let what clients send reach the terminal as it is' },
]

export const listen: Command = {
  words: '[HOST] PORT',
  maxWords: 2,
  about: [
    'Waits for clients, many at once, and shows what they send; what you type or pipe in goes to all of them.',
    'HOST:PORT and [::1]:PORT are understood too. Without HOST it is 127.0.0.1: this machine only.',
    'Standard output has the bytes of the clients and nothing else; who comes and goes is said on standard error.',
    'A pipe or file is read from when the first client is there; at its end our side of each connection is ended.',
    'Ctrl-C ends it, and the exit code is 0, as for every server; with --once it is 130.',
  ],
  json: 'events',
  flags: [
    ...MODE_FLAGS,
    ...WAYS_FLAGS,
    IPV4_FLAG,
    IPV6_FLAG,
    WIRE_FLAG,
    JSON_FLAG,
    QUIET_FLAG,
    VERBOSE_FLAG,
    COLOR_FLAG,
  ],
  examples: [
    ['partyline listen 5000', 'many clients, until Ctrl-C'],
    ['partyline listen 5000 --once > file', 'receive one file'],
    ['partyline listen 5000 --chat', 'a chat for people with nc or telnet'],
    ["partyline listen 8080 --reply 'HTTP/1.0 200 OK\\r\\n\\r\\nhello\\n'", 'the smallest web server'],
    ['partyline listen 5000 --exec cat', 'a program for each client'],
    ['partyline listen -u 1234', 'show each datagram'],
  ],
  async run(values, words, io) {
    const mode = modeOf(values)
    const place = await placeFor(values, words, io.signal)
    if (place === undefined) return exitCodeOf(io.signal.reason)
    checkExec(values, mode, place)
    return values.isOn('udp') ? overUdp(values, mode, place, io) : overStreams(values, mode, place, io)
  },
}

async function overStreams(values: FlagValues, mode: Mode, place: Place, io: Io): Promise<number> {
  const tls = await tlsFor(values)
  const options = listenOptions(values, place, maxClients(values, mode), tls)
  const listener = await TcpListener.listen(options).catch((error: unknown) => {
    throw cannotListen(error, place)
  })
  await using _ = listener
  const report = new Report(io, values)
  const note = (words: string): void => report.note(words)
  note(`listening on ${placeOf(listener, tls !== undefined)}`)
  const once = values.isOn('once')
  if (once && mode.kind === 'talk') {
    return await listenOnce(listener, io, {
      note,
      ...inputOptions(values),
      idleMs: values.milliseconds('wait'),
      raw: values.isOn('raw'),
      silent: report.json,
    })
  }
  const front = frontFor(values, io)
  const handler = (clients: Clients, leaving: Leaving): ClientHandler =>
    handlerFor(mode, { values, io, front, note, clients, leaving })
  try {
    return await listenToMany(listener, { note, once, signal: io.signal, handler })
  } finally {
    front.stop()
  }
}

interface Parts {
  readonly values: FlagValues
  readonly io: Io
  readonly front: Front
  readonly note: (words: string) => void
  readonly clients: Clients
  readonly leaving: Leaving
}

function handlerFor(mode: Mode, { values, io, front, note, clients, leaving }: Parts): ClientHandler {
  switch (mode.kind) {
    case 'talk':
      return talkToAll({ ...leaving, clients, front, note, ...inputOptions(values) })
    case 'chat':
      return chatBroker({ ...leaving, clients, front, note, crlf: values.isOn('crlf') })
    case 'echo':
      return echoTo(values.isOn('verbose') ? front.display : NO_DISPLAY)
    case 'reply':
      return replyTo(mode.answer, front.display)
    case 'exec':
      return execFor({ command: mode.command, env: io.env, note })
  }
}

async function overUdp(values: FlagValues, mode: Mode, place: Place, io: Io): Promise<number> {
  if ('path' in place) throw new TypeError('a path is no place for datagrams')
  const { host, port, ipv6Only } = place
  const socket = await UdpSocket.bind(port, host, { ipv6Only }).catch((error: unknown) => {
    throw cannotListen(error, place)
  })
  const report = new Report(io, values)
  report.note(`listening on udp ${formatAddress(socket.local)}`)
  const options: UdpListenOptions = {
    front: frontFor(values, io),
    note: (words) => report.note(words),
    signal: io.signal,
    once: values.isOn('once'),
    idleMs: values.milliseconds('wait'),
    ...inputOptions(values),
  }
  if (mode.kind === 'talk') return listenForDatagrams(socket, options)
  return echoDatagrams(socket, { ...options, note: (words) => report.detail(words) })
}

function inputOptions(values: FlagValues): {
  readonly crlf: boolean
  readonly halfClose: boolean
  readonly quitAfterMs: number | undefined
} {
  return {
    crlf: values.isOn('crlf'),
    halfClose: values.choice('half-close') ?? true,
    quitAfterMs: values.milliseconds('quit-after'),
  }
}

function frontFor(values: FlagValues, io: Io): Front {
  const [json, raw] = [values.isOn('json'), values.isOn('raw')]
  return openFront(io, {
    json,
    raw,
    colour: wantsColour(values.choice('color'), io.env, io.stdout),
    // In the background (`partyline listen 5000 &`) to touch the terminal would stop the whole program.
    atTerminal: isAtTerminal(io) && !json && !raw && hasOperator(io.stdin),
  })
}

/** Why we cannot listen there. */
function cannotListen(error: unknown, place: Place): CommandError {
  if (!SocketError.is(error)) throw error
  if ('path' in place)
    return new CommandError(7, `cannot listen: ${error.message}.`, [], error, { path: place.path })
  if (error.code === 'tls') {
    return new CommandError(2, `the certificate or its key cannot be used: ${error.message}.`, [], error)
  }
  if (error.code === 'address-unavailable') {
    const hint = 'Give an address of this machine, or 0.0.0.0 for all of them.'
    return new CommandError(7, `cannot listen: ${error.message}.`, [hint], error, { port: place.port })
  }
  return listenFailure(error, place.port, { command: 'partyline listen' })
}
