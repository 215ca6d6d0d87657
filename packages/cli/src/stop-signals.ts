/** SIGINT, SIGTERM and a terminal that goes away as one wish to stop: the first asks, the second insists. */
import { exitCodeOf } from './failure.ts'

/**
 * How long a second signal of the same kind counts as the first, in milliseconds. One press of Ctrl-C can come
 * twice: the terminal sends it to every process in the foreground, and npm hands on what it got itself.
 */
export const SAME_PRESS_MS = 500

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown
}

export interface StopOptions {
  /** Ends the process with an exit code, now. */
  readonly exit: (code: number) => void
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number
  /** True when a terminal is attached, so that SIGHUP says that it has gone. */
  readonly atTerminal: boolean
}

/**
 * A signal that aborts at the first SIGINT or SIGTERM, with that name as its reason. A second one calls `exit`
 * with 130 or 143: nobody has to wait for a slow end. A terminal that goes away (SIGHUP) counts as SIGTERM. Without a
 * terminal SIGHUP is passed over: so `nohup` works, whose own way of that Node.js undoes when it starts.
 */
export function stopSignals(source: SignalSource, { exit, now, atTerminal }: StopOptions): AbortSignal {
  const controller = new AbortController()
  let first: { readonly name: string; readonly at: number } | undefined
  const stop = (name: (typeof STOP_SIGNALS)[number]): void => {
    if (first === undefined) {
      first = { name, at: now() }
      controller.abort(name)
    } else if (first.name !== name || now() - first.at >= SAME_PRESS_MS) {
      exit(exitCodeOf(name))
    }
  }
  for (const name of STOP_SIGNALS) source.on(name, () => stop(name))
  source.on('SIGHUP', () => {
    if (atTerminal) stop('SIGTERM')
  })
  return controller.signal
}
