/** Listening on several addresses with one port, so that a door is the same place whichever way somebody comes. */
import { type ListenOptions, SocketError, TcpListener } from '@partyline/sockets'

export interface ListenPlan {
  /** Numeric addresses or names; at least one. */
  readonly hosts: readonly string[]
  /** 0: a free one, the same for all. */
  readonly port: number
  readonly options: ListenOptions
  readonly log: (line: string) => void
  /** Default: `TcpListener.listen`. */
  readonly listen?: ((options: ListenOptions) => Promise<TcpListener>) | undefined
}

/** How often another free port is tried, when the one that the first address got is taken on the next. */
const FREE_PORT_TRIES = 10

/**
 * Listens on all of the hosts, or rejects with the first `SocketError` and listens on none. `::1` beside others is
 * left out, and said so, on a machine without it.
 */
export async function listenOnAll(plan: ListenPlan): Promise<readonly TcpListener[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listenOnce(plan)
    } catch (error) {
      const again = plan.port === 0 && tries < FREE_PORT_TRIES && SocketError.is(error, 'address-in-use')
      if (!again) throw error
    }
  }
}

async function listenOnce(plan: ListenPlan): Promise<readonly TcpListener[]> {
  const { hosts, port, options, log, listen = (where) => TcpListener.listen(where) } = plan
  const listeners: TcpListener[] = []
  // Beside an IPv4 address, `::` must not take the IPv4 port too.
  const ipv6Only = hosts.some((host) => !host.includes(':'))
  try {
    for (const host of new Set(hosts)) {
      const samePort = listeners.map(portOf)[0] ?? port
      try {
        listeners.push(await listen({ ...options, host, port: samePort, ipv6Only }))
      } catch (error) {
        const lacking = host === '::1' && hosts.length > 1 && SocketError.is(error, 'address-unavailable')
        if (!lacking) throw error
        log('this machine has no IPv6: not listening on ::1')
      }
    }
    return listeners
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()))
    throw error
  }
}

/** The port that a listener got. */
export function portOf({ address }: TcpListener): number {
  return 'port' in address ? address.port : 0
}
