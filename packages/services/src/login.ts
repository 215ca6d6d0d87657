/**
 * The login: a line with the name, a line with the password, three tries. It never says which half was wrong, and
 * says no more slowly each time. Both halves are on the wire as they are typed: anybody on the way can read them.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@partyline/protocols'
import type { ByteStream, Op } from '@partyline/sockets'
import { LineInput } from './line-input.ts'

/**
 * Whether this is the password of that name. An unknown name must take the same time as a wrong password. `busy`:
 * too many others are being checked, it was not looked at.
 */
export type Verify = (name: string, password: string) => Promise<boolean | 'busy'>

export interface LoginOptions extends Op {
  readonly verify: Verify
  /** Waits so many milliseconds; rejects when the signal fires first. Default: the system's clock. */
  readonly wait?: ((ms: number, signal: AbortSignal | undefined) => Promise<unknown>) | undefined
}

/** One try each: how long it takes to say that it was wrong, in milliseconds. */
export const WRONG_AFTER: readonly number[] = [1000, 2000, 4000]

/** How long each half is waited for, in milliseconds, unless told otherwise. */
export const HALF_TIME = 60_000

/** Serves one connection. `timeout` and `signal` are for each receive. */
export async function login(socket: ByteStream, options: LoginOptions): Promise<void> {
  const { verify, wait = systemWait, timeout = HALF_TIME, signal } = options
  const input = new LineInput(socket, { timeout, signal })
  for (const delay of WRONG_AFTER) {
    const name = await input.next()
    if (name === null) break
    const password = (await input.next()) ?? '' // who hangs up in the middle gets an answer all the same
    const verdict = await verify(name, password)
    if (verdict === true) {
      await socket.send(`hello ${printable(name)}, welcome to the server\n`)
      break
    }
    if (verdict === 'busy') {
      await socket.send('busy, try again later\n')
      break
    }
    await wait(delay, signal)
    await socket.send('wrong name or password\n')
  }
  await socket.close()
}

function systemWait(ms: number, signal: AbortSignal | undefined): Promise<unknown> {
  return sleep(ms, undefined, { signal })
}
