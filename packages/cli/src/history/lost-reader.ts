/** Who reads what we write may leave while there is nothing to write, and nothing of Node.js tells it. */
import { spawn } from 'node:child_process'
import { fstatSync } from 'node:fs'

/** Watches a pipe until it is told to stop. */
export type WatchReader = (descriptor: number | null | undefined, left: () => void) => () => void

/**
 * Calls `left` once nobody can read the pipe any more that is open at `descriptor`. Returns what ends the watch.
 *
 * Only poll(2) tells it, which Node.js does not have, and a write of no bytes succeeds (pipe(7)). GNU tail has it: while it
 * follows a file it ends with SIGPIPE as soon as its own output has no reader, within a second or so. So one follows
 * nothing, with our output for its own, no longer than we live. Where tail is another one, or there is none, nothing is
 * called: the next write tells.
 */
export const watchReader: WatchReader = (descriptor, left) => {
  if (process.platform !== 'linux' || typeof descriptor !== 'number' || !isPipe(descriptor)) return () => {}
  const watcher = spawn('tail', ['--follow', `--pid=${process.pid}`, '/dev/null'], {
    stdio: ['ignore', descriptor, 'ignore'],
  })
  watcher.on('error', () => {}) // there is no tail
  watcher.on('exit', (_, signal) => {
    if (signal === 'SIGPIPE') left()
  })
  watcher.unref()
  return () => void watcher.removeAllListeners('exit').kill('SIGKILL')
}

function isPipe(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFIFO()
  } catch {
    return false
  }
}
