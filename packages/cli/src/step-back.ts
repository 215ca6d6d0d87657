/** Letting other programs go first where cores are few: for long work that nobody watches, beside a chat that runs. */
import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/** The lowest priority that Linux has (nice(1)). */
const LAST = 19

/**
 * Takes this process back behind all others, for good. On Linux a priority is a thread's (setpriority(2), "C
 * library/kernel differences"), and the threads that V8 cleans up with would stay where they are: so each is taken back;
 * later ones begin where the one is that starts them. Elsewhere the whole process has one.
 */
export function stepBack(): void {
  try {
    if (process.platform === 'linux') {
      for (const thread of readdirSync('/proc/self/task')) lower(Number(thread), LAST)
    } else {
      const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority
      lower(0, Math.min(PRIORITY_LOW, getPriority() + PRIORITY_BELOW_NORMAL))
    }
  } catch {
    // There is no /proc. The work is the same, only less polite.
  }
}

function lower(thread: number, priority: number): void {
  try {
    setPriority(thread, priority)
  } catch {
    // A sandbox forbids it, or that thread has just ended.
  }
}
