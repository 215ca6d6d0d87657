/** Where the process becomes `io`: the program behind `partyline`. */
import { enableCompileCache } from 'node:module'
import type { Writable } from 'node:stream'
import { isatty } from 'node:tty'

// Before anything of ours is imported: the next start finds it compiled.
enableCompileCache()
const [{ main }, { stepBack }, { stopSignals }] = await Promise.all([
  import('./main.ts'),
  import('./step-back.ts'),
  import('./stop-signals.ts'),
])

const signal = stopSignals(process, {
  exit: (code) => process.exit(code),
  now: () => performance.now(),
  atTerminal: [0, 1, 2].some((descriptor) => isatty(descriptor)),
})

// A reader that left (`partyline serve | head -1`) is no reason to crash: the commands look at it themselves.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

const code = await main(process.argv.slice(2), {
  // Only when asked for: opening standard input already changes how a terminal or a pipe behaves.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal,
  stepBack,
})
await Promise.all([written(process.stdout), written(process.stderr)])
// Not left to the event loop: standard input may still be open, and must not keep us.
process.exit(code)

/** Resolves when everything before it was written, or never will be. */
function written(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}
