/** How a TCP service listens: its limits, its drain, and what its handler is given. */
import { inspect } from 'node:util'
import {
  type Address,
  formatAddress,
  type InetAddress,
  isLoopbackHost,
  SocketError,
  TcpListener,
  type TcpSocket,
} from '@partyline/sockets'
import { Callers } from './callers.ts'
import { commands } from './commands.ts'
import { echo } from './echo.ts'
import { FailedLogins } from './failed-logins.ts'
import { greeter } from './greeter.ts'
import { hello } from './hello.ts'
import { limitVerify } from './limit-verify.ts'
import { login } from './login.ts'
import type { OpenService, ServiceOptions } from './open-service.ts'
import type { ServiceName } from './table.ts'

export const TCP_LIMITS = {
  /** Connections at once, in all; a further one is reset. */
  connections: 4096,
  /** Milliseconds without a byte in either direction; then the connection is reset. */
  idle: 600_000,
  /** Milliseconds that a connection lasts at the most; then it is reset. */
  total: 3_600_000,
  /** Milliseconds that connections have to end in once the service closes. */
  drain: 9000,
} as const

/** Serves one connection; with `exit` it may end the service. */
type Serve = (socket: TcpSocket, context: Context) => Promise<void>

interface Context {
  readonly signal: AbortSignal
  readonly exit: (() => void) | undefined
}

export async function openTcpService(
  name: ServiceName,
  where: { readonly host: string; readonly port: number },
  options: ServiceOptions,
): Promise<OpenService> {
  const serve = serverOf(name, options)
  const { connections: maxConnections, idle: idleTimeout, total: timeout, drain } = TCP_LIMITS
  const listener = await TcpListener.listen({ ...where, maxConnections, idleTimeout })
  const close = (): Promise<void> => listener.close({ drain })
  const address = inetAddress(listener.address)
  const mayExit = options.allowExit === true || isLoopbackHost(address.host)
  const exit = mayExit ? () => void close() : undefined
  const callers = new Callers()
  options.announce?.(`Listening on ${formatAddress(address)}`)
  const closed = listener.serve((socket, { signal }) => attend(socket, { signal, exit }, callers, serve), {
    timeout,
    onError: (error) => report(error, options),
  })
  return { address, closed, close }
}

function serverOf(name: ServiceName, { verify }: ServiceOptions): Serve {
  if (name === 'login') {
    if (verify === undefined) throw new TypeError('login needs to be told how to verify a password')
    const limited = limitVerify(verify)
    const failures = new FailedLogins(() => performance.now())
    return (socket, { signal }) => {
      const { host } = inetAddress(socket.remote)
      return login(socket, { signal, verify: failures.counted(host, limited) })
    }
  }
  const serve = SERVERS.get(name)
  if (serve === undefined) throw new TypeError(`${name} has no server over TCP`)
  return serve
}

const SERVERS: ReadonlyMap<ServiceName, Serve> = new Map<ServiceName, Serve>([
  ['hello', hello],
  ['echo', echo],
  ['greeter', greeter],
  ['commands', commands],
])

async function attend(socket: TcpSocket, context: Context, callers: Callers, serve: Serve): Promise<void> {
  const { host } = inetAddress(socket.remote)
  if (!callers.enter(host)) {
    await socket.send('too many connections from your address; close one first\n')
    return
  }
  try {
    await serve(socket, context)
  } catch (error) {
    // Closing cancels what waits to receive or waits by itself. What was sent before is not to be lost.
    if (!context.signal.aborted) throw error
    await socket.close()
  } finally {
    callers.leave(host)
  }
}

// What the network did to one connection is no news to anybody; everything else is a fault of ours.
function report(error: unknown, { log }: ServiceOptions): void {
  if (SocketError.is(error)) return
  log?.('a connection ended by a fault of the server:')
  for (const line of inspect(error).split('\n')) log?.(line)
}

function inetAddress(address: Address): InetAddress {
  return 'host' in address ? address : { host: '', port: 0, family: 4 }
}
