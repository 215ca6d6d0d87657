/** Where to listen, as people type it: `PORT`, `HOST PORT`, `HOST:PORT`, `[::1]:PORT`, or `-p PORT` and a host. */
import { CommandError } from '../failure.ts'
import { portNumber } from '../flag-values.ts'

export interface Where {
  /** A name or a numeric address, without brackets; undefined when none was given. */
  readonly host: string | undefined
  /** 0 to 65535; 0 = a free one. */
  readonly port: number
}

/**
 * Reads the words of the command line; `port` is what a flag said. Throws a CommandError with exit code 2 for what
 * is no address or no port, and for a port that is missing or given twice.
 */
export function parseWhere(words: readonly string[], port?: number): Where {
  const [first, second] = words
  if (port !== undefined) {
    if (second !== undefined || (first !== undefined && isPort(first))) {
      throw new CommandError(2, `the port is given twice: ${second ?? first} and --port ${port}.`)
    }
    return { host: first === undefined ? undefined : readHost(first), port }
  }
  if (first === undefined) throw new CommandError(2, `the port is missing. ${ALLOWED}`)
  if (second !== undefined) return { host: readHost(first), port: readPort(second) }
  const colon = first.lastIndexOf(':')
  if (colon < 0) return { host: undefined, port: readPort(first) }
  const host = first.slice(0, colon)
  if (/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host)) {
    throw new CommandError(
      2,
      `${first} is an IPv6 address without brackets. Say [ADDRESS]:PORT or ADDRESS PORT.`,
    )
  }
  return { host: host === '' ? undefined : readHost(host), port: readPort(first.slice(colon + 1)) }
}

const ALLOWED = 'Say PORT, HOST PORT or HOST:PORT, like 5000 or [::1]:5000.'

function isPort(word: string): boolean {
  return portNumber(word) !== undefined
}

function readHost(word: string): string {
  const host = /^\[(.*)\]$/.exec(word)?.[1] ?? word
  if (host === '') throw new CommandError(2, `the host is empty. ${ALLOWED}`)
  if (/[\s/[\]@]/.test(host) || /^[^:]*:[^:]*$/.test(host))
    throw new CommandError(2, `${word} is not a host. ${ALLOWED}`)
  return host
}

function readPort(text: string): number {
  const port = portNumber(text)
  if (port !== undefined) return port
  const what = text === '' ? 'nothing' : text
  throw new CommandError(2, `${what} is not a port. Ports go from 1 to 65535; 0 picks a free one.`)
}
