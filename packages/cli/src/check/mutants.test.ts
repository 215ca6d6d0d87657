/** Servers with one fault each: the point that is about it finds it. A point that cannot fail would be worth nothing. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Handler, TcpListener, type TcpSocket, UdpSocket } from '@partyline/sockets'
import { failingPoints } from '../testing/failing-points.ts'

type Lines = (line: string, socket: TcpSocket) => unknown

/** A server that reads lines, with or without their ends, and a last one without an end. */
function lines(answer: Lines): Handler {
  return async (socket) => {
    for await (const line of socket.lines()) await answer(line, socket)
  }
}

/** A server that takes what one receive returns for everything. */
function once(answer: (data: Buffer, socket: TcpSocket) => unknown): Handler {
  return async (socket) => void (await answer((await socket.recv(2048)) ?? Buffer.alloc(0), socket))
}

function hello(rest: Handler): Handler {
  return async (socket, context) => {
    await socket.send('hello\n')
    await rest(socket, context)
  }
}

/** A login with a comparison of its own, and words of its own for the two ways in which it may fail. */
function login(
  isRight: (password: string) => boolean,
  { wrongName = 'no\n', wrongPassword = 'no\n' } = {},
): Handler {
  return async (socket) => {
    const [user, password] = [await socket.readLine(), await socket.readLine()]
    if (user !== 'admin') await socket.send(wrongName)
    else await socket.send(isRight(password ?? '') ? 'hello admin\n' : wrongPassword)
  }
}

async function answerAndStay(data: Buffer, socket: TcpSocket): Promise<void> {
  await socket.send(data)
  await socket.closed
}

let latest: TcpSocket | undefined

const MUTANTS: readonly (readonly [
  fault: string,
  exercise: string,
  points: readonly string[],
  server: Handler,
])[] = [
  ['waits for the client', 'hello', ['greets-first'], once((data, s) => s.send(['hello\n', String(data)]))],
  ['says Hello', 'hello', ['greets-first'], async (s) => s.send('Hello\n')],
  ['does not echo', 'hello', ['echoes', 'no-newline'], hello((s) => s.recv())],
  ['reads a line', 'hello', ['crlf', 'no-newline'], hello(lines((line, s) => s.send(`${line}\n`)))],
  ['decodes', 'hello', ['bytes'], hello(once((data, s) => s.send(String(data))))],
  ['has a small buffer', 'hello', ['thousand'], hello(async (s) => s.send((await s.recv(100)) ?? ''))],
  ['does not close', 'hello', ['closes', 'half-close'], hello(once(answerAndStay))],
  ['is an answering machine', 'echo', ['echoes', 'crlf'], once((_, s) => s.send('message received\n'))],
  ['echoes once', 'echo', ['keeps-echoing', 'split', 'utf8', 'long'], once((data, s) => s.send(data))],
  ['echoes lines', 'echo', ['no-newline', 'crlf', 'bytes'], lines((line, s) => s.send(`${line}\n`))],
  [
    'echoes text',
    'echo',
    ['bytes', 'utf8'],
    async (s) => {
      for await (const data of s) await s.send(String(data))
    },
  ],
  [
    'does not end',
    'echo',
    ['half-close'],
    async (s) => {
      for await (const data of s) await s.send(data)
      await s.closed
    },
  ],
  ['forgets the name', 'greeter', ['greets', 'closes'], lines((_, s) => s.send('Hi User\n'))],
  ['keeps the connection', 'greeter', ['closes'], lines((line, s) => s.send(`Hi ${line}\n`))],
  [
    'answers the latest client',
    'greeter',
    ['two-at-once'],
    async (s) => {
      latest = s
      const name = await s.readLine()
      await latest.send(`Hi ${name}\n`)
    },
  ],
  [
    'compares the beginning',
    'login',
    ['keeps-out'],
    login((word) => word !== '' && '12345'.startsWith(word)),
  ],
  ['tells which', 'login', ['says-not-which'], login((word) => word === '12345', { wrongName: 'who?\n' })],
  [
    'refuses in silence',
    'login',
    ['refuses'],
    login((word) => word === '12345', { wrongName: '', wrongPassword: '' }),
  ],
  ['lets everybody in', 'login', ['refuses', 'keeps-out'], login(() => true)],
  ['draws from 1 to 100', 'commands', ['random'], lines((_, s) => s.send('57\n'))],
  ['always draws 7', 'commands', ['random'], lines((_, s) => s.send('7\n'))],
  ['draws fractions', 'commands', ['random'], lines((_, s) => s.send('3.2\n'))],
  ['speaks English', 'commands', ['time', 'language'], lines((_, s) => s.send('English\n'))],
  [
    'says nothing',
    'commands',
    ['wrong-option', 'bytes'],
    lines((line, s) => line === 'T' && s.send('12:00\n')),
  ],
  ['hangs up', 'commands', ['stays', 'joined'], once((_, s) => s.send('12:00\n'))],
  ['goes on after E', 'commands', ['exit'], lines((_, s) => s.close())],
  ['does not hang up after E', 'commands', ['exit'], lines((_, s) => s.send('bye\n'))],
]

type Echo = (data: Buffer, answer: (data: Buffer) => Promise<void>) => unknown

const DATAGRAM_MUTANTS: readonly (readonly [fault: string, points: readonly string[], echo: Echo])[] = [
  ['cuts', ['whole', 'largest'], (data, answer) => answer(data.subarray(0, 1024))],
  ['decodes', ['bytes'], (data, answer) => answer(Buffer.from(String(data)))],
  [
    'adds a newline',
    ['echoes', 'boundaries'],
    (data, answer) => answer(Buffer.concat([data, Buffer.from('\n')])),
  ],
  [
    'cuts in two',
    ['whole'],
    async (data, answer) => {
      await answer(data.subarray(0, 700))
      await answer(data.subarray(700))
    },
  ],
]

describe('check', { concurrency: 8 }, () => {
  for (const [fault, exercise, points, handler] of MUTANTS) {
    test(`check ${exercise} finds a server that ${fault}: ${points.join(', ')}`, async () => {
      const listener = await TcpListener.listen(0, '127.0.0.1')
      const done = listener.serve(handler)
      const port = 'port' in listener.address ? listener.address.port : 0
      try {
        assert.deepEqual(await failingPoints(exercise, points, port), points)
      } finally {
        await listener.close({ drain: 0 })
        await done
      }
    })
  }

  for (const [fault, points, echo] of DATAGRAM_MUTANTS) {
    test(`check udp-echo finds a server that ${fault}: ${points.join(', ')}`, async () => {
      await using socket = await UdpSocket.bind(0)
      const serving = (async () => {
        for await (const { data, from } of socket) {
          await echo(data, (answer) => socket.sendTo(answer, from.port, from.host))
        }
      })()
      assert.deepEqual(await failingPoints('udp-echo', points, socket.local.port), points)
      await socket.close()
      await serving
    })
  }

  test('check udp-echo finds a server that answers its first client for ever: two-clients', async () => {
    await using socket = await UdpSocket.bind(0)
    const serving = (async () => {
      let first: { host: string; port: number } | undefined
      for await (const { data, from } of socket) {
        first ??= from
        await socket.sendTo(data, first.port, first.host)
      }
    })()
    assert.deepEqual(await failingPoints('udp-echo', ['two-clients'], socket.local.port), ['two-clients'])
    await socket.close()
    await serving
  })
})
