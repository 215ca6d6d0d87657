/** What a command line of `listen` asks for, checked: one way to listen, and nothing that contradicts it. */
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { isLoopbackHost, type ListenOptions, resolve, SocketError, type TlsOptions } from '@partyline/sockets'
import { CommandError } from '../failure.ts'
import type { FlagValues } from '../flags.ts'
import { familyOf } from '../socket-flags.ts'
import { parseReply } from './reply-text.ts'
import { parseWhere } from './where.ts'

/** What happens to the clients. */
export type Mode =
  | { readonly kind: 'talk' | 'echo' | 'chat' }
  | { readonly kind: 'reply'; readonly answer: Uint8Array }
  | { readonly kind: 'exec'; readonly command: string }

/** Where to listen: a numeric address and port, or the path of a Unix-domain socket. */
export type Place =
  | { readonly host: string; readonly port: number; readonly ipv6Only: boolean }
  | { readonly path: string }

/** Programs of `--exec` at the same time, unless `--max` says otherwise. */
const MAX_PROGRAMS = 32

/** A client whose machine went away is noticed after so many seconds of silence, and a minute more. */
const KEEPALIVE_IDLE_S = 120

/** The mode that the flags name. Throws a CommandError with exit code 2 for two of them. */
export function modeOf(values: FlagValues): Mode {
  const given = ['echo', 'chat', 'reply', 'exec'].filter((name) => values.isGiven(name))
  if (given.length > 1) {
    throw new CommandError(2, `--${given[0]} and --${given[1]} do not go together: choose one.`)
  }
  const [reply, command] = [values.path('reply'), values.path('exec')]
  const mode: Mode =
    reply !== undefined
      ? { kind: 'reply', answer: parseReply(reply) }
      : command !== undefined
        ? { kind: 'exec', command }
        : { kind: values.isOn('echo') ? 'echo' : values.isOn('chat') ? 'chat' : 'talk' }
  const { kind } = mode
  if (values.isOn('udp') && kind !== 'talk' && kind !== 'echo') {
    throw new CommandError(2, `--${kind} needs connections: it does not go with --udp.`)
  }
  if (values.isOn('udp') && (values.isGiven('tls-cert') || values.isGiven('tls-key'))) {
    throw new CommandError(2, 'TLS does not go with --udp.')
  }
  if (values.isOn('once') && kind === 'chat') {
    throw new CommandError(2, '--chat with --once would be a chat of one.')
  }
  return mode
}

/** How many clients may be here at once. */
export function maxClients(values: FlagValues, { kind }: Mode): number {
  if (values.isOn('once')) return 1
  if (kind === 'exec' && !values.isGiven('max')) return MAX_PROGRAMS
  return values.integer('max') ?? MAX_PROGRAMS
}

/**
 * Where to listen; undefined when `signal` aborted while a name was looked up. Rejects with a CommandError: 2 for
 * what cannot be meant, 3 for a host without an address.
 */
export async function placeFor(
  values: FlagValues,
  words: readonly string[],
  signal: AbortSignal,
): Promise<Place | undefined> {
  const path = values.path('unix')
  if (path !== undefined) {
    const [word] = words
    if (values.isOn('udp')) throw new CommandError(2, '--unix does not go with --udp.')
    if (word !== undefined || values.isGiven('port')) {
      throw new CommandError(2, '--unix is a path instead of a port: give one or the other.')
    }
    return { path }
  }
  const where = parseWhere(words, values.isGiven('port') ? values.port('port') : undefined)
  const family = familyOf(values)
  const host = where.host ?? values.text('source') ?? (family === 6 ? '::1' : '127.0.0.1')
  if (values.isOn('numeric') && isIP(host.split('%', 1)[0] ?? '') === 0) {
    throw new CommandError(2, `${host} is a name, and --numeric takes addresses only.`)
  }
  try {
    const [address] = await resolve(host, { family, signal })
    const found = address?.host ?? host
    return { host: found, port: where.port, ipv6Only: family === 6 && found === '::' }
  } catch (error) {
    if (SocketError.is(error, 'aborted')) return undefined
    if (!SocketError.is(error, 'not-found')) throw error
    const hint = `To see what the resolver says:  partyline resolve ${host}`
    throw new CommandError(3, `no address found: ${error.message}.`, [hint], error, { host })
  }
}

/** Refuses to run programs for other machines, unless that was asked for. */
export function checkExec(values: FlagValues, { kind }: Mode, place: Place): void {
  if (kind !== 'exec' || values.isOn('exec-for-anyone') || 'path' in place || isLoopbackHost(place.host))
    return
  const sentence = `--exec on ${place.host} would run that program for everybody who can reach this machine.`
  throw new CommandError(2, sentence, ['If that is what you want, add --exec-for-anyone.'])
}

/** The certificate and its key; undefined without TLS. */
export async function tlsFor(values: FlagValues): Promise<TlsOptions | undefined> {
  const [cert, key] = [values.path('tls-cert'), values.path('tls-key')]
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? '--tls-cert' : '--tls-key'
    throw new CommandError(2, `TLS needs a certificate and its key: ${missing} is missing.`)
  }
  return { cert: await readPem('--tls-cert', cert), key: await readPem('--tls-key', key) }
}

async function readPem(flag: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CommandError(2, `cannot read ${flag} ${path} (${code}).`, [], error)
  }
}

/** What a listener is opened with. */
export function listenOptions(
  values: FlagValues,
  place: Place,
  max: number,
  tls?: TlsOptions,
): ListenOptions {
  return {
    ...place,
    tls,
    maxConnections: max,
    idleTimeout: values.milliseconds('wait'),
    keepAlive: { idle: KEEPALIVE_IDLE_S, interval: 10, count: 6 },
  }
}
