/** Where a client should connect to, as people type it. */
import { type Protocol, serviceByName } from '@partyline/sockets'
import { CommandError } from './failure.ts'
import { portNumber } from './flag-values.ts'

export interface Destination {
  /** A name or a numeric address, without brackets. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
}

/**
 * Reads `HOST`, `HOST:PORT`, `[::1]:PORT`, `:PORT`, a port alone, or `HOST PORT` as two words; what is missing
 * comes from `defaults`. Throws a CommandError with exit code 2 for anything else.
 */
export function parseDestination(words: readonly string[], defaults: Destination): Destination {
  const [first, second] = words
  if (first === undefined) return defaults
  if (second !== undefined) return { host: readHost(unbracket(first)), port: readPort(second) }
  if (/^\d+$/.test(first)) return { ...defaults, port: readPort(first) }
  // More than one colon without brackets: an IPv6 address, which leaves no room for a port.
  if (/^[^[].*:.*:/.test(first) || first.startsWith('::')) return { ...defaults, host: readHost(first) }
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(.*))?$/.exec(first) ?? [undefined, first]
  return {
    host: host === '' && port !== undefined ? defaults.host : readHost(unbracket(host)),
    port: port === undefined ? defaults.port : readPort(port),
  }
}

/**
 * Reads `HOST PORT`, `HOST:PORT` or `[::1]:PORT`, where both have to be said; the port may be the name of a
 * service, like `http`. Rejects with a CommandError with exit code 2 for anything else.
 */
export async function requireDestination(
  words: readonly string[],
  protocol: Protocol = 'tcp',
): Promise<Destination> {
  const [first, second] = words
  if (first === undefined) throw new CommandError(2, `no host was given. ${ALLOWED}`)
  const [host, port] = second === undefined ? splitPort(first) : [first, second]
  if (port === undefined) throw new CommandError(2, `no port was given. ${ALLOWED}`)
  return { host: readHost(unbracket(host)), port: await portOrService(port, protocol) }
}

/** `HOST:PORT` in its two parts; without a port, and for an IPv6 address without brackets, there is one. */
function splitPort(text: string): [host: string, port: string | undefined] {
  const [, host = text, port] = /^(\[.*\]|[^:]*):([^:]*)$/.exec(text) ?? []
  return [host, port]
}

/** A port from 1 to 65535, by its number or by the name of its service. */
export async function portOrService(text: string, protocol: Protocol): Promise<number> {
  if (!/^[a-z][a-z0-9-]{0,63}$/i.test(text)) return readPort(text)
  return (await serviceByName(text, protocol)) ?? readPort(text)
}

function unbracket(host: string): string {
  return /^\[(.*)\]$/.exec(host)?.[1] ?? host
}

function readHost(host: string): string {
  if (host === '') throw new CommandError(2, `the host is empty. ${ALLOWED}`)
  if (/[\s/[\]@]/.test(host) || /^[^:]*:[^:]*$/.test(host)) {
    throw new CommandError(2, `${host} is not a host. ${ALLOWED}`)
  }
  return host
}

const ALLOWED = 'Say HOST, HOST:PORT or HOST PORT, like 127.0.0.1:5000 or [::1]:5000.'

function readPort(text: string): number {
  const port = portNumber(text)
  if (port === undefined || port === 0) {
    throw new CommandError(2, `${text === '' ? 'nothing' : text} is not a port. Ports go from 1 to 65535.`)
  }
  return port
}
