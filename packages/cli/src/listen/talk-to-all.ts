/** The plain listener: what any client sends is shown, what is typed or piped in goes to all of them. */
import type { Op } from '@partyline/sockets'
import { CrlfEncoder } from '../input-bytes.ts'
import { Timer } from '../timer.ts'
import { type Client, type Clients, ignoreSocketError } from './clients.ts'
import type { Front, Hears } from './front.ts'
import type { ClientHandler } from './serve-clients.ts'

/** A client that has ended its side is kept until nothing has come out of the pipe for so many milliseconds. */
const LULL_MS = 100

export interface TalkToAllOptions extends Leaving {
  readonly clients: Clients
  readonly front: Front
  readonly note: (words: string) => void
  /** Each LF of the input goes out as CR LF. */
  readonly crlf: boolean
  /** At the end of the input our side of each connection is ended. */
  readonly halfClose: boolean
  /** Everything ends so long after the end of the input, in milliseconds. Default: never. */
  readonly quitAfterMs: number | undefined
}

/** How a listener ends when the person in front of it wants that. */
export interface Leaving extends Pick<Hears, 'leave' | 'fail'> {
  /** No more clients, and over when those that are here have gone (Ctrl-D). */
  readonly whenAlone: () => void
}

/** Starts to take the input; what is returned plays each client. */
export function talkToAll(options: TalkToAllOptions): ClientHandler {
  const { clients, front, note, halfClose, quitAfterMs, whenAlone, leave, fail } = options
  const crlf = options.crlf ? new CrlfEncoder() : undefined
  const input = new InputState()
  front.start({
    async data(bytes) {
      if (clients.count === 0) note('nobody is here: that was not sent')
      await input.flow(() => clients.send(crlf?.encode(bytes) ?? bytes))
    },
    end() {
      input.end()
      // An input that never had a byte, like /dev/null, has nothing to say: the clients may go on talking.
      input.hungUp = halfClose && (front.isTerminal || input.hasSpoken)
      if (input.hungUp) clients.shutdown()
      if (quitAfterMs !== undefined) setTimeout(() => leave(0), quitAfterMs).unref()
      if (front.isTerminal) whenAlone()
    },
    leave,
    fail,
  })

  return async (client, signal) => {
    if (input.hungUp) void client.socket.shutdown().catch(ignoreSocketError)
    front.somebodyIsHere()
    await showAll(client, front, { signal })
    // A client that has ended its side still gets what a pipe or a file has for it. Nobody knows when a person
    // will have said everything, so there the connection ends.
    if (!front.isTerminal) await input.rest(client, signal)
  }
}

/** What is known of the input, and which clients wait for the rest of it. */
class InputState {
  /** It had a byte. */
  hasSpoken = false
  /** It has ended, and so has our side of each connection. */
  hungUp = false
  #isOver = false
  /** How many chunks of it are being sent. */
  #sending = 0
  readonly #lulls = new Map<Timer, () => void>()

  /** Sends a chunk. Meanwhile there is no lull, however long that takes. */
  async flow(send: () => Promise<void>): Promise<void> {
    this.hasSpoken = true
    this.#sending += 1
    for (const lull of this.#lulls.keys()) lull.stop()
    await send()
    this.#sending -= 1
    if (this.#sending === 0) for (const lull of this.#lulls.keys()) lull.restart()
  }

  end(): void {
    this.#isOver = true
    for (const wake of this.#lulls.values()) wake()
  }

  /** Waits for the end of the input or a lull in it, but no longer than the client is there. */
  async rest({ socket }: Client, signal: AbortSignal): Promise<void> {
    if (this.#isOver || signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = (): void => resolve()
    const lull = new Timer(LULL_MS, wake)
    this.#lulls.set(lull, wake)
    if (this.#sending === 0) lull.restart()
    signal.addEventListener('abort', wake)
    void socket.closed.then(wake)
    await promise
    lull.stop()
    this.#lulls.delete(lull)
    signal.removeEventListener('abort', wake)
  }
}

/** Shows what a client sends, to its end; `op` holds for each receive. */
export async function showAll(
  { socket, label }: Client,
  { display }: Pick<Front, 'display'>,
  op: Op,
): Promise<void> {
  const view = display.view(label)
  try {
    for (;;) {
      const bytes = await socket.recv(undefined, op)
      if (bytes === null) return
      await view.data(bytes)
    }
  } finally {
    await view.end()
  }
}
