/**
 * What hands expect of a socket tool, as a table of cases: what the other side does, the command line of each tool,
 * and what counts as right. The answers are judged by a rule and not by eye.
 */
import { type Op, TcpListener, type TcpSocket, UdpSocket } from '@partyline/sockets'
import type { Outcome, RunOptions } from './outcome.ts'

/** The tools, in the order of the columns. `%H %P` stand for host and port. */
export const TOOLS = ['nc', 'ncat', 'socat', 'telnet', 'partyline'] as const
export type Tool = (typeof TOOLS)[number]

/** The other side of a case. */
export interface Peer extends AsyncDisposable {
  readonly port: number
  /** What it heard, as text. */
  heard(): string
}

export interface Case {
  readonly id: string
  readonly title: string
  /** What counts as right, in words. */
  readonly rule: string
  readonly peer: () => Promise<Peer>
  /** Without an entry the tool has no such mode. */
  readonly commands: Partial<Record<Tool, string>>
  readonly options?: Partial<RunOptions>
  /** Another program that runs against it once the tool has started: for tools that listen. */
  readonly client?: string
  readonly isRight: (outcome: Outcome, heard: string) => boolean
  /** What is shown of it. */
  readonly show: (outcome: Outcome, heard: string) => string
}

const CONNECT: Record<Tool, string> = {
  nc: 'nc %H %P',
  ncat: 'ncat %H %P',
  socat: 'socat - TCP:%H:%P',
  telnet: 'telnet %H %P',
  partyline: 'partyline connect %H %P',
}

function connectTo(host: string, port = '%P'): Record<Tool, string> {
  const commands = Object.entries(CONNECT).map(([tool, line]) => [
    tool,
    line.replace('%H', host).replace('%P', port),
  ])
  return Object.fromEntries(commands) as Record<Tool, string>
}

/** What a peer does with a connection; `take` receives, and is remembered. */
type Serve = (socket: TcpSocket, take: (op?: Op) => Promise<Buffer | null>) => Promise<void>

async function tcpPeer(serve: Serve): Promise<Peer> {
  const listener = await TcpListener.listen(0)
  let heard = ''
  void listener.serve((socket) =>
    serve(socket, async (op) => {
      const bytes = await socket.recv(undefined, op)
      heard += bytes?.toString() ?? ''
      return bytes
    }),
  )
  const { address } = listener
  return {
    port: 'port' in address ? address.port : 0,
    heard: () => heard,
    [Symbol.asyncDispose]: () => listener.close({ drain: 0 }),
  }
}

/** A port at which nobody listens. */
async function closedPort(): Promise<Peer> {
  const listener = await TcpListener.listen(0)
  const { address } = listener
  await listener.close()
  return {
    port: 'port' in address ? address.port : 0,
    heard: () => '',
    async [Symbol.asyncDispose]() {},
  }
}

async function closedUdpPort(): Promise<Peer> {
  const socket = await UdpSocket.bind(0)
  const { port } = socket.local
  await socket.close()
  return { port, heard: () => '', async [Symbol.asyncDispose]() {} }
}

async function udpEcho(): Promise<Peer> {
  const socket = await UdpSocket.bind(0)
  let heard = ''
  void (async () => {
    for await (const { data, from } of socket) {
      heard += data.toString()
      await socket.sendTo(data, from.port, from.host)
    }
  })()
  return { port: socket.local.port, heard: () => heard, [Symbol.asyncDispose]: () => socket.close() }
}

/** Says nothing until our end of input has come, and answers a second later: a slow worker. */
const answersAfterTheEnd: Serve = async (socket, take) => {
  while ((await take()) !== null);
  await new Promise((resolve) => setTimeout(resolve, 1000))
  await socket.send('the answer\n')
}

const said =
  (...words: readonly string[]) =>
  ({ ended, stdout, stderr }: Outcome): boolean =>
    typeof ended === 'number' &&
    ended !== 0 &&
    words.every((word) => `${stdout}${stderr}`.toLowerCase().includes(word))

