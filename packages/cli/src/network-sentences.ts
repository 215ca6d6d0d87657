/** What a person is told when a connection or a listener cannot be had: the sentence, what to do, the exit code. */
import { isLoopbackHost, SocketError } from '@partyline/sockets'
import type { Destination } from './destination.ts'
import { CommandError, type ExitCode } from './failure.ts'

/**
 * Why a client could not connect. What is not the network's doing is thrown as it came. `server` is the command,
 * up to its port, that starts what nobody has started here.
 */
export function connectFailure(
  error: unknown,
  { host, port }: Destination,
  server = 'partyline listen',
): CommandError {
  if (!SocketError.is(error)) throw error
  const [exitCode, sentence, ...hints] = connectSentence(error, { host, port }, server)
  return new CommandError(exitCode, sentence, hints, error, { host, port })
}

type Sentence = readonly [exitCode: ExitCode, sentence: string, ...hints: string[]]

function connectSentence(error: SocketError, { host, port }: Destination, server: string): Sentence {
  const { code } = error
  const where = `${host} port ${port}`
  if (code === 'refused') {
    return [
      4,
      `nobody is listening on ${where} (connection refused).`,
      ...refusedHints(host, `${server} ${port}`),
    ]
  }
  if (code === 'unreachable' || code === 'address-unavailable' || code === 'permission') {
    const hint = 'Check the address and the network; a firewall may be in between.'
    return [4, `there is no way to ${where} (${error.errno ?? code}).`, hint]
  }
  if (code === 'not-found') {
    const hint = `Check the spelling. To see what the resolver says:  partyline resolve ${host}`
    return [3, `no address found for "${host}".`, hint]
  }
  if (code === 'timeout' && /TLS handshake/.test(error.message)) {
    const sentence = `${where} took the connection, but did not finish the TLS handshake.`
    return [5, sentence, NOT_TLS]
  }
  if (code === 'timeout') {
    return [
      5,
      `no answer from ${where}.`,
      'The machine may be off, or a firewall may swallow the connection.',
    ]
  }
  if (code === 'tls') return tlsSentence(error, where)
  if (code === 'reset' || code === 'broken-pipe' || code === 'closed') {
    return [6, `${where} closed the connection at once.`]
  }
  return [1, `cannot connect: ${error.message}.`]
}

const NOT_TLS = 'It may not speak TLS at all: try without it.'

// What OpenSSL and Node.js call the ways in which a certificate is not what it should be.
const NOT_TRUSTED =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID)/

/** True when what answered was no TLS at all, in OpenSSL's words for a first record that is none. */
export function isNoTls(error: unknown): boolean {
  return SocketError.is(error, 'tls') && /wrong version number|packet length too long/.test(error.message)
}

function tlsSentence(error: SocketError, where: string): Sentence {
  const { errno = '', message } = error
  if (isNoTls(error)) return [8, `${where} does not speak TLS.`, 'Try without --tls.']
  if (errno === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return [
      8,
      `the certificate of ${where} is for another name.`,
      'Say which name it should have:  --servername NAME',
    ]
  }
  if (errno === 'CERT_HAS_EXPIRED' || errno === 'CERT_NOT_YET_VALID') {
    const when = errno === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'
    const hint = 'Is the clock of this machine right? To go on all the same:  --insecure'
    return [8, `the certificate of ${where} ${when}.`, hint]
  }
  if (NOT_TRUSTED.test(errno)) {
    return [
      8,
      `the certificate of ${where} is not trusted (${errno}).`,
      'Name the authority that signed it:  --ca FILE    To go on without knowing who it is:  --insecure',
    ]
  }
  // Of OpenSSL's line only the reason is for people: `407331…:error:0A00010B:SSL routines:function:reason:file…`.
  const [, reason = message] = /SSL routines:[^:]*:([^:]+)/.exec(message) ?? []
  const isAlert = /\balert\b/.test(reason) // RFC 8446 section 6: said in TLS
  const hint = isAlert ? 'It speaks TLS, but not with us: TLS 1.2 and 1.3 are offered.' : NOT_TLS
  return [8, `no TLS with ${where}: ${reason}.`, hint]
}

function refusedHints(host: string, server: string): string[] {
  const here = isLoopbackHost(host) || host === 'localhost'
  return [
    'The machine answered; the program is not running, or it uses another port.',
    ...(here
      ? [`Start one:  ${server}        See what listens here:  ${listenersCommand()}`]
      : ['It may listen for its own machine only: programs often do until they are told --host 0.0.0.0.']),
  ]
}

/** What wanted to listen, for the sentence and the hints. */
export interface Listening {
  /** Like `text door`; left out where there is only one thing that listens. */
  readonly what?: string | undefined
  /** The command line up to where another port goes, like `partyline serve --text-port`. */
  readonly command: string
}

const TEXT_DOOR: Listening = { what: 'text door', command: 'partyline serve --text-port' }

/** Why a server could not listen. What is not the network's doing is thrown as it came. */
export function listenFailure(error: unknown, port: number, listening: Listening = TEXT_DOOR): CommandError {
  if (!SocketError.is(error)) throw error
  const [exitCode, sentence, ...hints] = listenSentence(error, port, listening)
  return new CommandError(exitCode, sentence, hints, error, { port })
}

function listenSentence(error: SocketError, port: number, { what, command }: Listening): Sentence {
  const { code } = error
  const door = what === undefined ? '' : ` (${what})`
  if (code === 'address-in-use') {
    const hints = [`Use another:  ${command} ${nextPort(port)}`, `See who has it:  ${listenersCommand()}`]
    if (process.platform === 'darwin' && port === 5000) hints.push(AIRPLAY)
    return [7, `port ${port} is taken${door}.`, ...hints]
  }
  if (code === 'permission') {
    const why = port < 1024 ? 'Ports below 1024 are for the system.' : 'Something on this machine forbids it.'
    return [7, `not permitted to listen on port ${port}${door}.`, `${why} Use another:  ${command} 5000`]
  }
  if (code === 'address-unavailable' || code === 'not-found') {
    const hint = 'Give addresses of this machine with --host, or 0.0.0.0 for all of them.'
    return [7, `cannot listen: ${error.message}.`, hint]
  }
  return [1, `cannot listen: ${error.message}.`]
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
