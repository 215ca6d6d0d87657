/** A pipe of the system, with both of its ends in this process. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Descriptors. The test closes `reading`; `writing` is closed when it is over. */
export function pipeEnds(t: TestContext): { readonly reading: number; readonly writing: number } {
  const folder = mkdtempSync(join(tmpdir(), 'partyline-pipe-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) // else it waited for a writer
  const writing = openSync(path, 'w')
  t.after(() => closeSync(writing))
  return { reading, writing }
}
