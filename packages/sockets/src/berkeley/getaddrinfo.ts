/**
 * Names to addresses, with the tutorials' calls.
 */
import { SocketError } from '../errors.ts'
import { type Lookup, resolve } from '../resolve.ts'
import { portOf } from '../services-file.ts'
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_NUMERICHOST,
  AI_PASSIVE,
  IPPROTO_IP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_STREAM,
} from './constants.ts'

/**
 * One way to a service: the first three are for `socket`, the last one for its `connect` or `bind`. The canonical
 * name is always empty: Node does not tell it.
 */
export type AddressInfo = readonly [
  family: number,
  type: number,
  proto: number,
  canonname: string,
  sockaddr: readonly [host: string, port: number],
]

const KINDS = [
  { type: SOCK_STREAM, proto: IPPROTO_TCP, name: 'tcp' },
  { type: SOCK_DGRAM, proto: IPPROTO_UDP, name: 'udp' },
] as const

/**
 * Every way to a host and service, best address first (RFC 6724), streams before datagrams. The host may be null:
 * this machine, or with AI_PASSIVE every address of it. The service is a port, a name such as 'http' (only the
 * kinds that have it are returned), or null: port 0. `family`, `type` and `proto` narrow the list. Rejects with
 * `not-found` for an unknown host or service. `lookup` is for tests.
 */
export async function getaddrinfo(
  host: string | null,
  service: string | number | null,
  family: number = AF_UNSPEC,
  type = 0,
  proto: number = IPPROTO_IP,
  flags = 0,
  lookup?: Lookup,
): Promise<AddressInfo[]> {
  const kinds = KINDS.filter(
    (kind) => (type === 0 || kind.type === type) && (proto === IPPROTO_IP || kind.proto === proto),
  )
  if (kinds.length === 0) throw new TypeError(`no socket has the type ${type} and the protocol ${proto}`)
  if (family !== AF_UNSPEC && family !== AF_INET && family !== AF_INET6) {
    throw new TypeError(`getaddrinfo knows AF_INET and AF_INET6, not ${family}`)
  }
  const ports = await portsOf(host, service ?? 0, kinds)
  const addresses = await addressesOf(host, family, flags, lookup)
  return addresses.flatMap(({ host: address, family: version }) =>
    ports.map(
      ({ kind, port }): AddressInfo => [
        version === 6 ? AF_INET6 : AF_INET,
        kind.type,
        kind.proto,
        '',
        [address, port],
      ],
    ),
  )
}

/** The host's first IPv4 address. Rejects with `not-found`. `lookup` is for tests. */
export async function gethostbyname(host: string, lookup?: Lookup): Promise<string> {
  const [address] = await resolve(host, { family: 4, lookup })
  if (address === undefined) throw new SocketError('not-found', { op: 'resolve', where: host })
  return address.host
}

type Kind = (typeof KINDS)[number]

/** The service's port for each kind that has it. Rejects when none has it. */
async function portsOf(
  host: string | null,
  service: string | number,
  kinds: readonly Kind[],
): Promise<{ kind: Kind; port: number }[]> {
  const found: { kind: Kind; port: number }[] = []
  for (const kind of kinds) {
    const port = await portOf(service, kind.name)
    if (port !== undefined) found.push({ kind, port })
  }
  if (found.length > 0) return found
  const words = `no service is called "${service}"`
  throw new SocketError('not-found', { op: 'resolve', where: host ?? undefined, words })
}

async function addressesOf(
  host: string | null,
  family: number,
  flags: number,
  lookup: Lookup | undefined,
): Promise<{ host: string; family: 4 | 6 }[]> {
  const version = family === AF_UNSPEC ? undefined : family === AF_INET6 ? 6 : 4
  if (host !== null && host !== '') {
    const numericOnly: Lookup = async () => []
    return await resolve(host, {
      family: version,
      lookup: (flags & AI_NUMERICHOST) === 0 ? lookup : numericOnly,
    })
  }
  const local = (flags & AI_PASSIVE) === 0 ? LOOPBACK : ANY
  return local.filter((address) => version === undefined || address.family === version)
}

// Without a host, in the order in which systems give them.
const LOOPBACK = [
  { host: '::1', family: 6 },
  { host: '127.0.0.1', family: 4 },
] as const
const ANY = [
  { host: '0.0.0.0', family: 4 },
  { host: '::', family: 6 },
] as const