function sentence({ stdout, stderr, ended }: Outcome): string {
  const lines = `${stderr}\n${stdout}`
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/^(Trying|Script )/.test(line))
  const [line = ''] = lines
  const cut = line.length > 90 ? `${line.slice(0, 89)}…` : line
  return `${cut === '' ? 'nothing' : `“${cut}”`} (${ended})`
}

function answer(text: string): Case['show'] {
  return (outcome) => {
    const seen = outcome.stdout.includes(text) ? 'seen' : '**not seen**'
    return `${seen}, ${outcome.ended === 'hangs' ? 'hangs' : `${(outcome.ms / 1000).toFixed(1)} s`} (${outcome.ended})`
  }
}

/** True when a terminal that shows this would do what the peer said. */
const obeys = (screen: string): boolean => screen.includes('\u001b[31m') || screen.includes('\u001b]0')

const hears = (text: string, heard: string): string =>
  heard.includes(text) ? 'as typed' : `sends ${JSON.stringify(heard)}`

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const

function clientSignal(name: NodeJS.Signals, code: number): Case {
  return {
    id: `client-${name}`,
    title: `a client gets ${name}`,
    rule: `${code}, as the shell shows it, or died of the signal`,
    peer: () =>
      tcpPeer(async (socket, take) => {
        await socket.send('here\n')
        await take()
      }),
    commands: CONNECT,
    options: { keepOpen: true, signal: ['here', name] },
    isRight: ({ ended }) => ended === code || ended === name,
    show: ({ ended }) => `(${ended})`,
  }
}

/** The tools say that they listen only when they are asked to say more. */
function listenerSignal(name: NodeJS.Signals, code: number): Case {
  return {
    id: `listener-${name}`,
    title: `a program that listens gets ${name}`,
    rule: `it ends: ${code} or died of the signal, or 0 after it has closed its clients in order`,
    peer: closedPort,
    commands: {
      nc: 'nc -vlk %H %P',
      ncat: 'ncat -vlk %H %P',
      socat: 'socat -d -d TCP-LISTEN:%P,bind=%H,fork EXEC:/bin/cat',
      partyline: 'partyline -lk %H %P',
    },
    options: { keepOpen: true, signal: ['istening', name] },
    isRight: ({ ended }) => ended === code || ended === name || ended === 0,
    show: ({ ended }) => `(${ended})`,
  }
}

