/** The lines that tell the person who started a chat server how to get in, and how to let others in. */
import { formatHostPort, type InetAddress, isLoopbackHost } from '@partyline/sockets'

/** One address of a network card, as `os.networkInterfaces` gives it. */
export interface OwnAddress {
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  /** True for loopback. */
  readonly internal: boolean
}

/** More addresses of this machine than this are not listed. */
const MAX_ADDRESSES = 4

/**
 * How to join, to paste, for a server that listens on these addresses. `own` is what this machine has: 0.0.0.0
 * and :: are no address that anybody could connect to.
 */
export function doorLines(
  name: string,
  addresses: readonly InetAddress[],
  own: readonly OwnAddress[],
): string[] {
  const hosts = [...new Set(addresses.flatMap(({ host }) => reachableAt(host, own)))]
  const [host = '127.0.0.1', ...others] = hosts
  const port = addresses[0]?.port ?? 0
  const elsewhere = others.filter((other) => !isLoopbackHost(other)).slice(0, MAX_ADDRESSES - 1)
  return [
    `${name} is open. To join, paste one of these into another terminal:`,
    `  nc ${host} ${port}`,
    `  telnet ${host} ${port}`,
    `  npx partyline chat ${formatHostPort(host, port)}`,
    ...(elsewhere.length === 0 ? [] : [`Also at ${elsewhere.join(', ')}.`]),
    ...(addresses.every((address) => isLoopbackHost(address.host))
      ? ['This machine only: add --host 0.0.0.0 to let others in.']
      : []),
    'Ctrl-C stops.',
  ]
}

/** What a person on another machine can use for an address that is listened on, IPv4 first: it is shorter to type. */
export function reachableAt(host: string, own: readonly OwnAddress[]): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  // Listening on :: takes IPv4 connections too. Link-local addresses mean nothing without their interface.
  return own
    .filter(({ family, internal }) => !internal && (host === '::' || family === 'IPv4'))
    .filter(({ address }) => !address.startsWith('fe80:') && !address.startsWith('169.254.'))
    .map(({ address }) => address)
    .sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')))
}
