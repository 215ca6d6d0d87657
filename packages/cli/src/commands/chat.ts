/** `partyline chat`: join a chat server by its text door. */
import { formatHostPort, SocketError, TcpSocket } from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { converse } from '../conversation.ts'
import { type Destination, parseDestination } from '../destination.ts'
import { exitCodeOf } from '../failure.ts'
import type { Io } from '../io.ts'
import { connectFailure } from '../network-sentences.ts'
import { isAtTerminal, PlainPerson, TerminalPerson } from '../people.ts'
import { wantsColour } from '../terminal/colour.ts'

/** How long a connection may take, in milliseconds, all addresses of the host together. */
const CONNECT_TIMEOUT_MS = 10_000

const DEFAULTS: Destination = { host: '127.0.0.1', port: 5000 }

export const chat: Command = {
  words: '[HOST[:PORT]]',
  maxWords: 2,
  about: [
    'Joins a chat. HOST PORT and PORT alone are understood too; without them it is 127.0.0.1:5000.',
    'The first line you type is your screen name. /quit, Ctrl-D and Ctrl-C leave; /help asks the server.',
    'What comes is shown while you type, and the line you are typing stays. In a pipe it is lines in and lines',
    'out, and after the end of the input everything that still comes is shown.',
  ],
  flags: [
    {
      name: 'name',
      type: 'text',
      placeholder: 'NAME',
      environment: 'PARTYLINE_SCREEN_NAME',
      help: 'your screen name, so that you need not type it',
    },
    {
      name: 'color',
      type: 'choice',
      help: 'colours; otherwise NO_COLOR and FORCE_COLOR decide, and whether this is a terminal',
    },
  ],
  examples: [
    ['partyline chat', 'the chat on this machine'],
    ['partyline chat 192.168.1.7:5000 --name ann', 'another one, under the name ann'],
    ["printf 'bot\\nhello\\n' | partyline chat", 'say hello from a script, as bot'],
  ],
  async run(values, words, io) {
    const destination = parseDestination(words, DEFAULTS)
    const server = formatHostPort(destination.host, destination.port)
    const socket = await connect(destination, io)
    if (socket === undefined) return exitCodeOf(io.signal.reason)
    const colour = wantsColour(values.choice('color'), io.env, io.stdout)
    const atTerminal = isAtTerminal(io)
    if (atTerminal) io.stderr.write(`Connected to ${server}. /quit or Ctrl-C leaves.\n`)
    const person = atTerminal ? new TerminalPerson(io, colour) : new PlainPerson(io, colour)
    return converse(socket, person, { name: values.text('name'), signal: io.signal, server })
  },
}

/** Undefined when the person did not want to wait. */
async function connect({ host, port }: Destination, { signal }: Io): Promise<TcpSocket | undefined> {
  try {
    return await TcpSocket.connect({ host, port, timeout: CONNECT_TIMEOUT_MS, signal })
  } catch (error) {
    if (SocketError.is(error, 'aborted')) return undefined
    throw connectFailure(error, { host, port }, 'partyline serve --text-port')
  }
}