export const ERRORS: readonly Case[] = [
  {
    id: 'refused',
    title: 'nobody listens',
    rule: 'a sentence with the reason and the port, and a code that is not 0',
    peer: closedPort,
    commands: CONNECT,
    isRight: (outcome) => said('refused')(outcome) && /\d{4,5}/.test(outcome.stderr),
    show: sentence,
  },
  {
    id: 'unknown-host',
    title: 'unknown host',
    rule: 'a sentence with the name, and a code that is not 0',
    peer: closedPort,
    commands: connectTo('no-such-host.invalid'),
    isRight: said('no-such-host.invalid'),
    show: sentence,
  },
  {
    id: 'in-use',
    title: 'the port to listen on is taken',
    rule: 'a sentence with the reason and the port, and a code that is not 0',
    peer: () => tcpPeer(async (_socket, take) => void (await take())),
    commands: {
      nc: 'nc -l 127.0.0.1 %P',
      ncat: 'ncat -l 127.0.0.1 %P',
      socat: 'socat - TCP-LISTEN:%P,bind=127.0.0.1',
      partyline: 'partyline listen 127.0.0.1 %P',
    },
    isRight: (outcome) =>
      (said('in use')(outcome) || said('taken')(outcome)) && /\d{4,5}/.test(outcome.stderr),
    show: sentence,
  },
  {
    id: 'port-99999',
    title: 'port 99999',
    rule: 'refused before anything is sent, with the number',
    peer: closedPort,
    commands: connectTo('127.0.0.1', '99999'),
    isRight: said('99999'),
    show: sentence,
  },
  {
    id: 'port-abc',
    title: 'port abc',
    rule: 'refused, with the word',
    peer: closedPort,
    commands: connectTo('127.0.0.1', 'abc'),
    isRight: said('abc'),
    show: sentence,
  },
  {
    id: 'port-80',
    title: 'listen on port 80 without being root',
    rule: 'a sentence with the reason and the port',
    peer: closedPort,
    commands: {
      nc: '%NOBODY nc -l 127.0.0.1 80',
      ncat: '%NOBODY ncat -l 127.0.0.1 80',
      socat: '%NOBODY socat - TCP-LISTEN:80,bind=127.0.0.1',
      partyline: '%NOBODY partyline listen 127.0.0.1 80',
    },
    isRight: (outcome) =>
      (said('permission')(outcome) || said('not permitted')(outcome)) && outcome.stderr.includes('80'),
    show: sentence,
  },
  {
    id: 'bad-flag',
    title: 'a flag that does not exist',
    rule: 'a sentence with the flag, at most five lines',
    peer: closedPort,
    commands: {
      nc: 'nc --frob 127.0.0.1 %P',
      ncat: 'ncat --frob 127.0.0.1 %P',
      socat: 'socat --frob - TCP:127.0.0.1:%P',
      telnet: 'telnet --frob 127.0.0.1 %P',
      partyline: 'partyline connect --frob 127.0.0.1 %P',
    },
    isRight: (outcome) => said('--frob')(outcome) && outcome.stderr.trim().split('\n').length <= 5,
    show: sentence,
  },
  {
    id: 'no-arguments',
    title: 'no arguments',
    rule: 'a sentence about what is missing, at most five lines',
    peer: closedPort,
    commands: { nc: 'nc', ncat: 'ncat', socat: 'socat', telnet: 'telnet', partyline: 'partyline connect' },
    isRight: (outcome) =>
      said()(outcome) &&
      /host|address/i.test(outcome.stderr) &&
      outcome.stderr.trim().split('\n').length <= 5,
    show: sentence,
  },
  {
    id: 'reset',
    title: 'the peer resets the connection',
    rule: 'a sentence, and a code that is not 0',
    peer: () =>
      tcpPeer(async (socket, take) => {
        await take()
        socket.abort()
      }),
    commands: CONNECT,
    options: { input: 'hello\n', keepOpen: true },
    isRight: said('reset'),
    show: sentence,
  },
  ...SIGNALS.flatMap(([name, code]) => [clientSignal(name, code), listenerSignal(name, code)]),
]

/** One line for each way of calling, because the flags are what this is about. */
export const HALF_CLOSE: readonly (readonly [tool: Tool, command: string])[] = [
  ['nc', 'nc %H %P'],
  ['nc', 'nc -N %H %P'],
  ['nc', 'nc -q 0 %H %P'],
  ['nc', 'nc -q 2 %H %P'],
  ['ncat', 'ncat %H %P'],
  ['ncat', 'ncat --no-shutdown %H %P'],
  ['ncat', 'ncat --send-only %H %P'],
  ['socat', 'socat - TCP:%H:%P'],
  ['socat', 'socat -t 2 - TCP:%H:%P'],
  ['telnet', 'telnet %H %P'],
  ['partyline', 'partyline connect %H %P'],
  ['partyline', 'partyline -N %H %P'],
]

export function halfCloseCase(tool: Tool, command: string): Case {
  return {
    id: 'half-close',
    title: `\`printf abc \\| ${command.replace('%H', 'HOST').replace('%P', 'PORT')}\``,
    rule: 'the answer is seen, and it ends by itself with 0',
    peer: () => tcpPeer(answersAfterTheEnd),
    commands: { [tool]: command },
    options: { input: 'abc' },
    isRight: ({ stdout, ended }) => stdout.includes('the answer') && ended === 0,
    show: answer('the answer'),
  }
}

