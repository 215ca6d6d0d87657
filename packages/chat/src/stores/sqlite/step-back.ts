/** Letting the talk go first where there are more threads to run than cores. */
import { getPriority, setPriority } from 'node:os'

/** How far behind, in steps of nice(2): on a busy core about a tenth of the time of who has not stepped back. */
const STEPS = 10
const LOWEST = 19

/**
 * Takes this thread back behind the others of its process. Only Linux has priorities of single threads; elsewhere
 * it does nothing.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return
  try {
    // Without a process id it is the calling thread's (setpriority(2), "C library/kernel differences").
    setPriority(Math.min(LOWEST, getPriority() + STEPS))
  } catch {
    // A sandbox may forbid it. The work is the same, only less polite.
  }
}
