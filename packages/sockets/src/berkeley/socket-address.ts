/**
 * Addresses as the tutorials write them: `[host, port]`, or a path for AF_UNIX.
 */
import type { Address } from '../address.ts'
import { checkInteger } from '../op.ts'
import { AF_INET6, AF_UNIX } from './constants.ts'

/** `[host, port]` for AF_INET and AF_INET6, a path for AF_UNIX (empty for a socket that was not bound). */
export type SocketAddress = readonly [host: string, port: number] | string

/** The library's address in the tutorials' form. */
export function toSocketAddress(address: Address): SocketAddress {
  return 'path' in address ? address.path : [address.host, address.port]
}

/** Checks an address against the family it is for; throws a TypeError or RangeError that shows the right form. */
export function checkAddress(
  address: SocketAddress,
  family: number,
): { host: string; port: number; path: string } {
  if (family === AF_UNIX) {
    if (typeof address !== 'string' || address === '') {
      throw new TypeError('an AF_UNIX address is a path, like "/tmp/chat.sock"')
    }
    return { host: '', port: 0, path: address }
  }
  // Untyped callers write (host, port), as one of the tutorials does.
  const [host, port] = Array.isArray(address) ? address : []
  if (typeof host !== 'string' || port === undefined) {
    throw new TypeError('an address is one argument, [host, port], like ["127.0.0.1", 50000]')
  }
  checkInteger('port', port, 0, 65_535)
  return { host, port, path: '' }
}

/** The address that an unbound socket of this family has. */
export function unbound(family: number): SocketAddress {
  if (family === AF_UNIX) return ''
  return [anyHost(family), 0]
}

/** What the empty host means where one binds: every address of this machine. */
export function anyHost(family: number): string {
  return family === AF_INET6 ? '::' : '0.0.0.0'
}
