/** The real time, for servers. Tests bring their own. */
import type { Clock } from './core/clock.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(ms, run) {
    if (ms <= 0) {
      const turn = setImmediate(run)
      return () => clearImmediate(turn)
    }
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
