/** What a process costs, as Linux accounts it: all its threads, and the processes that it started. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Seconds of CPU, user and system, so far; in steps of a hundredth on most machines (proc_pid_stat(5)). A process that
 * ends meanwhile counts as its parent counts it: 0 here, its time in the parent's when that has waited for it.
 */
export function cpuSeconds(pid: number): number {
  const stat = proc(pid, 'stat')
  if (stat === undefined) return 0
  // The second field is the program's name in brackets, with anything in it; the third is its state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system, childrensUser, childrensSystem] = fields.slice(11, 15).map(Number)
  const ticks = (user ?? 0) + (system ?? 0) + (childrensUser ?? 0) + (childrensSystem ?? 0)
  return ticks / ticksPerSecond() + sum(childrenOf(pid), cpuSeconds)
}

/** Bytes in memory now; 0 of a process that has ended. */
export function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(proc(pid, 'status') ?? '') ?? [undefined, 0]
  return Number(kib) * 1024 + sum(childrenOf(pid), residentBytes)
}

// `cpuSeconds` counts of the children only those that have ended and were waited for.
function childrenOf(pid: number): readonly number[] {
  const lists = threadsOf(pid).map((thread) => proc(pid, `task/${thread}/children`) ?? '')
  return lists.flatMap((list) => list.split(' ').filter((child) => child !== '')).map(Number)
}

function threadsOf(pid: number): readonly string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? []
}

function proc(pid: number, file: string): string | undefined {
  return unlessGone(() => readFileSync(`/proc/${pid}/${file}`, 'latin1'))
}

/** Threads and processes end while /proc is read: undefined then, at opening (ENOENT) or at reading (ESRCH). */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

function sum(pids: readonly number[], cost: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + cost(pid), 0)
}

let ticks: number | undefined
function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return ticks
}
