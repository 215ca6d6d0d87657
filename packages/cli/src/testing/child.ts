/** A program that a test starts, talks to through its three streams, and waits for. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Environment } from '../io.ts'
import { Transcript } from './fake-io.ts'

export interface Child extends AsyncDisposable {
  readonly process: ChildProcess
  readonly stdout: Transcript
  readonly stderr: Transcript
  /** The exit code, or the name of the signal that ended it, once all its output is here. */
  readonly exit: Promise<number | string>
}

export interface ChildOptions {
  readonly cwd?: string
  /** Added to the environment. */
  readonly env?: Environment
  /** `ignore` is /dev/null. Default: a pipe. */
  readonly stdin?: 'pipe' | 'ignore'
}

/** Starts Node.js with these arguments. Leaving the block that it was started in ends it, whatever happened. */
export function startNode(args: readonly string[], options: ChildOptions = {}): Child {
  return startProgram(process.execPath, args, options)
}

/** The same for any program. */
export function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env, stdin = 'pipe' }: ChildOptions = {},
): Child {
  const { PATH } = process.env // the rest, like a test runner's settings, is no business of the program
  const options: SpawnOptions = {
    cwd,
    env: { PATH, PARTYLINE_DATA: ':memory:', ...env }, // a chat server that a test starts leaves nothing behind
    stdio: [stdin, 'pipe', 'pipe'],
  }
  const child = spawn(program, args, options)
  const [stdout, stderr] = [new Transcript(), new Transcript()]
  child.stdout?.setEncoding('utf8').pipe(stdout)
  child.stderr?.setEncoding('utf8').pipe(stderr)
  child.stdin?.on('error', () => {}) // it may have left already
  const exit = once(child, 'close').then(([code, signal]: unknown[]) => {
    return typeof code === 'number' ? code : String(signal)
  })
  return {
    process: child,
    stdout,
    stderr,
    exit,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
    },
  }
}
