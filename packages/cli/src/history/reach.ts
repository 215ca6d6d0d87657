/** What a doctor looks at around the server: whether its ports can be had, and enough open files. */
import { SocketError, TcpListener } from '@partyline/sockets'
import type { Finding } from './health.ts'

/** Open files that the server keeps for everything but connections. */
const OTHER_FILES = 64

/** `limit`: undefined where the system has none. `connections`: how many the settings ask for. */
export function openFilesFinding(limit: number | undefined, connections: number | undefined): Finding {
  const check = 'open files'
  if (limit === undefined) return { check, ok: true, found: 'no limit' }
  const room = Math.max(limit - OTHER_FILES, 0)
  const found = `${limit}: enough for ${room} connections`
  if (room >= (connections ?? ENOUGH)) return { check, ok: true, found }
  const advice = `ulimit -n ${(connections ?? ENOUGH) + OTHER_FILES}, where the server is started`
  return { check, ok: false, found, advice }
}

/** Connections that a system should allow when the settings do not say how many. */
const ENOUGH = 448

/** Whether a port can be had; one that is taken is in order while a server runs, because then it is that one's. */
export async function portFinding(
  { door, port, hosts }: { readonly door: string; readonly port: number; readonly hosts: readonly string[] },
  isRunning: boolean,
): Promise<Finding> {
  const check = `${door} port`
  if (port === 0) return { check, ok: true, found: '0: a free one is picked' }
  for (const host of hosts) {
    const problem = await problemAt(host, port, hosts.length > 1)
    if (problem === undefined) continue
    if (problem === 'address-in-use' && isRunning)
      return { check, ok: true, found: `${port} is in use, by the server` }
    return { check, ok: false, ...wordsFor(problem, host, port, door) }
  }
  return { check, ok: true, found: `${port} is free` }
}

async function problemAt(
  host: string,
  port: number,
  isOneOfMany: boolean,
): Promise<SocketError['code'] | undefined> {
  try {
    await (await TcpListener.listen({ host, port, ipv6Only: true })).close()
    return undefined
  } catch (error) {
    if (!SocketError.is(error)) throw error
    const isLacking = host === '::1' && isOneOfMany && error.code === 'address-unavailable'
    return isLacking ? undefined : error.code // the server does without ::1 where there is no IPv6
  }
}

function wordsFor(
  code: SocketError['code'],
  host: string,
  port: number,
  door: string,
): Pick<Finding, 'found' | 'advice'> {
  const advice = `another one: --${door}-port PORT`
  if (code === 'address-in-use') {
    const found = `${port} is taken on ${host}, and no server runs on this folder`
    return { found, advice: `see who has it: ss -ltnp; or ${advice}` }
  }
  if (code === 'permission') return { found: `not permitted to listen on ${port}`, advice }
  return {
    found: `cannot listen on ${host} port ${port} (${code})`,
    advice: 'addresses of this machine: --host ADDRESS',
  }
}
