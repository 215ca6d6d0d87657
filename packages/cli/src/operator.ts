/** Whether somebody sits at the server's standard input, so that it is worth reading. */
import { spawnSync } from 'node:child_process'
import { fstatSync, readFileSync } from 'node:fs'
import type { Input } from './io.ts'

/**
 * True for a terminal, a pipe, or a stream that a program hands over; false for /dev/null, a file, and for the
 * terminal of a program in the background (`partyline &`): reading there would stop the whole program.
 */
export function hasOperator(stdin: Input): boolean {
  const { fd } = stdin
  if (typeof fd !== 'number') return true
  if (stdin.isTTY === true) return isInForeground()
  try {
    const about = fstatSync(fd)
    return about.isFIFO() || about.isSocket()
  } catch {
    return false // closed
  }
}

/** Whether the terminal's keys come to us. When that cannot be found out, they probably do. */
function isInForeground(): boolean {
  try {
    return isForegroundStat(readFileSync('/proc/self/stat', 'utf8'))
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' })
    return stdout === null || stdout.trim() === '' || stdout.includes('+')
  }
}

/** Reads proc(5) `stat`: the process group (field 5) is the one in the terminal's foreground (field 8). */
export function isForegroundStat(stat: string): boolean {
  // The command's name, field 2, may hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[2] === fields[5]
}
