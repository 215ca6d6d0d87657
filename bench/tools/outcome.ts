/** Runs a tool of the shell, through pipes or on a terminal, and tells what could be seen from outside. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a tool did. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  /** The exit code, `SIGINT` and the like, or `hangs` when it had to be ended. */
  readonly ended: number | string
  readonly ms: number
}

export interface RunOptions {
  /** Written to its standard input at once. */
  readonly input?: string | undefined
  /** Keeps its standard input open after that. */
  readonly keepOpen?: boolean | undefined
  /** On a terminal: what is typed, key by key, each after this text has been seen on the screen. */
  readonly typed?: readonly (readonly [after: string, keys: string])[] | undefined
  /** Sent once this text has been seen on either output. */
  readonly signal?: readonly [after: string, name: NodeJS.Signals] | undefined
  /** Ended after so many milliseconds. */
  readonly limitMs: number
}

/** Runs a command line of a shell, which is replaced by its last command. */
export async function run(command: string, options: RunOptions): Promise<Outcome> {
  const onTerminal = options.typed !== undefined
  // script(1) gives the tool a terminal, and hands on its exit code with -e.
  const argv = onTerminal
    ? ['script', '-qfec', `exec ${command}`, '/dev/null']
    : ['bash', '-c', `exec ${command}`]
  const began = performance.now()
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'pipe', detached: true })
  const seen = { stdout: '', stderr: '' }
  const waiting = [...(options.typed ?? [])]
  let { signal } = options
  const look = (): void => {
    const all = seen.stdout + seen.stderr
    for (let next = waiting[0]; next !== undefined && all.includes(next[0]); next = waiting[0]) {
      waiting.shift()
      child.stdin.write(next[1])
    }
    if (signal !== undefined && all.includes(signal[0])) {
      child.kill(signal[1])
      signal = undefined
    }
  }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      seen[name] += text
      look()
    })
  }
  child.stdin.on('error', () => {}) // it may not want to hear us
  if (options.input !== undefined) child.stdin.write(options.input)
  if (!onTerminal && options.keepOpen !== true && waiting.length === 0) child.stdin.end()
  look()
  let hung = false
  const limit = setTimeout(() => {
    hung = true
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, options.limitMs)
  const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null]
  clearTimeout(limit)
  return { ...seen, ended: hung ? 'hangs' : (code ?? killedBy ?? ''), ms: performance.now() - began }
}
