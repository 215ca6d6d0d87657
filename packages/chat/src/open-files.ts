/** How many files and sockets this process may have open. */
import { readFileSync } from 'node:fs'

/** The soft limit; undefined where the system has none or does not say. */
export function openFilesLimit(): number | undefined {
  if (process.platform === 'win32') return undefined
  return process.platform === 'linux' ? linuxLimit() : reportedLimit()
}

// The report would tell it as well, but waits for all threads to say what they are doing: 10 ms of a server's start.
function linuxLimit(): number | undefined {
  try {
    return whole(/^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]) // proc(5)
  } catch {
    return undefined // a sandbox without /proc
  }
}

function reportedLimit(): number | undefined {
  let value: unknown = process.report.getReport()
  for (const key of ['userLimits', 'open_files', 'soft']) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, key)?.value
  }
  return whole(value)
}

/** A number, or "unlimited". */
function whole(value: unknown): number | undefined {
  const limit = Number(value)
  return Number.isSafeInteger(limit) ? limit : undefined
}
