/**
 * Whether a program on this machine has taken what we sent it. Two packets arrive as one receive when the program had
 * no time to take the first before the second came: a busy machine makes that of any pause, so where the system tells
 * what waits for a program, it is asked.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Address } from '@partyline/sockets'

/** From the first look to the second, in milliseconds; then twice as long each time. */
const LOOK_MS = 5

/**
 * Resolves when nothing waits any more for the one at `remote`, or when it has left; with false when something still
 * waits after so many looks: each comes after twice the time, 5 ms at first. At once with true where the system does
 * not tell: for a program elsewhere, and on other systems than Linux. Rejects when the signal comes.
 */
export async function isTaken(
  { local, remote }: { readonly local: Address; readonly remote: Address },
  looks: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (process.platform !== 'linux' || !('port' in local && 'port' in remote)) return true
  // Their end is a row of its own, whose local address is our remote one (proc(5), /proc/net/tcp).
  const row = new RegExp(
    `: [0-9A-F]+:${hex(remote.port)} [0-9A-F]+:${hex(local.port)} [0-9A-F]{2} [0-9A-F]+:([0-9A-F]+)`,
  )
  for (let nth = 1, pause = LOOK_MS; ; nth += 1, pause *= 2) {
    if (!TABLES.some((table) => /[1-9A-F]/.test(row.exec(readTable(table))?.[1] ?? ''))) return true
    // They are counted, and not the time: while this process stands still, nobody is late.
    if (nth >= looks) return false
    await delay(pause, undefined, { signal })
  }
}

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // without IPv6, or in a container that shows nothing of its system
  }
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
