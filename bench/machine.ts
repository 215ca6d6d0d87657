/** What the benchmarks need to know of the machine they run on. */
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { report } from 'node:process'

/** Files that a process has open besides its connections, generously. */
const OTHER_FILES = 100

/** Which core the measured process has for itself, and which the load. */
export interface Cores {
  readonly measured: number | undefined
  readonly load: number | undefined
}

/** A core each for the measured process and the load, where there are two and `taskset` exists. */
export function chooseCores(): Cores {
  const canPin = [0, 1].every((core) => spawnSync('taskset', ['-c', String(core), 'true']).status === 0)
  return canPin ? { measured: 0, load: 1 } : { measured: undefined, load: undefined }
}

export function describeMachine({ measured, load }: Cores): string {
  const place =
    measured === undefined || load === undefined
      ? 'processes not pinned'
      : `measured process on core ${measured}, load on core ${load}`
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores; ${place}`
}

/**
 * A connection is a descriptor in each process. With too few of them this throws a RangeError at once, and not after
 * minutes. `what` needs them.
 */
export function checkOpenFiles(what: string, connections: number): void {
  const [needed, limit] = [connections + OTHER_FILES, openFilesLimit()]
  if (limit < needed)
    throw new RangeError(
      `${what} needs ${needed} open files, the limit is ${limit}: raise it (ulimit -n ${needed})`,
    )
}

/** How many files and sockets a process may have open; Infinity where the system does not say. */
function openFilesLimit(): number {
  const facts: unknown = report.getReport()
  const soft = inside(inside(inside(facts, 'userLimits'), 'open_files'), 'soft')
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
