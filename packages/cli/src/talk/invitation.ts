/** What the other one has to type, to talk to somebody who waits. */
import { formatHostPort, type InetAddress } from '@partyline/sockets'
import { type OwnAddress, reachableAt } from '../doors.ts'

/** More addresses of this machine than these are not listed. */
const MAX_ADDRESSES = 3

/**
 * Lines to paste, for somebody who waits at this address. `own` is what this machine has: 0.0.0.0 and :: are no
 * address that anybody could connect to.
 */
export function invitation({ host, port }: InetAddress, own: readonly OwnAddress[]): string[] {
  const hosts = reachableAt(host, own)
  const shown = hosts.length === 0 ? ['127.0.0.1'] : hosts.slice(0, MAX_ADDRESSES)
  return shown.flatMap((at) => [`partyline talk ${formatHostPort(at, port)}`, `nc ${at} ${port}`])
}
