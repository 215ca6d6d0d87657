/** Where the tests of the benchmarks let servers write. */
import { accessSync, constants, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'

/**
 * A new folder, in memory where there is such a place: a disk that is busy with others takes seconds for a write, and a
 * server tells everybody when it cannot save what they say, which no benchmark expects to hear.
 */
export function scratchFolder(): string {
  return mkdtempSync(join(isWritable(MEMORY) ? MEMORY : tmpdir(), 'partyline-bench-test-'))
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
