/** The line on which a person at a terminal types what goes to a peer as it is, and which stays on the screen. */
import type { Io } from '../io.ts'
import { PROMPT, suspendProcesses } from '../people.ts'
import type { History } from './history.ts'
import { InputLine } from './input-line.ts'

export interface TypedLineOptions {
  /** Where lines are kept for the Up key. Default: nowhere but in this line. */
  readonly history?: History | undefined
  /** A line, perhaps an empty one. */
  readonly onLine: (line: string) => void
  /** Ctrl-D: there will be no more lines. */
  readonly onEnd: () => void
  /** Ctrl-C. */
  readonly onInterrupt: () => void
}

export function openTypedLine(
  io: Pick<Io, 'stdin' | 'stdout' | 'stderr'>,
  { history, onLine, onEnd, onInterrupt }: TypedLineOptions,
): InputLine {
  return new InputLine({
    input: io.stdin,
    output: io.stdout,
    others: [io.stderr],
    prompt: PROMPT,
    typed: 'stays',
    history: history?.lines,
    onLine: (line) => {
      history?.add(line)
      onLine(line)
    },
    onLeave: (how) => (how === 'interrupt' ? onInterrupt() : onEnd()),
    suspend: suspendProcesses,
  })
}
