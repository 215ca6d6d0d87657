/** SIGINT and SIGTERM as one wish to stop: the first asks, the second insists. */
import { exitCodeOf } from './failure.ts'

/**
 * How long a second signal of the same kind counts as the first, in milliseconds. One press of Ctrl-C can come
 * twice: the terminal sends it to every process in the foreground, and npm hands on what it got itself.
 */
export const SAME_PRESS_MS = 500

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/**
 * A signal that aborts at the first SIGINT or SIGTERM, with that name as its reason. A second one calls `exit`
 * with 130 or 143: nobody has to wait for a slow end. `now` is a clock in milliseconds that never goes back.
 */
export function stopSignals(
  source: SignalSource,
  exit: (code: number) => void,
  now: () => number,
): AbortSignal {
  const controller = new AbortController()
  let first: { readonly name: string; readonly at: number } | undefined
  for (const name of STOP_SIGNALS) {
    source.on(name, () => {
      if (first === undefined) {
        first = { name, at: now() }
        controller.abort(name)
      } else if (first.name !== name || now() - first.at >= SAME_PRESS_MS) {
        exit(exitCodeOf(name))
      }
    })
  }
  return controller.signal
}
