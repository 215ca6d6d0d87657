/**
 * The sockets that statements open: when a statement is interrupted, its waiting calls are cancelled, so that the
 * next `accept` or `recv` gets what comes; and when the REPL ends, all of them are closed.
 *
 * The library tells of each socket as it opens (`node:diagnostics_channel`), also of those under the tutorials'
 * calls.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { interruption } from './evaluator.ts'

/** Where each call that waits takes its options. */
const OPTIONS_AT: Readonly<Record<string, number>> = {
  accept: 0,
  readLine: 0,
  flush: 0,
  shutdown: 0,
  recvFrom: 0,
  recv: 1,
  recvInto: 1,
  recvExactly: 1,
  recvUntil: 1,
  send: 1,
}

/** More open sockets than these are left to the end of the process. */
const MOST = 100_000

interface Closable {
  close(options: object): Promise<void>
}

/** From its making to `close` it follows every socket that opens. */
export class OpenSockets {
  readonly #open = new Set<Closable>()

  constructor() {
    subscribe('partyline.sockets.open', this.#opened)
    subscribe('partyline.sockets.listening', this.#opened)
    subscribe('partyline.sockets.bound', this.#opened)
    subscribe('partyline.sockets.close', this.#closed)
  }

  /** Closes them: what was sent is still sent, for `linger` milliseconds at the most each peer is waited for. */
  async close(linger: number): Promise<void> {
    unsubscribe('partyline.sockets.open', this.#opened)
    unsubscribe('partyline.sockets.listening', this.#opened)
    unsubscribe('partyline.sockets.bound', this.#opened)
    unsubscribe('partyline.sockets.close', this.#closed)
    await Promise.all([...this.#open].map((socket) => socket.close({ linger, drain: linger })))
    this.#open.clear()
  }

  readonly #opened = (message: unknown): void => {
    const socket = socketOf(message)
    if (socket === undefined || this.#open.size >= MOST) return
    this.#open.add(socket)
    makeInterruptible(socket)
  }

  readonly #closed = (message: unknown): void => {
    const socket = socketOf(message)
    if (socket !== undefined) this.#open.delete(socket)
  }
}

function socketOf(message: unknown): Closable | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const socket: unknown =
    'socket' in message ? message.socket : 'listener' in message ? message.listener : undefined
  return isClosable(socket) ? socket : undefined
}

function isClosable(value: unknown): value is Closable {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function'
}

/** Gives the waiting calls of this one socket the signal of the statement they are made in. */
function makeInterruptible(socket: object): void {
  for (const [name, at] of Object.entries(OPTIONS_AT)) {
    const call: unknown = Reflect.get(socket, name)
    if (typeof call !== 'function') continue
    // Not enumerable: the socket looks as it always does when it is printed.
    Object.defineProperty(socket, name, {
      configurable: true,
      value: (...args: unknown[]): unknown => {
        const stop = interruption.getStore()
        if (stop !== undefined) args[at] = withSignal(args[at], stop)
        return Reflect.apply(call, socket, args)
      },
    })
  }
}

function withSignal(options: unknown, stop: AbortSignal): unknown {
  if (options === undefined) return { signal: stop }
  if (typeof options !== 'object' || options === null) return options // wrong, and the call says so
  const own = 'signal' in options && options.signal instanceof AbortSignal ? [options.signal] : []
  return { ...options, signal: AbortSignal.any([...own, stop]) }
}
