/** `partyline tap`: stand between two programs and show what they say. */
import {
  formatAddress,
  formatHostPort,
  type InetAddress,
  resolve,
  SocketError,
  TcpListener,
  type TcpSocket,
  UdpSocket,
} from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { type Destination, requireDestination } from '../destination.ts'
import { CommandError } from '../failure.ts'
import { portNumber } from '../flag-values.ts'
import type { Flag, FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { connectFailure, listenFailure } from '../network-sentences.ts'
import {
  COLOR_FLAG,
  familyOf,
  IPV4_FLAG,
  IPV6_FLAG,
  JSON_FLAG,
  QUIET_FLAG,
  WAIT_FLAG,
} from '../socket-flags.ts'
import { TRUST_FLAGS, trustOf } from '../trust.ts'
import type { WireNews } from '../wire/events.ts'
import { tapDatagrams } from '../wire/tap-datagrams.ts'
import { tapConnection } from '../wire/tap-stream.ts'
import { openViews, type ViewOptions, type WireView } from '../wire/view.ts'

/** Connections at once; one more is reset. */
const MAX_CONNECTIONS = 1024
const LOOPBACK = '127.0.0.1'

const FLAGS: readonly Flag[] = [
  { name: 'udp', short: 'u', type: 'switch', help: 'datagrams instead of connections' },
  { name: 'once', type: 'switch', help: 'one connection, and then end' },
  {
    ...WAIT_FLAG,
    least: 0.001,
    help: 'break off after so long without a byte; with -u forget a client (default 60)',
  },
  {
    name: 'tls',
    type: 'switch',
    help: 'speak TLS to the target; the client speaks without, and the bytes can be read',
  },
  ...TRUST_FLAGS,
  IPV4_FLAG,
  IPV6_FLAG,
  // Not WIRE_FLAG: the view is always on, and shows pairs of sockets instead of each socket.
  { name: 'wire', short: 'x', type: 'wire', help: 'with =FILE, show everything in that file too' },
  JSON_FLAG,
  QUIET_FLAG,
  COLOR_FLAG,
]

export const tap: Command = {
  words: 'LISTEN TARGET',
  maxWords: 2,
  json: 'events',
  about: [
    'Listens at LISTEN (PORT or HOST:PORT), connects each client to TARGET (HOST:PORT, or a PORT of this machine),',
    'passes everything on in both directions, and shows it on standard error: > is what the client sent, < what the',
    'target sent, * what happened. The end of one side is passed on as an end, a reset as a reset.',
    'With --json standard output has the same as objects. Ctrl-C stops it, which is its proper end: exit code 0.',
  ],
  flags: FLAGS,
  examples: [
    ['partyline tap 7000 8000', 'then point the client at port 7000 instead of 8000'],
    ['partyline tap 7000 example.org:80 --wire=session.txt', 'and keep what was said in a file, too'],
    ['partyline tap 7000 example.org:443 --tls', 'read what is inside: the client speaks without TLS'],
    ['partyline tap -u 7000 31337', 'datagrams'],
  ],
  async run(values, words, io) {
    checkTogether(values)
    const listen = listenAddress(words[0])
    const target = await targetOf(words[1], values)
    const views = await openViews(viewsOf(values, io))
    const stage: Stage = { listen, target, values, io, views, began: performance.now() }
    try {
      return await (values.isOn('udp') ? overUdp(stage) : overTcp(stage))
    } finally {
      await Promise.all(views.map((view) => view.stop()))
    }
  },
}

/** What one run of the command has. */
interface Stage {
  readonly listen: Listen
  readonly target: Destination
  readonly values: FlagValues
  readonly io: Io
  readonly views: readonly WireView[]
  readonly began: number
}

interface Listen {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
}

async function overTcp(stage: Stage): Promise<number> {
  const { listen, target, values, io } = stage
  const [family, tls] = [familyOf(values), values.isOn('tls') ? trustOf(values) : undefined]
  const listener = await TcpListener.listen({ ...listen, maxConnections: MAX_CONNECTIONS }).catch(
    (error: unknown) => {
      throw listenFailure(error, listen.port, LISTENING)
    },
  )
  const { tell, room } = audience(stage)
  tell({
    kind: 'listening',
    local: formatAddress(listener.address),
    transport: 'tcp',
    target: nameOfTarget(target),
  })
  const { signal } = io
  let connections = 0
  const bug = Promise.withResolvers<never>()
  const carry = (socket: TcpSocket): Promise<void> =>
    tapConnection(socket, ++connections, {
      target,
      family,
      tls,
      idleMs: values.milliseconds('wait'),
      signal,
      tell,
      room,
    })
  const stop = (): void => void listener.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) return 0
    if (values.isOn('once')) await carryOne(listener, carry)
    else await Promise.race([listener.serve(carry, { onError: bug.reject }), bug.promise])
  } finally {
    signal.removeEventListener('abort', stop)
    await listener.close()
  }
  return 0
}

