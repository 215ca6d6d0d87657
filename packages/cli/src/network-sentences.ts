/** What a person is told when a connection or a listener cannot be had: the sentence, what to do, the exit code. */
import { isLoopbackHost, SocketError } from '@partyline/sockets'
import type { Destination } from './destination.ts'
import { CommandError } from './failure.ts'

/** Why a client could not connect. What is not the network's doing is thrown as it came. */
export function connectFailure(error: unknown, { host, port }: Destination): CommandError {
  if (!SocketError.is(error)) throw error
  const { code } = error
  const where = `${host} port ${port}`
  if (code === 'refused') {
    const sentence = `nobody is listening on ${where} (connection refused).`
    return new CommandError(4, sentence, refusedHints(host, port), error)
  }
  if (code === 'unreachable' || code === 'address-unavailable' || code === 'permission') {
    const hint = 'Check the address and the network; a firewall may be in between.'
    return new CommandError(4, `there is no way to ${where} (${error.errno ?? code}).`, [hint], error)
  }
  if (code === 'not-found') {
    return new CommandError(
      3,
      `no address found for "${host}".`,
      ['Check the spelling, and that this machine is on a network.'],
      error,
    )
  }
  if (code === 'timeout') {
    const hint = 'The machine may be off, or a firewall may swallow the connection.'
    return new CommandError(5, `no answer from ${where}.`, [hint], error)
  }
  if (code === 'reset' || code === 'broken-pipe' || code === 'closed') {
    return new CommandError(6, `${where} closed the connection at once.`, [], error)
  }
  return new CommandError(1, `cannot connect: ${error.message}.`, [], error)
}

function refusedHints(host: string, port: number): string[] {
  const here = isLoopbackHost(host) || host === 'localhost'
  return [
    'The machine answered; the program is not running, or it uses another port.',
    ...(here
      ? [`Start one:  partyline serve --text-port ${port}`, `See what listens here:  ${listenersCommand()}`]
      : ['A chat is open to other machines only when it was started with --host 0.0.0.0.']),
  ]
}

/** Why a server could not listen. What is not the network's doing is thrown as it came. */
export function listenFailure(error: unknown, port: number): CommandError {
  if (!SocketError.is(error)) throw error
  const { code } = error
  if (code === 'address-in-use') {
    const hints = [
      `Use another:  partyline serve --text-port ${nextPort(port)}`,
      `See who has it:  ${listenersCommand()}`,
    ]
    if (process.platform === 'darwin' && port === 5000) hints.push(AIRPLAY)
    return new CommandError(7, `port ${port} is taken (text door).`, hints, error)
  }
  if (code === 'permission') {
    const why = port < 1024 ? 'Ports below 1024 are for the system.' : 'Something on this machine forbids it.'
    const hint = `${why} Use another:  partyline serve --text-port 5000`
    return new CommandError(7, `not permitted to listen on port ${port} (text door).`, [hint], error)
  }
  if (code === 'address-unavailable' || code === 'not-found') {
    const hint = 'Give addresses of this machine with --host, or 0.0.0.0 for all of them.'
    return new CommandError(7, `cannot listen: ${error.message}.`, [hint], error)
  }
  return new CommandError(1, `cannot listen: ${error.message}.`, [], error)
}

const AIRPLAY =
  'On a Mac it may be AirPlay Receiver: System Settings > General > AirDrop & Handoff turns it off.'

/** The port to suggest when this one is taken. */
export function nextPort(port: number): number {
  return port < 65_535 ? port + 1 : 5000
}

function listenersCommand(): string {
  return process.platform === 'linux' ? 'ss -ltnp' : 'netstat -an'
}