export const BEHAVIOUR: readonly Case[] = [
  {
    id: 'server-closes',
    title: 'at a terminal, the server says goodbye and closes',
    rule: 'it ends at once by itself, with 0',
    peer: () => tcpPeer((socket) => socket.send('goodbye\n')),
    commands: CONNECT,
    options: { typed: [] },
    isRight: ({ ended, stdout }) => ended === 0 && stdout.includes('goodbye'),
    show: answer('goodbye'),
  },
  {
    id: 'ctrl-d',
    title: 'at a terminal, Ctrl-D; the server says its farewell when the input ends',
    rule: 'the farewell is seen, and it ends by itself',
    peer: () =>
      tcpPeer(async (socket) => {
        await socket.send('ready\n')
        while ((await socket.recv()) !== null);
        await socket.send('farewell\n')
      }),
    commands: CONNECT,
    options: { typed: [['ready', '\u0004']] },
    isRight: ({ ended, stdout }) => ended === 0 && stdout.includes('farewell'),
    show: answer('farewell'),
  },
  {
    id: 'editing',
    title: 'at a terminal, `ac`, arrow left, `b`, Enter',
    rule: 'the server gets `abc`',
    peer: () =>
      tcpPeer(async (socket, take) => {
        await socket.send('ready\n')
        await take()
        await take({ timeout: 200 }).catch(() => {}) // what comes in more than one piece
      }),
    commands: CONNECT,
    options: { typed: [['ready', 'ac\u001b[Db\r']] },
    isRight: (_outcome, heard) => heard.trim() === 'abc',
    show: (_outcome, heard) => hears('abc', heard),
  },
  {
    id: 'hostile',
    title: 'at a terminal, the server sends `ESC [ 31 m` and a title sequence',
    rule: 'no control byte of the server reaches the terminal',
    peer: () => tcpPeer((socket) => socket.send('red \u001b[31m title \u001b]0;pwned\u0007 end\n')),
    commands: CONNECT,
    options: { typed: [] },
    isRight: ({ stdout }) => stdout.includes('end') && !obeys(stdout),
    show: ({ stdout }) => (obeys(stdout) ? 'executed' : 'shown as text'),
  },
  {
    id: 'udp-echo',
    title: '`printf ping` over UDP to an echo server',
    rule: 'the answer is seen, and it ends by itself with 0',
    peer: udpEcho,
    commands: {
      nc: 'nc -u %H %P',
      ncat: 'ncat -u %H %P',
      socat: 'socat - UDP:%H:%P',
      partyline: 'partyline connect -u %H %P',
    },
    options: { input: 'ping' },
    isRight: ({ stdout, ended }) => stdout.includes('ping') && ended === 0,
    show: answer('ping'),
  },
  {
    id: 'udp-closed',
    title: '`printf ping` over UDP to a port at which nobody listens',
    rule: 'a sentence, and a code that is not 0',
    peer: closedUdpPort,
    commands: {
      nc: 'nc -u %H %P',
      ncat: 'ncat -u %H %P',
      socat: 'socat - UDP:%H:%P',
      partyline: 'partyline connect -u %H %P',
    },
    options: { input: 'ping' },
    isRight: said('refused'),
    show: sentence,
  },
  {
    id: 'echo-server',
    title: 'an echo server in one line; its client sends two lines and ends its side',
    rule: 'the client gets both lines',
    peer: closedPort,
    commands: {
      ncat: 'ncat -lk -e /bin/cat %H %P',
      socat: 'socat TCP-LISTEN:%P,bind=%H,fork,reuseaddr EXEC:/bin/cat',
      partyline: 'partyline listen --echo %H %P',
    },
    options: { keepOpen: true },
    client: 'a\nb\n',
    isRight: (_outcome, heard) => heard === 'a\nb\n',
    show: (_outcome, heard) =>
      heard === 'a\nb\n' ? 'both' : heard === '' ? '**nothing**' : JSON.stringify(heard),
  },
  {
    id: 'second-client',
    title: 'a second client, while the first one stays',
    rule: 'served, or refused: not left waiting in silence',
    peer: closedPort,
    commands: {
      nc: 'nc -l %H %P',
      ncat: 'ncat -l %H %P',
      socat: 'socat - TCP-LISTEN:%P,bind=%H',
      partyline: 'partyline -l %H %P',
    },
    options: { keepOpen: true },
    client: 'second',
    isRight: (_outcome, heard) => heard !== 'silence',
    show: (_outcome, heard) => heard,
  },
]
