/**
 * How many passwords are checked at once. A good hash is slow on purpose and runs on the threads that name look-ups
 * and files need too: without a limit a hundred people who log in together stop everything else for seconds.
 */
import type { Verify } from './login.ts'

export interface VerifyLimits {
  /** Checks that run at the same time. */
  readonly atOnce: number
  /** Checks that wait for their turn; one more is answered with `busy`. */
  readonly waiting: number
}

export const VERIFY_LIMITS: VerifyLimits = { atOnce: 2, waiting: 32 }

/** The same check for many connections, within limits. First come, first served. */
export function limitVerify(verify: Verify, { atOnce, waiting }: VerifyLimits = VERIFY_LIMITS): Verify {
  const line: (() => void)[] = []
  let running = 0
  return async (name, password) => {
    if (running < atOnce) running += 1
    else if (line.length >= waiting) return 'busy'
    else await new Promise<void>((resolve) => line.push(resolve)) // the turn of another is handed over
    try {
      return await verify(name, password)
    } finally {
      const next = line.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
