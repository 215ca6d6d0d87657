/**
 * The command server: R a random number, T the time, L the language, E the end. Each answer is one line, and the
 * connection stays until E or the end of the stream.
 *
 * E ends a program for everybody, and anybody may send it. So whoever serves decides if there is an `exit`.
 */
import type { ByteStream, Op } from '@partyline/sockets'
import { LineInput } from './line-input.ts'
import { localTime } from './local-time.ts'

export interface CommandsOptions extends Op {
  /** Ends the program. Without it E says that it may not, and closes the connection only. */
  readonly exit?: (() => void) | undefined
  /** 0 up to, but not, 1. Default: Math.random. */
  readonly random?: (() => number) | undefined
  /** Default: the system's clock. */
  readonly now?: (() => Date) | undefined
}

/** The compiler that these sources are written for; at run time there is none to ask. A test compares it. */
export const TYPESCRIPT_VERSION = '7.0.2'

/** Serves one connection. `timeout` and `signal` are for each receive. */
export async function commands(socket: ByteStream, options: CommandsOptions = {}): Promise<void> {
  const { exit, random = Math.random, now = () => new Date(), timeout, signal } = options
  const input = new LineInput(socket, { timeout, signal })
  for (let choice = await input.next(); choice !== null; choice = await input.next()) {
    if (choice === 'E') {
      if (exit === undefined) await socket.send('this server is not to be ended from here\n')
      await socket.close()
      exit?.()
      return
    }
    await socket.send(`${answer(choice, random, now)}\n`)
  }
  await socket.close()
}

function answer(choice: string, random: () => number, now: () => Date): string {
  switch (choice) {
    case 'R':
    case 'r':
      return String(1 + Math.floor(random() * 10))
    case 'T':
      return localTime(now())
    case 'L':
      return `TypeScript ${TYPESCRIPT_VERSION} on Node.js ${process.versions.node}`
    default:
      return 'wrong option selected'
  }
}
