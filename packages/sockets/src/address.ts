/**
 * Addresses as values: an Internet address and port, or the path of a Unix-domain socket; how they are
 * written, and which networks are private.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** An Internet address. */
export interface InetAddress {
  /** Numeric; an IPv6 zone (`fe80::1%eth0`) is kept. */
  readonly host: string
  /** 0 to 65535. */
  readonly port: number
  /** 4 for IPv4, 6 for IPv6. */
  readonly family: 4 | 6
}

/** A Unix-domain socket's address. */
export interface UnixAddress {
  /** Its file; empty for a socket that was not bound, as a client's. */
  readonly path: string
}

/** Either kind of address. Tell them apart with `'path' in address`. */
export type Address = InetAddress | UnixAddress

/** `127.0.0.1:5000`, `[::1]:5000`, or the path. */
export function formatAddress(address: Address): string {
  return 'path' in address ? address.path : formatHostPort(address.host, address.port)
}

/** `host:port`, with brackets round an IPv6 address (RFC 3986 section 3.2.2). */
export function formatHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The family of a numeric address, or undefined for anything else. A zone is allowed. */
export function familyOf(host: string): 4 | 6 | undefined {
  if (isIPv4(host)) return 4
  return isIPv6(host) ? 6 : undefined
}

/** An InetAddress from a numeric host. An IPv4 address mapped into IPv6 (`::ffff:1.2.3.4`) becomes IPv4. */
export function inetAddress(host: string, port: number): InetAddress {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1]
  const plain = mapped ?? host
  return { host: plain, port, family: plain.includes(':') ? 6 : 4 }
}

const PRIVATE = new BlockList()
PRIVATE.addSubnet('127.0.0.0', 8, 'ipv4') // loopback, RFC 1122
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4') // RFC 1918
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4')
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4')
PRIVATE.addSubnet('169.254.0.0', 16, 'ipv4') // link-local, RFC 3927
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4') // carrier-grade NAT, RFC 6598
PRIVATE.addAddress('::1', 'ipv6')
PRIVATE.addSubnet('fc00::', 7, 'ipv6') // unique local, RFC 4193
PRIVATE.addSubnet('fe80::', 10, 'ipv6') // link-local, RFC 4291

/** True for loopback, private and link-local addresses; false for public ones and for what is no address. */
export function isPrivateHost(host: string): boolean {
  const plain = host.split('%', 1)[0] ?? host
  const family = familyOf(plain)
  if (family === undefined) return false
  const address = inetAddress(plain, 0)
  return PRIVATE.check(address.host, address.family === 4 ? 'ipv4' : 'ipv6')
}

/** True for 127.0.0.0/8 and ::1. */
export function isLoopbackHost(host: string): boolean {
  const { host: plain } = inetAddress(host, 0)
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
