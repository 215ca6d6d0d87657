/** The REPL without a terminal: a pipe or a file. Each statement is done before the next is read. */
import { createInterface } from 'node:readline'
import { CommandError, type ExitCode, exitCodeOf } from '../failure.ts'
import type { Io } from '../io.ts'
import type { Session } from './session.ts'

/** Runs the statements of the standard input. The first that fails ends it, with a CommandError. */
export async function runPiped(session: Session, { stdin, stdout, signal }: Io): Promise<ExitCode> {
  let number = 0
  const stop = (): unknown => session.interrupt()
  signal.addEventListener('abort', stop)
  const lines = createInterface({
    input: stdin,
    terminal: false,
    crlfDelay: Number.POSITIVE_INFINITY,
    signal,
  })
  try {
    for await (const line of lines) {
      number += 1
      const answer = await session.line(line)
      if (signal.aborted || answer.is === 'interrupted') return exitCodeOf(signal.reason)
      if (answer.is === 'leave') return 0
      if (answer.is === 'failed') throw failure(answer.sentence, number, line)
      if (answer.is === 'done' && answer.text !== undefined) stdout.write(`${answer.text}\n`)
    }
    if (signal.aborted) return exitCodeOf(signal.reason)
    if (session.unfinished.trim() === '') return 0
    throw failure('the input ended inside a statement', number, session.unfinished.split('\n')[0] ?? '')
  } finally {
    signal.removeEventListener('abort', stop)
    lines.close()
    stdin.pause()
  }
}

function failure(sentence: string, number: number, line: string): CommandError {
  return new CommandError(1, sentence, [`line ${number}:  ${line.trim()}`])
}
