/** What a server and the system hold for clients that do not take it, looked at while they talk. */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { MeasuredServer } from '../chat/servers.ts'

/** Bytes. */
export interface Held {
  /** What the server itself has queued for all its clients together. */
  readonly queued: number
  readonly resident: number
  /** In the buffers of all TCP connections of this machine, both ends of ours and everybody else's. */
  readonly kernel: number
}

/** Milliseconds from one look to the next. */
const EVERY = 100
/** How long the system may take to give back what it held: milliseconds, and what may stay for others, in bytes. */
const GIVEN_BACK = { within: 10_000, but: 1024 * 1024 } as const
const PAGE = 4096

/** Where the server says that its numbers are. */
export async function metricsAt(server: MeasuredServer): Promise<string> {
  const [url] = await server.said(/http:\/\/[^\s"]+\/metrics(?=[\s"])/)
  return url
}

export async function look(server: MeasuredServer, metrics: string): Promise<Held> {
  const text = await (await fetch(metrics)).text()
  const [, queued] = /^partyline_queued_bytes (\d+)/m.exec(text) ?? []
  return { queued: Number(queued), resident: server.residentBytes(), kernel: kernelBytes() }
}

/** Looks from time to time until the work is done: the most of each, and what the work gave. */
export async function mostDuring<T>(
  work: Promise<T>,
  looked: () => Promise<Held>,
): Promise<{ readonly result: T; readonly most: Held }> {
  let most: Held = { queued: 0, resident: 0, kernel: 0 }
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  done.catch(() => {}) // told below
  while (!isDone) {
    const { queued, resident, kernel } = await looked()
    most = {
      queued: Math.max(most.queued, queued),
      resident: Math.max(most.resident, resident),
      kernel: Math.max(most.kernel, kernel),
    }
    await pause(EVERY)
  }
  return { result: await done, most }
}

/** Bytes in the system's buffers, as soon as they are what they were before, or after the time that they may take. */
export async function kernelSettled(before: number): Promise<number> {
  const end = performance.now() + GIVEN_BACK.within
  while (kernelBytes() > before + GIVEN_BACK.but && performance.now() < end) await pause(EVERY)
  return kernelBytes()
}

function kernelBytes(): number {
  const [, pages] = /^TCP: .* mem (\d+)$/m.exec(readFileSync('/proc/net/sockstat', 'latin1')) ?? []
  return Number(pages) * PAGE
}