/** The first connection, to its end; none when the command is stopped before. */
async function carryOne(listener: TcpListener, carry: (socket: TcpSocket) => Promise<void>): Promise<void> {
  let socket: TcpSocket
  try {
    socket = await listener.accept()
  } catch (error) {
    if (SocketError.is(error, 'closed')) return
    throw error
  }
  await listener.close() // the next one is refused, as after the end
  await carry(socket)
}

async function overUdp(stage: Stage): Promise<number> {
  const { listen, values, io } = stage
  const target = await datagramTarget(stage)
  if (target === undefined) return 0
  const entrance = await UdpSocket.bind(listen.port, listen.host).catch((error: unknown) => {
    throw listenFailure(error, listen.port, { ...LISTENING, command: 'partyline tap -u' })
  })
  const { tell, room } = audience(stage)
  tell({
    kind: 'listening',
    local: formatAddress(entrance.local),
    transport: 'udp',
    target: nameOfTarget(target),
  })
  const stop = (): void => void entrance.close()
  io.signal.addEventListener('abort', stop, { once: true })
  if (io.signal.aborted) stop()
  try {
    await tapDatagrams(entrance, { target, idleMs: values.milliseconds('wait'), tell, room })
  } finally {
    io.signal.removeEventListener('abort', stop)
    await entrance.close()
  }
  return 0
}

function nameOfTarget({ host, port }: Destination): string {
  return formatHostPort(host, port)
}

const LISTENING = { command: 'partyline tap' }

/** Undefined when the command was stopped before the name was looked up. */
async function datagramTarget({ target, values, io }: Stage): Promise<InetAddress | undefined> {
  const { host, port } = target
  try {
    const [address] = await resolve(host, { port, family: familyOf(values), type: 'udp', signal: io.signal })
    if (address !== undefined) return address
    throw new SocketError('not-found', { op: 'resolve', where: host })
  } catch (error) {
    if (SocketError.is(error, 'aborted')) return undefined
    throw connectFailure(error, target)
  }
}

function audience({ views, began, io }: Stage): {
  tell: (news: WireNews) => void
  room: () => Promise<void>
} {
  return {
    tell: (news) => {
      const event = { at: performance.now() - began, news }
      for (const view of views) view.show(event)
    },
    room: async () => {
      for (const view of views) await view.room(io.signal)
    },
  }
}

function viewsOf(values: FlagValues, io: Io): ViewOptions[] {
  const form = values.isOn('json') ? 'json' : 'text'
  const file = values.path('wire')
  const views: ViewOptions[] = []
  if (form === 'json') views.push({ io, form, to: 'stdout' })
  else if (!values.isOn('quiet')) views.push({ io, form, to: 'stderr', color: values.choice('color') })
  if (file !== undefined) views.push({ io, form, to: 'stderr', file })
  return views
}

function listenAddress(word: string | undefined): Listen {
  if (word === undefined) throw new CommandError(2, 'nothing was said about where to listen.', USAGE)
  const [, host = LOOPBACK, digits = ''] = /^(?:(\[[^\][\s]+\]|[^:[\]\s]+):)?(\d+)$/.exec(word) ?? []
  const port = portNumber(digits)
  if (port !== undefined) return { host: host.replace(/^\[(.*)\]$/, '$1'), port }
  throw new CommandError(2, `${word} is not where one can listen.`, USAGE)
}

const USAGE = ['Say PORT or HOST:PORT, and then the target:  partyline tap 7000 127.0.0.1:8000']

async function targetOf(word: string | undefined, values: FlagValues): Promise<Destination> {
  if (word === undefined) throw new CommandError(2, 'no target was given.', USAGE)
  const words = /^\d+$/.test(word) ? [LOOPBACK, word] : [word]
  return requireDestination(words, values.isOn('udp') ? 'udp' : 'tcp')
}

function checkTogether(values: FlagValues): void {
  for (const flag of ['tls', 'once']) {
    if (values.isOn('udp') && values.isOn(flag))
      throw new CommandError(2, `--${flag} is not for datagrams (-u).`)
  }
  for (const { name: flag } of TRUST_FLAGS) {
    if (values.isGiven(flag) && !values.isOn('tls')) throw new CommandError(2, `--${flag} needs --tls.`)
  }
}
