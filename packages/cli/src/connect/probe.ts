/** `connect -z`: whether ports are open, without a byte being sent over TCP. */
import { formatHostPort, SocketError, type SocketErrorCode } from '@partyline/sockets'
import { udpRefused } from '../datagram-exchange.ts'
import { CommandError, type ExitCode, type Facts } from '../failure.ts'
import { type OpenOptions, openTcp, openUdp } from './open.ts'

/** How many ports are tried at the same time. */
const AT_ONCE = 32

export interface ProbeOptions extends OpenOptions {
  /** How long one port may take, in milliseconds. */
  readonly waitMs: number
}

/** One port that was tried. */
export interface Probed {
  readonly port: number
  /** What is known about it, as the end of a sentence: `is open (0.4 ms)`. */
  readonly words: string
  /** Why it is not open, as the command would fail with it alone. */
  readonly failure: CommandError | undefined
}

/** Tries one port. Rejects with an `aborted` SocketError when `signal` fires. */
export type Probe = (host: string, port: number, options: ProbeOptions) => Promise<Probed>

/** Tries ports, several at the same time, and hands each to `tell` in their order. Resolves with the exit code. */
export async function probeAll(
  probe: Probe,
  host: string,
  ports: readonly number[],
  options: ProbeOptions,
  tell: (probed: Probed) => void,
): Promise<ExitCode> {
  let code: ExitCode = 0
  for (let at = 0; at < ports.length; at += AT_ONCE) {
    const group = ports.slice(at, at + AT_ONCE)
    for (const probed of await Promise.all(group.map((port) => probe(host, port, options)))) {
      const { failure } = probed
      if (failure?.exitCode === 3) throw failure // of no port more can be said than that there is no such host
      if (code === 0 && failure !== undefined) code = failure.exitCode
      tell(probed)
    }
  }
  return code
}

export async function probeTcp(host: string, port: number, options: ProbeOptions): Promise<Probed> {
  const began = performance.now()
  try {
    const socket = await openTcp({ host, port }, { ...options, timeout: options.waitMs, tls: undefined })
    const words = `is open (${(performance.now() - began).toFixed(1)} ms)`
    await socket.close({ linger: 0 })
    return { port, words, failure: undefined }
  } catch (error) {
    return closed(port, error)
  }
}

/** Over UDP only an answer or a refusal is a proof; an empty datagram asks for either. */
export async function probeUdp(host: string, port: number, options: ProbeOptions): Promise<Probed> {
  const peer = formatHostPort(host, port)
  const { waitMs, signal } = options
  try {
    await using socket = await openUdp({ host, port }, options)
    try {
      await socket.send('')
      await socket.recvFrom({ timeout: waitMs, signal })
      return { port, words: 'is open: it answered', failure: undefined }
    } catch (error) {
      if (SocketError.is(error, 'refused')) throw udpRefused(peer, error, { host, port })
      if (SocketError.is(error, 'timeout')) throw undecided(peer, error, { host, port })
      throw error
    }
  } catch (error) {
    return closed(port, error)
  }
}

function closed(port: number, error: unknown): Probed {
  if (!(error instanceof CommandError)) throw error
  const words = CLOSED_WORDS.get(SocketError.is(error.cause) ? error.cause.code : 'system')
  return { port, words: words ?? `cannot be reached: ${error.message}`, failure: error }
}

const CLOSED_WORDS: ReadonlyMap<SocketErrorCode, string> = new Map([
  ['refused', 'is closed (connection refused)'],
  ['timeout', 'does not answer'],
])

function undecided(peer: string, error: SocketError, facts: Facts): CommandError {
  const hints = ['It may be open and have no answer to an empty datagram, or a firewall may swallow it.']
  return new CommandError(5, `no answer from udp ${peer}, and no refusal either.`, hints, error, facts)
}
