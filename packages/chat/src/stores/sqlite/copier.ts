/** A thread for one backup: what SQLite does at its end, writing all of it to the disk, would stop the talk. */
import { backupHistory } from './backup.ts'
import type { CopierCalls } from './calls.ts'
import { answerCalls, type Opened } from './worker-calls.ts'

function open(): Opened<CopierCalls> {
  return { calls: { backup: backupHistory }, close: () => {} }
}

answerCalls(open)
